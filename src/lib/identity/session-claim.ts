import { isObject, readTimestampMs, timestampOf, type Claims, type Writable } from './claims.js';
import { readAuthenticationFactors, verifiedEmail } from './read-authentication-factors.js';
import { readCustomClaims } from './read-custom-claims.js';
import { readImpersonator } from './read-impersonator.js';
import { readRoles } from './read-roles.js';
import type { Session } from './session.js';

/** The claim that makes a JWT one of a session. */
export const sessionClaim = 'https://stytch.com/session';

export interface ClaimedSession<Kind extends Session = Session> {
  readonly session: Kind;
  readonly startedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

/** Reads a session of one product from verified claims; `undefined` if they describe none. */
export type SessionReader = (claims: Claims) => ClaimedSession | undefined;

/**
 * Reads what the sessions of both products have in common; `undefined` without a well-formed session
 * claim.
 * @param session a new one with the fields of the product
 */
export function readSession<Kind extends Session>(
  claims: Claims,
  sessionIdPattern: RegExp,
  session: Writable<Kind>,
): ClaimedSession<Kind> | undefined {
  const claim = claims[sessionClaim];
  if (!isObject(claim)) return undefined;
  const { id, started_at } = claim;
  // Like Stytch's SDKs: a claim that states no expiry expires with its JWT.
  const expires_at = claim['expires_at'] ?? timestampOf(claims['exp']);
  const startedAtMs = readTimestampMs(started_at);
  const expiresAtMs = readTimestampMs(expires_at);
  if (typeof id !== 'string' || !sessionIdPattern.test(id) || Number.isNaN(startedAtMs + expiresAtMs)) {
    return undefined;
  }
  const authenticationFactors = readAuthenticationFactors(claim['authentication_factors']);
  session.sessionId = id;
  session.startedAt = started_at as string;
  session.expiresAt = expires_at as string;
  session.authenticationFactors = authenticationFactors;
  session.roles = readRoles(claim['roles']);
  session.customClaims = readCustomClaims(claims);
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
