/**
 * The time. Timestamps use the wall clock; ages and deadlines use the monotonic one, so that setting
 * the wall clock doesn't affect them. Both have to advance together: otherwise requests get 503
 * `clock_skew`, until the wall clock agrees with the `Date` header of Stytch's responses.
 */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Milliseconds since a fixed moment. Never decreases. */
  monotonicMs(): number;
}
