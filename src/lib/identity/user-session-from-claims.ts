import { isObject, readTimestampMs, timestampOf, type Claims, type Writable } from './claims.js';
import { readAuthenticationFactors, verifiedEmail } from './read-authentication-factors.js';
import { readCustomClaims } from './read-custom-claims.js';
import { readImpersonator } from './read-impersonator.js';
import { readRoles } from './read-roles.js';
import type { UserSession } from './session.js';

/** The claim that makes a JWT one of a session. */
export const sessionClaim = 'https://stytch.com/session';
const userIdPattern = /^user-[A-Za-z0-9-]{1,128}$/;
const sessionIdPattern = /^session-[A-Za-z0-9-]{1,128}$/;

export interface ClaimedSession {
  readonly session: UserSession;
  readonly startedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/**
 * Reads a user's session from verified claims; `undefined` if they describe none. The same keys also
 * sign machine-to-machine and connected-app tokens with the same audience, so a session JWT must have
 * a well-formed session claim and a user id as its subject.
 */
export function userSessionFromClaims(claims: Claims): ClaimedSession | undefined {
  const { sub, exp } = claims;
  const claim = claims[sessionClaim];
  if (typeof sub !== 'string' || !userIdPattern.test(sub) || !isObject(claim)) return undefined;

  const { id, started_at } = claim;
  // Like Stytch's SDKs: a claim that states no expiry expires with its JWT.
  const expires_at = claim['expires_at'] ?? timestampOf(exp);
  const startedAtMs = readTimestampMs(started_at);
  const expiresAtMs = readTimestampMs(expires_at);
  if (typeof id !== 'string' || !sessionIdPattern.test(id) || Number.isNaN(startedAtMs + expiresAtMs)) {
    return undefined;
  }
  const authenticationFactors = readAuthenticationFactors(claim['authentication_factors']);
  const session: Writable<UserSession> = {
    kind: 'user',
    userId: sub,
    sessionId: id,
    startedAt: started_at as string,
    expiresAt: expires_at as string,
    authenticationFactors,
    roles: readRoles(claim['roles']),
    customClaims: readCustomClaims(claims),
  };
  const email = verifiedEmail(authenticationFactors);
  if (email !== undefined) session.email = email;
  const impersonator = readImpersonator(claim['authentication_factors']);
  if (impersonator !== undefined) session.impersonator = impersonator;
  return {
    session: Object.freeze(session),
    startedAtSeconds: startedAtMs / 1000,
    expiresAtSeconds: expiresAtMs / 1000,
  };
}
