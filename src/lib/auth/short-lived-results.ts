import type { Clock } from '../ports/clock.js';

interface Shared<Result> {
  readonly result: Promise<Result>;
  readonly untilMs: number;
}

/** Shares the result of something that can be done once only with those who ask again within moments. */
export class MomentaryResults<Result> {
  private readonly shared = new Map<string, Shared<Result>>();

  constructor(
    private readonly forMs: number,
    private readonly clock: Clock,
  ) {}

  /** @param isWorthSharing a result that is not is forgotten, and asking again is another try */
  once(
    key: string,
    run: () => Promise<Result>,
    isWorthSharing: (result: Result) => boolean,
  ): Promise<Result> {
    this.forgetOld();
    const shared = this.shared.get(key);
    if (shared !== undefined) return shared.result;
    const result = run();
    this.shared.set(key, { result, untilMs: this.clock.monotonicMs() + this.forMs });
    const forget = () => this.shared.delete(key);
    result.then((settled) => isWorthSharing(settled) || forget(), forget);
    return result;
  }

  /** They are in order of time: the first that is young enough ends the search. */
  private forgetOld(): void {
    const nowMs = this.clock.monotonicMs();
    for (const [key, { untilMs }] of this.shared) {
      if (untilMs > nowMs) return;
      this.shared.delete(key);
    }
  }
}
