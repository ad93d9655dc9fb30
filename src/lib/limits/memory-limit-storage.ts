import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';

/** Maximum number of keys. The ones that expire first are evicted. */
const maxKeys = 50_000;

interface Window {
  hits: number;
  endsAtMs: number;
}

/** Counts in fixed windows, in the memory of this process. */
@Injectable()
export class MemoryLimitStorage implements LimitStorage {
  private readonly windows = new Map<string, Window>();

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'clock'>) {}

  increment(key: string, ttl: number, limit: number): Promise<LimitRecord> {
    const nowMs = this.options.clock.monotonicMs();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      // Inserted at the end, so that the map stays ordered by time.
      this.windows.delete(key);
      window = { hits: 0, endsAtMs: nowMs + ttl };
      this.evict(nowMs);
      this.windows.set(key, window);
    }
    window.hits += 1;
    const secondsLeft = (window.endsAtMs - nowMs) / 1000;
    const isBlocked = window.hits > limit;
    return Promise.resolve({
      totalHits: window.hits,
      timeToExpire: secondsLeft,
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsLeft : 0,
    });
  }

  private evict(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.windows) {
      if (endsAtMs > nowMs && this.windows.size < maxKeys) return;
      this.windows.delete(key);
    }
  }
}
