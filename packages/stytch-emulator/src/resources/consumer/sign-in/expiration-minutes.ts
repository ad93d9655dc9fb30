import { refuse } from '../../../wire/api-error.js';

/** @throws {ApiError} `invalid_expiration` outside the limits */
export function checkExpirationMinutes(
  minutes: number | undefined,
  { defaultMinutes, minMinutes, maxMinutes }: ExpirationLimits,
): number {
  if (minutes === undefined) return defaultMinutes;
  if (minutes >= minMinutes && minutes <= maxMinutes) return minutes;
  return refuse(
    400,
    'invalid_expiration',
    `The expiration must be from ${minMinutes} to ${maxMinutes} minutes.`,
  );
}

export interface ExpirationLimits {
  defaultMinutes: number;
  minMinutes: number;
  maxMinutes: number;
}
