import type { SessionCookieValues } from '../cookies/session-cookies.js';
import type { GrantedSession } from '../stytch-api/stytch-api.js';
import type { SessionJwts } from './session-jwts.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

/** A session that Stytch handed out, after we have convinced ourselves of it. */
export interface VerifiedGrant {
  readonly kind: 'granted';
  readonly verified: VerifiedJwt;
  readonly cookies: SessionCookieValues;
}

/** What Stytch handed out cannot be used: it is none of ours, or of another time than this machine's. */
export interface UnusableGrant {
  readonly kind: 'unusable';
  readonly reason: 'not_genuine' | 'clock_skew';
}

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
  if (verdict?.verdict === 'from_the_future' || verdict?.verdict === 'expired') {
    // Issued a moment ago: what is wrong is the clock here.
    return { kind: 'unusable', reason: 'clock_skew' };
  }
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
