import { refuse } from '../../wire/api-error.js';

/** @throws {ApiError} `invalid_expiration`, or the error type of the limits, outside of them */
export function checkExpirationMinutes(
  minutes: number | undefined,
  { defaultMinutes, minMinutes, maxMinutes, errorType = 'invalid_expiration' }: ExpirationLimits,
): number {
  if (minutes === undefined) return defaultMinutes;
  if (minutes >= minMinutes && minutes <= maxMinutes) return minutes;
  return refuse(400, errorType, `The expiration must be from ${minMinutes} to ${maxMinutes} minutes.`);
}

export interface ExpirationLimits {
  defaultMinutes: number;
  minMinutes: number;
  maxMinutes: number;
  /** Default: `invalid_expiration`. */
  errorType?: string;
}
