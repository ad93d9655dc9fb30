import type { Clock } from '../ports/clock.js';

interface SharedResult<Result> {
  readonly result: Promise<Result>;
  readonly expiresAtMs: number;
}

/** Shares the result of something that can be done once only with those who ask again within moments. */
export class ShortLivedResults<Result> {
  private readonly shared = new Map<string, SharedResult<Result>>();

  constructor(
    private readonly ttlMs: number,
    private readonly clock: Clock,
  ) {}

  /** @param shouldShare a result that is not is forgotten, and asking again is another try */
  once(key: string, run: () => Promise<Result>, shouldShare: (result: Result) => boolean): Promise<Result> {
    this.removeExpired();
    const shared = this.shared.get(key);
    if (shared !== undefined) return shared.result;
    const result = run();
    this.shared.set(key, { result, expiresAtMs: this.clock.monotonicMs() + this.ttlMs });
    const remove = () => this.shared.delete(key);
    result.then((settled) => shouldShare(settled) || remove(), remove);
    return result;
  }

  /** They are in order of time: the first that is young enough ends the search. */
  private removeExpired(): void {
    const nowMs = this.clock.monotonicMs();
    for (const [key, { expiresAtMs }] of this.shared) {
      if (expiresAtMs > nowMs) return;
      this.shared.delete(key);
    }
  }
}
