import { Inject, Injectable, Logger } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../ports/clock.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { SessionApi } from '../../ports/session-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { elapsedBetweenMs, elapsedMs, momentOf, type Moment } from '../moment.js';
import { readKeySet, type KeySet } from './read-key-set.js';

/** Older keys are refreshed in the background. */
const refreshAfterMs = 5 * 60_000;
/** Older keys are used only while fetching fails: verification waits for the fetch. */
const maxAgeMs = 10 * 60_000;
/** Maximum age of the keys while fetching fails. */
const maxStaleMs = 24 * 3_600_000;
/** Delay after a failed fetch; doubles with each further failure. */
const minBackoffMs = 5_000;
const maxBackoffMs = 60_000;
/** Limits fetches for unknown key ids, which anyone can make up. */
const minRefetchIntervalMs = 5_000;

/** The beginning of time, on both clocks. */
const never: Moment = { wallMs: -Infinity, monotonicMs: -Infinity };

/** What an unknown key id was found in. Each has its own limit. */
export type KeyIdSource =
  | 'request'
  /** A JWT that Stytch has just issued, so its key id is not made up. */
  | 'stytch';

/** @internal */
export type SigningKeysState =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'current' | 'stale' | 'too_old';
      readonly count: number;
      readonly ageSeconds: number;
    };

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
  private fetchedAt = never;
  private failedAt = never;
  private consecutiveFailures = 0;
  private readonly refetchedAt: Record<KeyIdSource, Moment> = { request: never, stytch: never };
  private inFlight: Promise<void> | undefined;
  private lastSuccess = 0;
  private started = 0;

  /** @internal Created by Nest. */
  constructor(
    private readonly api: SessionApi,
    @Inject(RESOLVED_OPTIONS) { clock }: ResolvedOptions,
  ) {
    this.clock = clock;
  }

  /** Whether there are keys that can be used without waiting for a fetch. */
  get areAvailable(): boolean {
    return this.keys.size > 0 && this.areUsable(this.ageMs());
  }

  /**
   * How old the keys are. `stale`: fetching fails, and they are used nevertheless.
   * @internal
   */
  get state(): SigningKeysState {
    if (this.keys.size === 0) return { kind: 'missing' };
    const ageMs = this.ageMs();
    const kind = ageMs < maxAgeMs ? 'current' : ageMs < maxStaleMs ? 'stale' : 'too_old';
    return { kind, count: this.keys.size, ageSeconds: Math.round(ageMs / 1000) };
  }

  /**
   * The number of fetches started until now. Pass it to `refetch()` as the moment after which a fetch
   * counts.
   * @internal
   */
  get startedFetches(): number {
    return this.started;
  }

  /** The fetch in flight, if there is one. @internal */
  get fetchInFlight(): Promise<void> | undefined {
    return this.inFlight;
  }

  /**
   * The key with the given id; the same object as long as the key is unchanged. Refreshes old keys in
   * the background. `undefined` also if the keys are so old that they have to be fetched first.
   */
  get(keyId: string): KeyObject | undefined {
    return this.getAt(keyId, momentOf(this.clock));
  }

  /**
   * {@link get} at a moment that was just read.
   * @internal
   */
  getAt(keyId: string, now: Moment): KeyObject | undefined {
    const ageMs = elapsedBetweenMs(this.fetchedAt, now);
    if (ageMs >= refreshAfterMs) {
      void this.attempt();
      if (!this.areUsable(ageMs)) return undefined;
    }
    return this.keys.get(keyId)?.key;
  }

  /**
   * Fetches the keys if there are none, they are too old or one is missing. Never rejects.
   *
   * @param since how many fetches don't count, because they started before the key was needed. Without it,
   * a fetch in flight counts.
   * @returns whether a later fetch has succeeded; false if it failed or the rate limit allows none
   */
  async refetch(source: 'request' | 'stytch' = 'request', since = this.completed): Promise<boolean> {
    if (this.inFlight !== undefined && this.started === since) await this.inFlight;
    // Another request may have started the next fetch while this one was waiting.
    if (this.started === since) {
      if (this.areAvailable) {
        if (elapsedMs(this.clock, this.refetchedAt[source]) < minRefetchIntervalMs) return false;
        this.refetchedAt[source] = momentOf(this.clock);
      }
      await this.attempt();
    } else await this.inFlight;
    return this.lastSuccess > since;
  }

  /**
   * Fetches the keys now, without a rate limit. Call it after a key was withdrawn at Stytch; otherwise
   * the withdrawn key is accepted until the next background refresh, which starts when the
   * keys are five minutes old. Keys older than ten minutes are not used before they are fetched again.
   */
  async reload(): Promise<void> {
    await this.inFlight;
    this.failedAt = never;
    await this.attempt();
  }

  /**
   * Fetches the keys if there are none or they are older than five minutes. Rate limited while it fails.
   * @internal
   */
  async refreshIfOld(): Promise<void> {
    if (this.ageMs() >= refreshAfterMs) await this.attempt();
  }

  private attempt(): Promise<void> {
    if (this.inFlight !== undefined) return this.inFlight;
    if (this.isBackingOff) return Promise.resolve();
    this.started += 1;
    this.inFlight = this.fetch(this.started).finally(() => {
      this.inFlight = undefined;
    });
    return this.inFlight;
  }

  private async fetch(number: number): Promise<void> {
    const startedAt = momentOf(this.clock);
    const response = await this.api.fetchSigningKeys();
    if (response.kind === 'unavailable' && response.reason === 'closed') return;
    const keys = response.kind === 'ok' ? readKeySet(response.body, this.keys) : undefined;
    if (keys === undefined) {
      this.recordFailure();
      return;
    }
    this.keys = keys;
    this.fetchedAt = startedAt;
    this.lastSuccess = number;
    this.consecutiveFailures = 0;
    this.failedAt = never;
  }

  private recordFailure(): void {
    this.failedAt = momentOf(this.clock);
    this.consecutiveFailures += 1;
    this.logger.warn(
      this.keys.size > 0 && this.ageMs() < maxStaleMs
        ? 'The signing keys could not be fetched. The previous keys remain in use.'
        : 'The signing keys could not be fetched. Sessions cannot be verified.',
    );
  }

  /** Whether the last fetch failed, and it is too early for the next one. */
  private get isBackingOff(): boolean {
    if (this.consecutiveFailures === 0) return false;
    const backoffMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** (this.consecutiveFailures - 1));
    return elapsedMs(this.clock, this.failedAt) < backoffMs;
  }

  /** The number of fetches that have ended. */
  private get completed(): number {
    return this.inFlight === undefined ? this.started : this.started - 1;
  }

  private areUsable(ageMs: number): boolean {
    return ageMs < maxAgeMs || (ageMs < maxStaleMs && this.inFlight === undefined && this.isBackingOff);
  }

  private ageMs(): number {
    return elapsedMs(this.clock, this.fetchedAt);
  }
}
