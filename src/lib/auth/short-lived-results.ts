import type { Clock } from '../ports/clock.js';

interface SharedResult<Result> {
  readonly result: Promise<Result>;
  readonly expiresAtMs: number;
}

/** Shares the result of an operation that works only once with repeated calls within `ttlMs`. */
export class ShortLivedResults<Result> {
  readonly #shared = new Map<string, SharedResult<Result>>();

  constructor(
    private readonly ttlMs: number,
    private readonly clock: Clock,
  ) {}

  /** @param shouldShare whether later calls get this result; otherwise the next call runs again */
  once(key: string, run: () => Promise<Result>, shouldShare: (result: Result) => boolean): Promise<Result> {
    this.removeExpired();
    const shared = this.#shared.get(key);
    if (shared !== undefined) return shared.result;
    const result = run();
    this.#shared.set(key, { result, expiresAtMs: this.clock.monotonicMs() + this.ttlMs });
    const remove = () => {
      // After `ttlMs`, another run may have taken the place of this one.
      if (this.#shared.get(key)?.result === result) this.#shared.delete(key);
    };
    result.then((settled) => {
      if (!shouldShare(settled)) remove();
    }, remove);
    return result;
  }

  /** Entries are ordered by expiry, so the first unexpired one ends the loop. */
  private removeExpired(): void {
    const nowMs = this.clock.monotonicMs();
    for (const [key, { expiresAtMs }] of this.#shared) {
      if (expiresAtMs > nowMs) return;
      this.#shared.delete(key);
    }
  }
}
