import type { Clock } from '../ports/clock.js';

/** Lets so many through a second, evenly and no more. */
export class Budget {
  private left: number;
  private countedAtMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.left = perSecond;
    this.countedAtMs = clock.monotonicMs();
  }

  /** Takes one, if there is one. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs();
    this.left = Math.min(this.perSecond, this.left + ((nowMs - this.countedAtMs) / 1000) * this.perSecond);
    this.countedAtMs = nowMs;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
