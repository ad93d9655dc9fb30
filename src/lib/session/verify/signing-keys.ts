import { Inject, Injectable, Logger } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../ports/clock.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { SessionApi } from '../../ports/session-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { readKeySet, type KeySet } from './read-key-set.js';

/** Older keys are refreshed in the background. */
const refreshAfterMs = 5 * 60_000;
/** Maximum age of the keys while fetching fails. */
const maxStaleMs = 24 * 3_600_000;
/** Delay after a failed fetch; doubles with each further failure. */
const minBackoffMs = 5_000;
const maxBackoffMs = 60_000;
/** Limits fetches for unknown key ids, which anyone can make up. */
const minRefetchIntervalMs = 5_000;

/**
 * The project's published signing keys. Not fetched by the SDK, which sets no deadline, drops good keys
 * after ten minutes and accepts any response.
 *
 * Fetches are rate limited, including failed ones, so that neither an outage nor made-up key ids
 * cause many fetches.
 */
@Injectable()
export class SigningKeys {
  private readonly logger = new Logger('Stytch');
  private readonly clock: Clock;
  private keys: KeySet = new Map();
  private fetchedAtMs = -Infinity;
  private consecutiveFailures = 0;
  private nextAttemptAtMs = -Infinity;
  private nextRefetchAtMs = -Infinity;
  private inFlight: Promise<void> | undefined;

  /** @internal Created by Nest. */
  constructor(
    private readonly api: SessionApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.clock = clock;
  }

  /** Whether there are keys that are not too old. */
  get areAvailable(): boolean {
    return this.keys.size > 0 && this.ageMs() < maxStaleMs;
  }

  /**
   * The key with the given id; the same object as long as the key is unchanged. Refreshes old keys in
   * the background.
   */
  get(keyId: string): KeyObject | undefined {
    const ageMs = this.ageMs();
    if (ageMs >= refreshAfterMs) void this.attempt();
    return ageMs < maxStaleMs ? this.keys.get(keyId)?.key : undefined;
  }

  /**
   * Fetches the keys if there are none or one is missing. Resolves when the fetch has completed, or
   * immediately if the rate limit allows none. Never rejects.
   */
  async refetch(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    // A fetch in flight is awaited and does not count toward the limit.
    if (this.areAvailable && this.inFlight === undefined) {
      if (nowMs < this.nextRefetchAtMs) return;
      this.nextRefetchAtMs = nowMs + minRefetchIntervalMs;
    }
    await this.attempt();
  }

  /**
   * Fetches the keys now, without a rate limit. Call it after a key was withdrawn at Stytch; otherwise
   * the withdrawn key is accepted until the next background refresh, which a request starts when the
   * keys are five minutes old.
   */
  async reload(): Promise<void> {
    await this.inFlight;
    this.nextAttemptAtMs = -Infinity;
    await this.attempt();
  }

  private attempt(): Promise<void> {
    if (this.inFlight !== undefined) return this.inFlight;
    if (this.clock.monotonicMs() < this.nextAttemptAtMs) return Promise.resolve();
    this.inFlight = this.fetch().finally(() => {
      this.inFlight = undefined;
    });
    return this.inFlight;
  }

  private async fetch(): Promise<void> {
    const response = await this.api.fetchSigningKeys();
    if (response.kind === 'unavailable' && response.reason === 'closed') return;
    const keys = response.kind === 'ok' ? readKeySet(response.body, this.keys) : undefined;
    if (keys === undefined) {
      this.recordFailure();
      return;
    }
    this.keys = keys;
    this.fetchedAtMs = this.clock.monotonicMs();
    this.consecutiveFailures = 0;
  }

  private recordFailure(): void {
    const backoffMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** this.consecutiveFailures);
    this.nextAttemptAtMs = this.clock.monotonicMs() + backoffMs;
    this.consecutiveFailures += 1;
    this.logger.warn(
      this.areAvailable
        ? 'The signing keys could not be fetched. The previous keys remain in use.'
        : 'The signing keys could not be fetched. Sessions cannot be verified.',
    );
  }

  private ageMs(): number {
    return this.clock.monotonicMs() - this.fetchedAtMs;
  }
}
