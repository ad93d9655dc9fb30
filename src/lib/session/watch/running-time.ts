import type { Clock } from '../../ports/clock.js';
import { elapsedMs, momentOf, type Moment } from '../moment.js';

/** Time that runs as fast as the faster face of the clock, since sessions must not last longer than either says. */
export class RunningTime {
  #nowMs = 0;
  #readAt: Moment;

  constructor(private readonly clock: Clock) {
    this.#readAt = momentOf(clock);
  }

  /** In milliseconds; it never goes back. */
  nowMs(): number {
    this.#nowMs += Math.max(0, elapsedMs(this.clock, this.#readAt));
    this.#readAt = momentOf(this.clock);
    return this.#nowMs;
  }
}
