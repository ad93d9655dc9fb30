import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readSessionUpdate, requireSession } from '../../sessions/session-arguments.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberToWire } from '../members/member.wire.js';
import { refuseSuspended, type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { authorizeMember, refuseTenant } from '../rbac/authorize-member.js';
import { memberSessionFields } from './member-session-response.js';

export function authenticate(b2b: B2B, fields: Fields) {
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
