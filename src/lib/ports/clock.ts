/**
 * Time, handed in. Two faces: what the calendar says, and what has passed since. Ages and
 * deadlines use the second, so that a corrected wall clock neither ends nor prolongs anything.
 */
export interface Clock {
  /** Wall time, in milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonicMs(): number;
}
