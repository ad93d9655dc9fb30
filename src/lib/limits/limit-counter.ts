import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import type { LimitStorage } from '../ports/limit-storage.js';
import { LIMIT_STORAGE, RESOLVED_OPTIONS } from '../stytch.tokens.js';

export interface Hit<Name extends string> {
  /** What is limited. Actions are counted separately. */
  readonly action: string;
  /** Name of the limit. Limits with different names are counted separately. */
  readonly name: Name;
  /** Undefined if the limit is off. */
  readonly limit: StytchLimit | undefined;
  /** What the action is counted by, such as an email address or a network. Only a hash of it is stored. */
  readonly subject: string;
}

export interface ExceededLimit<Name extends string> {
  readonly name: Name;
  readonly retryAfterSeconds: number;
}

/** Counts hits in fixed windows. */
@Injectable()
export class LimitCounter {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LIMIT_STORAGE) private readonly storage: LimitStorage,
  ) {}

  /** @returns the limit if the hit exceeds it */
  async count<Name extends string>({
    action,
    name,
    limit,
    subject,
  }: Hit<Name>): Promise<ExceededLimit<Name> | undefined> {
    if (limit === undefined) return undefined;
    const countName = `${action}-${name}`;
    const key = this.hashedKey(countName, subject);
    const windowMs = limit.windowSeconds * 1000;
    const record = await this.storage.increment(key, windowMs, limit.max, windowMs, `stytch-${countName}`);
    if (record.totalHits <= limit.max && !record.isBlocked) return undefined;
    const secondsLeft = Math.max(record.timeToBlockExpire, record.timeToExpire);
    return { name, retryAfterSeconds: Math.max(1, Math.ceil(secondsLeft)) };
  }

  /** Subjects are personal data, so the storage gets a hash. The project ID separates shared storages. */
  private hashedKey(name: string, subject: string): string {
    return createHash('sha256').update(`${this.options.projectId} ${name} ${subject}`).digest('base64url');
  }
}
