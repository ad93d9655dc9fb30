import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import { LimitedLog } from '../events/limited-log.js';
import { StytchEvents } from '../events/stytch-events.js';
import { succeedsWithin } from '../http/with-timeout.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { StaleMarks } from '../session/stale/stale-marks.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { changeOf, readDelivery } from './read-delivery.js';
import type { StytchWebhookDelivery } from './webhook-delivery.js';
import { WebhookVerifier } from './webhook-verifier.js';

/** A request that Stytch sent to an endpoint for webhooks. */
export interface StytchWebhookRequest {
  /** The body as it was received, before it was parsed. With `rawBody: true`, Nest adds it to the request. */
  readonly rawBody: Uint8Array | string | undefined;
  /** The headers of the request, with names in lower case, as Node has them. */
  readonly headers: IncomingHttpHeaders;
}

/** What `StytchWebhooks.receive()` did with a delivery, and the response to send. */
export type StytchWebhookResult =
  /** Respond with 204. */
  | { readonly kind: 'received'; readonly delivery: StytchWebhookDelivery }
  /** Of another project, or about what this version does not know. Respond with 204: a retry would not help. */
  | { readonly kind: 'ignored' }
  /** Respond with its status: after 503, Stytch delivers again. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Stytch waits for 15 seconds. */
const maxListenerMs = 10_000;

/**
 * Receives the webhooks of Stytch, and passes them to the application.
 *
 * @example
 * ```ts
 * constructor(webhooks: StytchWebhooks) {
 *   webhooks.subscribe(async (delivery) => {
 *     if (delivery.objectType === 'user' && delivery.action === 'DELETE') await this.accounts.close(delivery.id);
 *   });
 * }
 * ```
 */
@Injectable()
export class StytchWebhooks {
  readonly #listeners = new Set<(delivery: StytchWebhookDelivery) => unknown>();
  readonly #log: LimitedLog;
  readonly #options: ResolvedOptions;

  /** @internal Created by Nest. */
  constructor(
    private readonly verifier: WebhookVerifier,
    private readonly staleMarks: StaleMarks,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
  ) {
    this.#options = options;
    this.#log = new LimitedLog(options.clock);
  }

  /**
   * Calls the listener with every delivery. A promise is awaited for up to ten seconds. If a listener fails, or takes
   * longer, Stytch delivers the event again, to all listeners.
   *
   * Sessions follow a change without a listener.
   * @returns a function that unsubscribes the listener
   */
  subscribe(listener: (delivery: StytchWebhookDelivery) => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Handles a delivery as the route `POST webhooks` does, for a controller of the application: with
   * `routes: false`, or at another path. It needs the option `webhooks.secret`.
   *
   * @throws {Error} if the option is not set
   */
  async receive({ rawBody, headers }: StytchWebhookRequest): Promise<StytchWebhookResult> {
    const { projectId, webhooks, clock } = this.#options;
    if (webhooks.secret === undefined) throw new Error('Set webhooks.secret to receive webhooks.');
    const verified = await this.verifier.verify(rawBody, headers);
    if (verified.kind === 'refused') return this.refuse(verified.code);
    const result = readDelivery(verified.payload, projectId, new Date(clock.nowMs()));
    switch (result.kind) {
      case 'delivery':
        return this.handle(result.delivery);
      case 'other_project':
        this.#log.log('warn', `A webhook of another Stytch project than ${projectId} was ignored.`);
        return { kind: 'ignored' };
      case 'unknown_type':
        return { kind: 'ignored' };
      case 'malformed':
        return this.refuse('webhook_malformed');
    }
  }

  private async handle(delivery: StytchWebhookDelivery): Promise<StytchWebhookResult> {
    const { objectType, action, id } = delivery;
    this.events.emit({ type: 'webhook_received', objectType, action, id });
    const change = changeOf(delivery);
    const results = await Promise.all([
      change === undefined || this.staleMarks.markEverywhere(change),
      ...[...this.#listeners].map((listener) => this.call(listener, delivery)),
    ]);
    return results.every(Boolean) ? { kind: 'received', delivery } : this.refuse('webhook_not_handled');
  }

  private async call(
    listener: (delivery: StytchWebhookDelivery) => unknown,
    delivery: StytchWebhookDelivery,
  ): Promise<boolean> {
    // An async function, so that what a listener throws at once is handled like a rejection.
    const succeeded = await succeedsWithin(maxListenerMs, async () => {
      await listener(delivery);
    });
    if (!succeeded) {
      // The error itself is not logged: its message may contain personal data.
      const event = `${delivery.objectType} ${delivery.action}`;
      this.#log.log('error', `A webhook listener failed for "${event}". Stytch delivers the event again.`);
    }
    return succeeded;
  }

  private refuse(code: RefusalCode): StytchWebhookResult {
    const advice = adviceOf[code];
    if (advice !== undefined) this.#log.log('error', advice);
    return { kind: 'refused', refusal: refusalOf(code) };
  }
}

/** What the application has to change, by the code that shows it. */
const adviceOf: Partial<Record<RefusalCode, string>> = {
  webhook_raw_body_missing:
    'A webhook was refused, since its signature covers the raw body. Set rawBody: true in NestFactory.create.',
  webhook_signature_invalid:
    'A webhook was refused, since it is not signed with webhooks.secret. If Stytch sent it, copy the signing ' +
    'secret of this endpoint from the Stytch Dashboard.',
};
