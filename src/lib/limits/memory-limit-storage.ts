import type { Clock } from '../ports/clock.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';

/** Maximum number of keys. The oldest windows are evicted first. */
const maxKeys = 50_000;

interface Window {
  hits: number;
  endsAtMs: number;
}

/** Counts in fixed windows in the memory of this process. */
export class MemoryLimitStorage implements LimitStorage {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly clock: Clock) {}

  increment(key: string, ttl: number, limit: number): Promise<LimitRecord> {
    const nowMs = this.clock.monotonicMs();
    let window = this.windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      // Deleting first moves the key to the end, so that the map stays ordered by window start.
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
