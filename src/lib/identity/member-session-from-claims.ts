import type { Claims } from './claims.js';
import { readOrganization } from './organization-claim.js';
import type { MemberSession } from './session.js';
import { newSession } from './session-object.js';
import { readSession, type ClaimedSession } from './session-claim.js';

const memberIdPattern = /^member-(?!session-)[A-Za-z0-9-]{1,128}$/;
export const isMemberId = (id: string): boolean => memberIdPattern.test(id);

/** Stytch issues `member-session-…`; some of its documents show `session-…`. */
const sessionIdPattern = /^(?:member-)?session-[A-Za-z0-9-]{1,128}$/;

/**
 * Reads a member's session from verified claims; `undefined` if they describe none. Besides a well-formed
 * session claim and a member id as its subject, a session JWT must state the organization: a session
 * without one could not be kept out of others.
 */
export function memberSessionFromClaims(claims: Claims): ClaimedSession<MemberSession> | undefined {
  const { sub } = claims;
  if (typeof sub !== 'string' || !isMemberId(sub)) return undefined;
  const organization = readOrganization(claims);
  if (organization === undefined) return undefined;
  const session = newSession<MemberSession>();
  session.kind = 'member';
  session.memberId = sub;
  session.organization = organization;
  return readSession(claims, sessionIdPattern, session);
}
