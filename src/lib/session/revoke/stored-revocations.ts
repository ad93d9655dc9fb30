import { Inject, Injectable } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import { succeedsWithin } from '../../http/with-timeout.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { PendingRevocationStorage, StoredRevocation } from '../../ports/pending-revocation-storage.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

/** Of one call to the storage. */
const timeoutMs = 1_000;
/** After the start, so that a restarted process continues what it left. */
const firstClaimMs = 1_000;
const claimIntervalMs = 15_000;
/** Spreads the claims of several instances. A part of the interval. */
const maxJitter = 0.5;
const maxClaimed = 20;
/** Longer than an attempt and the wait for it. */
const leaseMs = 90_000;

type Adopt = (revocations: readonly StoredRevocation[]) => void;

/** What is not confirmed by Stytch, in a storage that outlives this process. Without one, it does nothing. */
@Injectable()
export class StoredRevocations {
  readonly #storage: PendingRevocationStorage | undefined;
  readonly #log: LimitedLog;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {
    this.#storage = options.shared.pendingRevocations;
    this.#log = new LimitedLog(options.clock);
  }

  get isConfigured(): boolean {
    return this.#storage !== undefined;
  }

  /** Offers the revocations of instances that have ended, a few at a time, until `close`. */
  start(adopt: Adopt): void {
    this.claimAfter(firstClaimMs, adopt);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /**
   * Keeps revocations that this process retries itself within `claimableInMs`.
   * @returns whether the storage has confirmed it
   */
  async put(revocations: readonly StoredRevocation[], claimableInMs: number): Promise<boolean> {
    if (revocations.length === 0) return true;
    return this.call((storage) => storage.put(this.options.projectId, revocations, claimableInMs));
  }

  async remove(sessionId: string): Promise<void> {
    await this.call((storage) => storage.remove(this.options.projectId, [sessionId]));
  }

  private claimAfter(delayMs: number, adopt: Adopt): void {
    if (this.#storage === undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.claim(adopt), delayMs * (1 + Math.random() * maxJitter));
    this.#timer.unref();
  }

  private async claim(adopt: Adopt): Promise<void> {
    await this.call(async (storage) => {
      const claimed = await storage.claim(this.options.projectId, maxClaimed, leaseMs);
      if (!this.#isClosed && claimed.length > 0) adopt(claimed);
    });
    this.claimAfter(claimIntervalMs, adopt);
  }

  /** Never throws. */
  private async call(run: (storage: PendingRevocationStorage) => Promise<void>): Promise<boolean> {
    if (this.#storage === undefined) return false;
    const storage = this.#storage;
    if (await succeedsWithin(timeoutMs, () => run(storage))) return true;
    this.#log.log(
      'error',
      'shared.pendingRevocations failed or took longer than a second. Revocations that Stytch has not confirmed are retried by ' +
        'this process only until it recovers.',
    );
    return false;
  }
}
