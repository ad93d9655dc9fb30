import { Inject, Injectable, Logger } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../ports/clock.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { readKeySet, type KeySet } from './read-key-set.js';

/** Keys are fetched anew in the background from this age on. */
const refreshAfterMs = 5 * 60_000;
/** While fetching fails, the last good keys serve for this long. */
const maxStaleMs = 24 * 3_600_000;
/** After a failed fetch, and twice as long after each further one. */
const minBackoffMs = 5_000;
const maxBackoffMs = 60_000;
/** A key id not seen before may be one published a moment ago: worth one fetch, but not one each. */
const minRefetchIntervalMs = 5_000;

/**
 * The project's published signing keys. Fetched here and not by the SDK: its fetch can stall for
 * good, forgets good keys after ten minutes and takes any set it is given.
 *
 * Attempts are rationed, failed ones too, so that neither an outage nor a flood of made-up key ids
 * becomes a flood of fetches.
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
    private readonly api: StytchApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.clock = clock;
  }

  /** Whether there is any key to verify with. */
  get areAvailable(): boolean {
    return this.keys.size > 0 && this.ageMs() < maxStaleMs;
  }

  /**
   * The key of that id. The same object as long as the same key is published. Starts a fetch in the
   * background when the set is getting old; nobody waits for it.
   */
  get(keyId: string): KeyObject | undefined {
    const ageMs = this.ageMs();
    if (ageMs >= refreshAfterMs) void this.attempt();
    return ageMs < maxStaleMs ? this.keys.get(keyId)?.key : undefined;
  }

  /**
   * Looks for a key published since the last fetch, or for the first set. Resolves when the fetch
   * has ended, at once when none is due. Never rejects.
   */
  async refetch(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    // A look that is under way is waited for, whoever began it.
    if (this.areAvailable && this.inFlight === undefined) {
      if (nowMs < this.nextRefetchAtMs) return;
      this.nextRefetchAtMs = nowMs + minRefetchIntervalMs;
    }
    await this.attempt();
  }

  /**
   * Fetches the keys now. For an operator who had Stytch withdraw a key: without it a withdrawn key
   * works until the next fetch in the background, five minutes at most.
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
        ? 'The signing keys could not be fetched; the last good ones stay in use.'
        : 'The signing keys could not be fetched; sessions cannot be verified.',
    );
  }

  private ageMs(): number {
    return this.clock.monotonicMs() - this.fetchedAtMs;
  }
}
