import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import type { LimitStorage } from '../ports/limit-storage.js';
import { LIMIT_STORAGE, RESOLVED_OPTIONS } from '../stytch.tokens.js';

export interface Hit {
  /** Name of the limit. Limits with different names are counted separately. */
  readonly name: string;
  readonly limit: StytchLimit;
  /** What is limited, such as an email address or a network. Only a hash of it is stored. */
  readonly subject: string;
}

export type LimitResult =
  { readonly kind: 'within_limit' } | { readonly kind: 'exceeded'; readonly retryAfterSeconds: number };

/** Counts hits in fixed windows. */
@Injectable()
export class LimitCounter {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LIMIT_STORAGE) private readonly storage: LimitStorage,
  ) {}

  async count({ name, limit, subject }: Hit): Promise<LimitResult> {
    const windowMs = limit.windowSeconds * 1000;
    const key = this.hashedKey(name, subject);
    const record = await this.storage.increment(key, windowMs, limit.max, windowMs, `stytch-${name}`);
    if (record.totalHits <= limit.max && !record.isBlocked) return { kind: 'within_limit' };
    const secondsLeft = Math.max(record.timeToBlockExpire, record.timeToExpire);
    return { kind: 'exceeded', retryAfterSeconds: Math.max(1, Math.ceil(secondsLeft)) };
  }

  /** Subjects are personal data, so the storage gets a hash. The project ID separates shared storages. */
  private hashedKey(name: string, subject: string): string {
    return createHash('sha256').update(`${this.options.projectId} ${name} ${subject}`).digest('base64url');
  }
}
