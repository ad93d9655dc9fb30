import { Inject, Injectable, Logger } from '@nestjs/common';
import { clientNetwork, type RequestSource } from '../network/client-network.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { StytchEvent, StytchEventDetails } from './stytch-event.js';

/**
 * Publishes events of this package to the application.
 *
 * @example
 * ```ts
 * constructor(events: StytchEvents) {
 *   events.subscribe((event) => this.auditLog.write(event));
 * }
 * ```
 */
@Injectable()
export class StytchEvents {
  private readonly logger = new Logger('Stytch');
  readonly #listeners = new Set<(event: StytchEvent) => unknown>();
  private readonly countsByType = new Map<StytchEvent['type'], number>();

  /** @internal Created by Nest. */
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Number of events of each type in this process, for metrics. */
  get counts(): Readonly<Partial<Record<StytchEvent['type'], number>>> {
    return Object.fromEntries(this.countsByType);
  }

  /**
   * Calls the listener with every event, synchronously while the request is handled, so it should
   * return quickly. An error it throws is logged and does not affect the request.
   * @returns a function that unsubscribes the listener
   */
  subscribe(listener: (event: StytchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * @param source who sent the request. Read only if somebody listens.
   * @internal
   */
  emit(details: StytchEventDetails, source?: RequestSource): void {
    this.countsByType.set(details.type, (this.countsByType.get(details.type) ?? 0) + 1);
    if (this.#listeners.size === 0) return;
    const network = source && clientNetwork(source);
    const event: StytchEvent = Object.freeze({
      ...details,
      ...(network !== undefined && { network }),
      at: new Date(this.options.clock.nowMs()).toISOString(),
    });
    // The error itself is not logged: its message may contain personal data.
    const logListenerError = () => {
      this.logger.error(`An event listener threw an error for "${details.type}".`);
    };
    for (const listener of this.#listeners) {
      try {
        const returned = listener(event);
        // TypeScript accepts async functions as listeners; an unhandled rejection would end the process.
        if (returned instanceof Promise) returned.catch(logListenerError);
      } catch {
        logListenerError();
      }
    }
  }
}
