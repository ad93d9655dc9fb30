import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { publishedKeys } from '../../sessions/published-keys.js';
import { readRevocation, refuseNothingToRevoke } from '../../sessions/read-revocation.js';
import { readSessionUpdate, requireSession } from '../../sessions/session-arguments.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberToWire } from '../members/member.wire.js';
import { refuseSuspended, type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { authorizeMember, refuseTenant } from '../rbac/authorize-member.js';
import { callerOf } from '../rbac/caller.js';
import { memberSessionFields } from './member-session-response.js';
import { memberSessionToWire } from './member-session.wire.js';

export function memberSessionsResource(b2b: B2B): Resource {
  const { members, sessions } = b2b;
  members.onDelete(({ memberId }) => sessions.revokeAllOf(memberId));
  return {
    name: 'memberSessions',
    routes: {
      'GET /v1/b2b/sessions': (call) => list(b2b, call),
      'POST /v1/b2b/sessions/authenticate': (call) => authenticate(b2b, call),
      'POST /v1/b2b/sessions/revoke': (call) => revoke(b2b, call),
      'GET /v1/b2b/sessions/jwks/{project_id}': (call) => publishedKeys(b2b, call),
    },
    entries: sessions.entries,
    tidy() {
      sessions.removeExpired();
    },
  };
}

function list({ organizations, members, sessions }: B2B, { query }: ApiCall) {
  const organization = organizations.get(query('organization_id') ?? '');
  const member = members.get(organization, query('member_id') ?? '');
  return {
    member_sessions: sessions
      .ofMember(member.memberId)
      .map((session) => memberSessionToWire(session, member, organization)),
  };
}

function authenticate(b2b: B2B, { fields }: ApiCall) {
  const update = readSessionUpdate(fields);
  const session = requireSession(b2b, fields);
  const member = b2b.members.getById(session.memberId);
  const organization = b2b.organizations.get(session.organizationId);
  refuseSuspended(organization);
  const grantingRoles = checkAuthorization(b2b, member, organization, fields.fields('authorization_check'));
  b2b.sessions.touch(session, update);
  return {
    ...memberSessionFields(b2b, session, organization, member, fields),
    member: memberToWire(member, organization),
    organization: organizationToWire(organization),
    verdict: grantingRoles ? { authorized: true, granting_roles: grantingRoles } : null,
  };
}

/** @returns the roles that permit the action; undefined if no check is requested */
function checkAuthorization(
  b2b: B2B,
  member: Member,
  organization: Organization,
  check: Fields | undefined,
): string[] | undefined {
  if (check === undefined) return undefined;
  const organizationId = check.string('organization_id');
  const resourceId = check.string('resource_id');
  const action = check.string('action');
  if (organizationId === undefined || resourceId === undefined || action === undefined) {
    return refuse(
      400,
      'bad_request',
      'authorization_check must have an organization_id, a resource_id and an action.',
    );
  }
  if (b2b.organizations.find(organizationId) !== organization) refuseTenant();
  return authorizeMember(b2b, member, organization, { resourceId, action });
}

/** Responds `session_not_found` to unknown and revoked sessions. What Stytch does is not documented. */
function revoke(b2b: B2B, call: ApiCall) {
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
