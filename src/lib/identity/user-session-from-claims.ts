import type { Claims } from './claims.js';
import type { UserSession } from './session.js';
import { newSession } from './session-object.js';
import { readSession, type ClaimedSession } from './session-claim.js';

const userIdPattern = /^user-[A-Za-z0-9-]{1,128}$/;
export const isUserId = (id: string): boolean => userIdPattern.test(id);

const sessionIdPattern = /^session-[A-Za-z0-9-]{1,128}$/;

/**
 * Reads a user's session from verified claims; `undefined` if they describe none. The same keys also
 * sign machine-to-machine and connected-app tokens with the same audience, so a session JWT must have
 * a well-formed session claim and a user id as its subject.
 */
export function userSessionFromClaims(claims: Claims): ClaimedSession<UserSession> | undefined {
  const { sub } = claims;
  if (typeof sub !== 'string' || !isUserId(sub)) return undefined;
  const session = newSession<UserSession>();
  session.kind = 'user';
  session.userId = sub;
  return readSession(claims, sessionIdPattern, session);
}
