import { systemClock } from '../options/system-clock.js';

/** Weight of the latest call in an average. */
const factor = 0.1;
/** Older calls say nothing about the next one. */
const maxAgeMs = 60_000;

/** How long recent calls took, in milliseconds; 0 if there were none. */
export class RecentDurations {
  private average = 0;
  private quick = 0;
  private addedAtMs = -Infinity;
  /** Weight of the latest call in the average of the quick calls, if it was slower than they were. */
  private readonly slowerFactor: number;

  /** @param maxInFlight how many calls a burst slows down */
  constructor(maxInFlight: number) {
    this.slowerFactor = Math.min(factor, 1 / maxInFlight);
  }

  get averageMs(): number {
    return this.areRecent ? this.average : 0;
  }

  /** The average of the quick calls, which a burst of calls hardly changes. */
  get quickMs(): number {
    return this.areRecent ? this.quick : 0;
  }

  add(durationMs: number): void {
    if (this.areRecent) {
      this.average += (durationMs - this.average) * factor;
      this.quick += (durationMs - this.quick) * (durationMs > this.quick ? this.slowerFactor : factor);
    } else {
      this.average = durationMs;
      this.quick = durationMs;
    }
    this.addedAtMs = systemClock.monotonicMs();
  }

  private get areRecent(): boolean {
    return systemClock.monotonicMs() - this.addedAtMs < maxAgeMs;
  }
}
