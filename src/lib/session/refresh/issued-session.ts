import type { SessionCookieValues } from '../../cookies/session-cookies.js';
import type { GrantedSession } from '../../stytch-api/stytch-api.js';
import type { JwtVerdict, SessionJwts } from '../verify/session-jwt-verifier.js';
import type { VerifiedJwt } from '../verify/verify-session-jwt.js';

/** A session that Stytch handed out, after we have convinced ourselves of it. */
export interface VerifiedGrant {
  readonly kind: 'granted';
  readonly verified: VerifiedJwt;
  readonly cookies: SessionCookieValues;
}

/**
 * What Stytch handed out cannot be used: it is none of ours, or of another time than this machine's,
 * or its session has lived for as long as the application allows.
 */
export type UnusableGrant =
  | { readonly kind: 'unusable'; readonly reason: 'not_genuine' | 'ended' }
  /** @property skewSeconds how far Stytch's clock is ahead of this machine's */
  | { readonly kind: 'unusable'; readonly reason: 'clock_skew'; readonly skewSeconds: number };

/** Opaque session tokens are base64url; anything else has no place in a cookie. */
const opaqueToken = /^[A-Za-z0-9_-]{20,512}=?$/;

export const isOpaqueToken = (value: unknown): value is string =>
  typeof value === 'string' && opaqueToken.test(value);

/** Checks what Stytch handed out. Nothing unverified is ever written to a cookie. */
export async function readGrantedSession(
  { sessionJwt, sessionToken }: GrantedSession,
  jwts: SessionJwts,
): Promise<VerifiedGrant | UnusableGrant> {
  const verdict = typeof sessionJwt === 'string' ? await jwts.verifyWithFreshKeys(sessionJwt) : undefined;
  const skewSeconds = verdict && skewShownBy(verdict);
  if (skewSeconds !== undefined) return { kind: 'unusable', reason: 'clock_skew', skewSeconds };
  if (verdict?.verdict === 'ended') return { kind: 'unusable', reason: 'ended' };
  if (verdict?.verdict !== 'genuine') return { kind: 'unusable', reason: 'not_genuine' };
  const { verified } = verdict;
  return {
    kind: 'granted',
    verified,
    cookies: {
      sessionJwt: verified.jwt,
      // Empty when Stytch was asked with a JWT.
      sessionToken: isOpaqueToken(sessionToken) ? sessionToken : undefined,
      expiresAt: verified.session.expiresAt,
    },
  };
}

/** It was issued a moment ago: where it seems to be of another time, the clock here is wrong. */
function skewShownBy(verdict: JwtVerdict): number | undefined {
  if (verdict.verdict === 'from_the_future') return verdict.skewSeconds;
  const isOld = verdict.verdict === 'expired' || (verdict.verdict === 'ended' && verdict.jwtIsExpired);
  return isOld ? -verdict.ageSeconds : undefined;
}
