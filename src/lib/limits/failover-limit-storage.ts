import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { MemoryLimitStorage } from './memory-limit-storage.js';
import { withTimeout } from './with-timeout.js';

/** A Redis client may block indefinitely; a sign-in request must not. */
const storageTimeoutMs = 500;

type Hit = Parameters<LimitStorage['increment']>;

/**
 * Counts in `limits.storage`, and in this process while the storage fails, times out or returns an
 * invalid record. A broken storage must neither stop sign-ins nor lift the limits.
 */
@Injectable()
export class FailoverLimitStorage implements LimitStorage {
  private readonly logger = new Logger('Stytch');
  private hasLogged = false;

  constructor(
    private readonly memory: MemoryLimitStorage,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async increment(...hit: Hit): Promise<LimitRecord> {
    const { storage } = this.options.limits;
    if (storage === undefined) return this.countInMemory(hit);
    const record = await this.incrementConfigured(storage, hit);
    if (record !== undefined) return record;
    this.logOnce();
    return this.countInMemory(hit);
  }

  private countInMemory([key, windowMs, max]: Hit): Promise<LimitRecord> {
    return this.memory.increment(key, windowMs, max);
  }

  private async incrementConfigured(storage: LimitStorage, hit: Hit): Promise<LimitRecord | undefined> {
    try {
      const record = await withTimeout(storage.increment(...hit), storageTimeoutMs);
      return isRecord(record) ? record : undefined;
    } catch {
      // Not logged: the message may contain what was stored.
      return undefined;
    }
  }

  private logOnce(): void {
    if (this.hasLogged) return;
    this.hasLogged = true;
    this.logger.error('limits.storage failed. This process counts by itself until it works again.');
  }
}

function isRecord(record: Partial<LimitRecord> | undefined): record is LimitRecord {
  return [record?.totalHits, record?.timeToExpire, record?.timeToBlockExpire].every(Number.isFinite);
}
