import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

export type TimeVerdict =
  | { readonly verdict: 'genuine'; readonly verified: VerifiedJwt }
  /** Genuine, but its five minutes are over: the session may well go on. */
  | { readonly verdict: 'expired'; readonly verified: VerifiedJwt; readonly ageSeconds: number }
  /** Genuine, and the session itself has ended. */
  | {
      readonly verdict: 'ended';
      readonly verified: VerifiedJwt;
      readonly ageSeconds: number;
      readonly jwtIsExpired: boolean;
    }
  /** Genuine, from further in the future than clocks may differ: this machine's clock is wrong. */
  | { readonly verdict: 'from_the_future'; readonly skewSeconds: number };

/** How long a JWT may be past its end: clocks differ, and requests travel. */
const expiryToleranceSeconds = 5;

/** What a verified JWT is worth at a given time. */
export function judgeTimes(
  verified: VerifiedJwt,
  nowSeconds: number,
  { session }: Pick<ResolvedOptions, 'session'>,
): TimeVerdict {
  const skewSeconds = verified.validFromSeconds - nowSeconds;
  if (skewSeconds > session.clockSkewSeconds) return { verdict: 'from_the_future', skewSeconds };
  const ageSeconds = nowSeconds - verified.issuedAtSeconds;
  const isExpired = nowSeconds >= verified.expiresAtSeconds + expiryToleranceSeconds;
  if (nowSeconds >= endOfSession(verified, session.maxLifetimeMinutes)) {
    return { verdict: 'ended', verified, ageSeconds, jwtIsExpired: isExpired };
  }
  return isExpired ? { verdict: 'expired', verified, ageSeconds } : { verdict: 'genuine', verified };
}

/** Stytch's end of the session, or the application's if that comes first. */
export function endOfSession(verified: VerifiedJwt, maxLifetimeMinutes: number | undefined): number {
  if (maxLifetimeMinutes === undefined) return verified.sessionExpiresAtSeconds;
  return Math.min(
    verified.sessionExpiresAtSeconds,
    verified.sessionStartedAtSeconds + maxLifetimeMinutes * 60,
  );
}
