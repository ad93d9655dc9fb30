import type { SessionCookieValues } from '../cookies/session-cookies.js';
import type { GrantedSession } from '../stytch-api/stytch-api.js';
import type { SessionJwts } from './session-jwts.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

/** A session that Stytch handed out, after we have convinced ourselves of it. */
export interface VerifiedGrant {
  readonly verified: VerifiedJwt;
  readonly cookies: SessionCookieValues;
}

/** Opaque session tokens are base64url; anything else has no place in a cookie. */
const opaqueToken = /^[A-Za-z0-9_-]{20,512}=?$/;

export const isOpaqueToken = (value: unknown): value is string =>
  typeof value === 'string' && opaqueToken.test(value);

/**
 * Checks what Stytch handed out; `undefined` when it cannot be used. Nothing unverified is ever
 * written to a cookie.
 */
export async function readGrantedSession(
  { sessionJwt, sessionToken }: GrantedSession,
  jwts: SessionJwts,
): Promise<VerifiedGrant | undefined> {
  if (typeof sessionJwt !== 'string') return undefined;
  const verdict = await jwts.verify(sessionJwt);
  if (verdict.verdict !== 'genuine') return undefined;
  const { verified } = verdict;
  return {
    verified,
    cookies: {
      sessionJwt,
      // Empty when Stytch was asked with a JWT.
      sessionToken:
        typeof sessionToken === 'string' && opaqueToken.test(sessionToken) ? sessionToken : undefined,
      expiresAt: verified.session.expiresAt,
    },
  };
}
