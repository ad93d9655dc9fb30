import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { FailoverLimitStorage } from './failover-limit-storage.js';

/** What to count, and for whom. */
export interface LimitedAction {
  readonly action: string;
  readonly limitName: string;
  /** An email address or a network. Only its hash reaches the storage. */
  readonly subject: string;
}

export type LimitResult =
  { readonly kind: 'allowed' } | { readonly kind: 'exceeded'; readonly retryAfterSeconds: number };

/** Counts actions within a window. */
@Injectable()
export class LimitCounter {
  constructor(
    private readonly storage: FailoverLimitStorage,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async count(limited: LimitedAction, { max, windowSeconds }: StytchLimit): Promise<LimitResult> {
    const windowMs = windowSeconds * 1000;
    const name = `stytch-${limited.action}-${limited.limitName}`;
    const record = await this.storage.increment(this.keyOf(limited), windowMs, max, windowMs, name);
    if (record.totalHits <= max && !record.isBlocked) return { kind: 'allowed' };
    const waitSeconds = Math.max(record.timeToBlockExpire, record.timeToExpire);
    return { kind: 'exceeded', retryAfterSeconds: Math.max(1, Math.ceil(waitSeconds)) };
  }

  /** Includes the project and the limit, so that no two counters share a key. */
  private keyOf({ action, limitName, subject }: LimitedAction): string {
    const { projectId } = this.options;
    return createHash('sha256').update(`${projectId} ${action} ${limitName} ${subject}`).digest('base64url');
  }
}
