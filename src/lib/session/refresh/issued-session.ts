import type { SessionCookieValues } from '../../cookies/session-cookies.js';
import type { SessionResponse } from '../../stytch-api/stytch-api.js';
import type { JwtVerificationResult, SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import type { VerifiedJwt } from '../verify/verify-session-jwt.js';

/** A session that Stytch handed out, after we have convinced ourselves of it. */
export interface IssuedSession {
  readonly kind: 'issued';
  readonly verified: VerifiedJwt;
  readonly cookies: SessionCookieValues;
}

/**
 * What Stytch handed out cannot be used: it is none of ours, or of another time than this machine's,
 * or its session has lived for as long as the application allows.
 */
export type UnusableSession =
  | { readonly kind: 'unusable'; readonly reason: 'invalid' | 'session_expired' }
  /** @property skewSeconds how far Stytch's clock is ahead of this machine's */
  | { readonly kind: 'unusable'; readonly reason: 'clock_skew'; readonly skewSeconds: number };

/** Opaque session tokens are base64url; anything else has no place in a cookie. */
const opaqueTokenPattern = /^[A-Za-z0-9_-]{20,512}=?$/;

export const isOpaqueToken = (value: unknown): value is string =>
  typeof value === 'string' && opaqueTokenPattern.test(value);

/** Checks what Stytch handed out. Nothing unverified is ever written to a cookie. */
export async function readIssuedSession(
  { sessionJwt, sessionToken }: SessionResponse,
  verifier: SessionJwtVerifier,
): Promise<IssuedSession | UnusableSession> {
  const result = typeof sessionJwt === 'string' ? await verifier.verifyRefetchingKeys(sessionJwt) : undefined;
  const skewSeconds = result && clockSkewOf(result);
  if (skewSeconds !== undefined) return { kind: 'unusable', reason: 'clock_skew', skewSeconds };
  if (result?.kind === 'session_expired') return { kind: 'unusable', reason: 'session_expired' };
  if (result?.kind !== 'valid') return { kind: 'unusable', reason: 'invalid' };
  const { verified } = result;
  return {
    kind: 'issued',
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
function clockSkewOf(result: JwtVerificationResult): number | undefined {
  if (result.kind === 'issued_in_future') return result.skewSeconds;
  const isExpired = result.kind === 'expired' || (result.kind === 'session_expired' && result.jwtIsExpired);
  return isExpired ? -result.ageSeconds : undefined;
}
