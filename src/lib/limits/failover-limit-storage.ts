import { Logger } from '@nestjs/common';
import { withTimeout } from '../http/with-timeout.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';

/** Redis clients can wait for their server indefinitely. */
const timeoutMs = 500;

/**
 * Counts in the fallback while the primary storage fails, does not respond within 500 ms or returns
 * something that is not a record. An outage of the storage then neither blocks sign-ins nor lifts the
 * limits.
 */
export class FailoverLimitStorage implements LimitStorage {
  private readonly logger = new Logger('Stytch');
  private hasWarned = false;

  readonly #primary: LimitStorage;

  constructor(
    primary: LimitStorage,
    private readonly fallback: LimitStorage,
  ) {
    this.#primary = primary;
  }

  async increment(...hit: Parameters<LimitStorage['increment']>): Promise<LimitRecord> {
    return (await this.incrementPrimary(hit)) ?? this.fallback.increment(...hit);
  }

  private async incrementPrimary(
    hit: Parameters<LimitStorage['increment']>,
  ): Promise<LimitRecord | undefined> {
    try {
      const record = await withTimeout(this.#primary.increment(...hit), timeoutMs);
      if (isRecord(record)) return record;
    } catch {
      // The error is not logged: its message may contain stored data.
    }
    this.warn();
    return undefined;
  }

  private warn(): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger.error('The configured limits.storage failed. Until it recovers, limits apply per process.');
  }
}

/** Storages come from the application, so the type alone guarantees nothing. */
function isRecord(record: Partial<LimitRecord> | undefined): record is LimitRecord {
  return [record?.totalHits, record?.timeToExpire, record?.timeToBlockExpire].every(Number.isFinite);
}
