import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { StytchEvent, StytchEventDetails } from './stytch-event.js';

/**
 * What happens inside, told to the application.
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
  private readonly listeners = new Set<(event: StytchEvent) => unknown>();
  private readonly countsByType = new Map<StytchEvent['type'], number>();

  /** @internal Created by Nest. */
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** How often each type of event has happened in this process, for metrics. */
  get counts(): Readonly<Partial<Record<StytchEvent['type'], number>>> {
    return Object.fromEntries(this.countsByType);
  }

  /**
   * Calls the listener with every event from now on, in the course of the request: it should be quick.
   * What it throws is logged and goes no further.
   * @returns a function that ends the subscription
   */
  subscribe(listener: (event: StytchEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Within the package: something happened. */
  emit(details: StytchEventDetails): void {
    this.countsByType.set(details.type, (this.countsByType.get(details.type) ?? 0) + 1);
    if (this.listeners.size === 0) return;
    const event = Object.freeze({ ...details, at: new Date(this.options.clock.nowMs()).toISOString() });
    // Its message may repeat what is no business of a log; the stack of the listener is its own.
    const logListenerError = () => {
      this.logger.error(`A listener for events threw on "${details.type}".`);
    };
    for (const listener of this.listeners) {
      try {
        // An async function is a listener to TypeScript; left alone, its rejection would end the process.
        const returned = listener(event);
        if (returned instanceof Promise) returned.catch(logListenerError);
      } catch {
        logListenerError();
      }
    }
  }
}
