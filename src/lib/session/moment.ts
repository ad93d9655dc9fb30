import type { Clock } from '../ports/clock.js';

/**
 * A moment on both faces of the clock. The wall clock can be set, and the monotonic clock stops while
 * the machine is suspended, so that neither alone is safe for what must not last too long or end too
 * early.
 */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export const momentOf = (clock: Clock): Moment => ({
  wallMs: clock.nowMs(),
  monotonicMs: clock.monotonicMs(),
});

/** The moment at a wall time, if both clocks run at the same rate from now. */
export const momentAt = (clock: Clock, wallMs: number): Moment => ({
  wallMs,
  monotonicMs: clock.monotonicMs() + wallMs - clock.nowMs(),
});

/** The time since a moment, by the clock on which more has passed. */
export const elapsedMs = (clock: Clock, since: Moment): number => elapsedBetweenMs(since, momentOf(clock));

/** The time between two moments, by the clock on which more has passed. */
export const elapsedBetweenMs = (since: Moment, now: Moment): number =>
  Math.max(now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);

/** Whether a moment has passed on both clocks. */
export const hasPassed = (clock: Clock, moment: Moment): boolean =>
  clock.nowMs() >= moment.wallMs && clock.monotonicMs() >= moment.monotonicMs;
