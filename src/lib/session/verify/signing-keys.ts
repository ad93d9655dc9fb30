import { Inject, Injectable, Logger } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../ports/clock.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { readKeySet, type KeySet } from './read-key-set.js';

/** Keys are fetched anew in the background from this age on. */
const freshForMs = 5 * 60_000;
/** While fetching fails, the last good keys serve for this long. */
const usableForMs = 24 * 3_600_000;
/** After a failed fetch, and twice as long after each further one. */
const shortestPauseMs = 5_000;
const longestPauseMs = 60_000;
/** A key id not seen before may be one published a moment ago: worth one fetch, but not one each. */
const pauseBetweenLooksMs = 5_000;

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
  private failures = 0;
  private noAttemptBeforeMs = -Infinity;
  private noLookBeforeMs = -Infinity;
  private flight: Promise<void> | undefined;

  constructor(
    private readonly api: StytchApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.clock = clock;
  }

  /** Whether there is any key to verify with. */
  get areKnown(): boolean {
    return this.keys.size > 0 && this.ageMs() < usableForMs;
  }

  /**
   * The key of that id. The same object as long as the same key is published. Starts a fetch in the
   * background when the set is getting old; nobody waits for it.
   */
  get(keyId: string): KeyObject | undefined {
    const ageMs = this.ageMs();
    if (ageMs >= freshForMs) void this.attempt();
    return ageMs < usableForMs ? this.keys.get(keyId)?.key : undefined;
  }

  /**
   * Looks for a key published since the last fetch, or for the first set. Resolves when the fetch
   * has ended, at once when none is due. Never rejects.
   */
  async lookAgain(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    // A look that is under way is waited for, whoever began it.
    if (this.areKnown && this.flight === undefined) {
      if (nowMs < this.noLookBeforeMs) return;
      this.noLookBeforeMs = nowMs + pauseBetweenLooksMs;
    }
    await this.attempt();
  }

  /**
   * Fetches the keys now. For an operator who had Stytch withdraw a key: without it a withdrawn key
   * works until the next fetch in the background, five minutes at most.
   */
  async reload(): Promise<void> {
    await this.flight;
    this.noAttemptBeforeMs = -Infinity;
    await this.attempt();
  }

  private attempt(): Promise<void> {
    if (this.flight !== undefined) return this.flight;
    if (this.clock.monotonicMs() < this.noAttemptBeforeMs) return Promise.resolve();
    this.flight = this.fetch().finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async fetch(): Promise<void> {
    const answer = await this.api.signingKeys();
    const keys = answer.kind === 'ok' ? readKeySet(answer.body, this.keys) : undefined;
    if (keys === undefined) {
      this.failed();
      return;
    }
    this.keys = keys;
    this.fetchedAtMs = this.clock.monotonicMs();
    this.failures = 0;
  }

  private failed(): void {
    const pauseMs = Math.min(longestPauseMs, shortestPauseMs * 2 ** this.failures);
    this.noAttemptBeforeMs = this.clock.monotonicMs() + pauseMs;
    this.failures += 1;
    this.logger.warn(
      this.areKnown
        ? 'The signing keys could not be fetched; the last good ones stay in use.'
        : 'The signing keys could not be fetched; sessions cannot be verified.',
    );
  }

  private ageMs(): number {
    return this.clock.monotonicMs() - this.fetchedAtMs;
  }
}
