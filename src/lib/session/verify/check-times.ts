import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

export type TimeCheckResult =
  | { readonly kind: 'valid'; readonly verified: VerifiedJwt }
  /** Genuine, but its five minutes are over: the session may well go on. */
  | { readonly kind: 'expired'; readonly verified: VerifiedJwt; readonly ageSeconds: number }
  /** Genuine, and the session itself has ended. */
  | {
      readonly kind: 'session_expired';
      readonly verified: VerifiedJwt;
      readonly ageSeconds: number;
      readonly jwtIsExpired: boolean;
    }
  /** Genuine, from further in the future than clocks may differ: this machine's clock is wrong. */
  | { readonly kind: 'issued_in_future'; readonly skewSeconds: number };

/** How long a JWT may be past its end: clocks differ, and requests travel. */
const expiryToleranceSeconds = 5;

/** What a verified JWT is worth at a given time. */
export function checkTimes(
  verified: VerifiedJwt,
  nowSeconds: number,
  { session }: Pick<ResolvedOptions, 'session'>,
): TimeCheckResult {
  const skewSeconds = verified.validFromSeconds - nowSeconds;
  if (skewSeconds > session.clockSkewSeconds) return { kind: 'issued_in_future', skewSeconds };
  const ageSeconds = nowSeconds - verified.issuedAtSeconds;
  const isExpired = nowSeconds >= verified.expiresAtSeconds + expiryToleranceSeconds;
  if (nowSeconds >= sessionEndSeconds(verified, session.maxLifetimeMinutes)) {
    return { kind: 'session_expired', verified, ageSeconds, jwtIsExpired: isExpired };
  }
  return isExpired ? { kind: 'expired', verified, ageSeconds } : { kind: 'valid', verified };
}

/** Stytch's end of the session, or the application's if that comes first. */
export function sessionEndSeconds(verified: VerifiedJwt, maxLifetimeMinutes: number | undefined): number {
  if (maxLifetimeMinutes === undefined) return verified.sessionExpiresAtSeconds;
  return Math.min(
    verified.sessionExpiresAtSeconds,
    verified.sessionStartedAtSeconds + maxLifetimeMinutes * 60,
  );
}
