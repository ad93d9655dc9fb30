import { type ApiCall } from '../../../wire/operation.js';
import { readRevocation, refuseNothingToRevoke } from '../../sessions/read-revocation.js';
import { type B2B } from '../b2b.js';
import { callerOf } from '../rbac/caller.js';

/** Responds `session_not_found` to unknown and revoked sessions. What Stytch does is not documented. */
export function revoke(b2b: B2B, call: ApiCall) {
  const { members, sessions } = b2b;
  const session = readRevocation(b2b, call.fields, { name: 'member_session_id', idType: 'member-session' }, [
    'member_id',
  ]);
  const memberId = session?.memberId ?? call.fields.string('member_id');
  if (memberId === undefined) {
    return refuseNothingToRevoke('member_session_id, session_token, session_jwt and member_id');
  }
  const member = members.getById(memberId);
  const organization = b2b.organizations.get(member.organizationId);
  callerOf(b2b, call, organization).require('stytch.member', 'revoke-sessions', member);
  if (session) sessions.revoke(session);
  else sessions.revokeAllOf(memberId);
  return {};
}
