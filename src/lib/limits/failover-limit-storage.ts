import { LimitedLog } from '../events/limited-log.js';
import { withTimeout } from '../http/with-timeout.js';
import type { Clock } from '../ports/clock.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';

/** Redis clients can wait for their server indefinitely, and a sign-in waits for several limits. */
const timeoutMs = 50;
/** After a failure, so that a slow storage delays one request at a time, once. */
const pauseMs = 1_000;
/** For how long after the pause a failure is reported: only limited requests use the storage, and none may follow. */
const reportMs = 60_000;
/** Before all times. */
const never = -Infinity;

/**
 * Counts in the fallback while the primary storage fails, does not respond within 50 ms or returns
 * something that is not a record. An outage of the storage then neither blocks sign-ins nor lifts the
 * limits.
 */
export class FailoverLimitStorage implements LimitStorage {
  readonly #primary: LimitStorage;
  readonly #log: LimitedLog;
  private pausedUntilMs = never;

  constructor(
    primary: LimitStorage,
    private readonly fallback: LimitStorage,
    private readonly clock: Clock,
  ) {
    this.#primary = primary;
    this.#log = new LimitedLog(clock);
  }

  /** Whether the primary storage failed when it was last used, about a minute ago at most. */
  get isFailing(): boolean {
    return this.clock.monotonicMs() < this.pausedUntilMs + reportMs;
  }

  async increment(...hit: Parameters<LimitStorage['increment']>): Promise<LimitRecord> {
    return (await this.incrementPrimary(hit)) ?? this.fallback.increment(...hit);
  }

  private async incrementPrimary(
    hit: Parameters<LimitStorage['increment']>,
  ): Promise<LimitRecord | undefined> {
    if (this.clock.monotonicMs() < this.pausedUntilMs) return undefined;
    try {
      const record = await withTimeout(this.#primary.increment(...hit), timeoutMs);
      if (isRecord(record)) {
        if (this.clock.monotonicMs() >= this.pausedUntilMs) this.pausedUntilMs = never;
        return record;
      }
    } catch {
      // The error is not logged: its message may contain stored data.
    }
    this.pausedUntilMs = this.clock.monotonicMs() + pauseMs;
    this.#log.log(
      'error',
      `shared.limits failed or took longer than ${timeoutMs} ms. Until it recovers, limits apply per process.`,
    );
    return undefined;
  }
}

/** Storages come from the application, so the type alone guarantees nothing. */
function isRecord(record: Partial<LimitRecord> | undefined): record is LimitRecord {
  return [record?.totalHits, record?.timeToExpire, record?.timeToBlockExpire].every(Number.isFinite);
}
