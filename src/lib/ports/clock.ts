/**
 * The time. Timestamps use the wall clock; ages and deadlines use the monotonic one, so that setting
 * the wall clock doesn't affect them.
 */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Milliseconds since a fixed moment. Never decreases. */
  monotonicMs(): number;
}
