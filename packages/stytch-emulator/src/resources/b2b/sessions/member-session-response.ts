import { Fields } from '../../../wire/fields.js';
import { sessionTokens } from '../../sessions/session-arguments.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { type MemberSession } from './member-session.js';
import { memberSessionToWire } from './member-session.wire.js';

/**
 * The session in a response. Without one, the tokens are empty strings.
 *
 * @param request of an operation that a session JWT may authenticate, for which see `sessionTokens`
 */
export function memberSessionFields(
  { sessionJwts }: B2B,
  session: MemberSession | undefined,
  organization: Organization,
  member: Member,
  request = new Fields({}),
) {
  if (session === undefined) return { session_token: '', session_jwt: '', member_session: null };
  return {
    ...sessionTokens(session, sessionJwts.sign(session, member, organization), request),
    member_session: memberSessionToWire(session, member, organization),
  };
}
