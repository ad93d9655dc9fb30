import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Moment } from '../moment.js';
import type { VerifiedJwt } from './verified-jwt.js';

export type TimeCheckResult =
  | { readonly kind: 'valid'; readonly verified: VerifiedJwt; readonly checkedAt: Moment }
  /** Genuine, but the JWT has expired. The session may still be active. */
  | { readonly kind: 'expired'; readonly verified: VerifiedJwt; readonly ageSeconds: number }
  /** Genuine, but the session has expired. */
  | {
      readonly kind: 'session_expired';
      readonly verified: VerifiedJwt;
      readonly ageSeconds: number;
      readonly jwtIsExpired: boolean;
    }
  /** Genuine, but issued later than `session.clockSkewSeconds` allows: the server's clock is wrong. */
  | {
      readonly kind: 'issued_in_future';
      readonly verified: VerifiedJwt;
      readonly skewSeconds: number;
    };

/** Allows for clock differences and for the time a request takes to arrive. */
const expiryToleranceSeconds = 5;

/** Checks the times of a verified JWT at a moment, by its wall clock. */
export function checkTimes(
  verified: VerifiedJwt,
  now: Moment,
  { session }: Pick<ResolvedOptions, 'session'>,
): TimeCheckResult {
  const nowSeconds = now.wallMs / 1000;
  const skewSeconds = verified.validFromSeconds - nowSeconds;
  if (skewSeconds > session.clockSkewSeconds) return { kind: 'issued_in_future', verified, skewSeconds };
  const ageSeconds = nowSeconds - verified.issuedAtSeconds;
  const isExpired = hasExpired(verified, nowSeconds);
  if (nowSeconds >= sessionEndSeconds(verified, session.maxLifetimeMinutes)) {
    return { kind: 'session_expired', verified, ageSeconds, jwtIsExpired: isExpired };
  }
  return isExpired ? { kind: 'expired', verified, ageSeconds } : { kind: 'valid', verified, checkedAt: now };
}

export const hasExpired = (
  { expiresAtSeconds }: { readonly expiresAtSeconds: number },
  nowSeconds: number,
): boolean => nowSeconds >= expiresAtSeconds + expiryToleranceSeconds;

/** The session's expiry at Stytch, or `maxLifetimeMinutes` after its start if that is earlier. */
export function sessionEndSeconds(verified: VerifiedJwt, maxLifetimeMinutes: number | undefined): number {
  if (maxLifetimeMinutes === undefined) return verified.sessionExpiresAtSeconds;
  return Math.min(
    verified.sessionExpiresAtSeconds,
    verified.sessionStartedAtSeconds + maxLifetimeMinutes * 60,
  );
}
