import { refuse } from '../../../wire/api-error.js';
import { type AuthorizationCheck } from '../../rbac/rbac.js';
import { type B2B } from '../b2b.js';
import { roleIdsOf } from '../members/member-roles.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';

/**
 * @returns the roles of the member that permit the action; those of the organization's own roles too
 * @throws {ApiError} `session_authorization_error` if there are none
 */
export function authorizeMember(
  b2b: B2B,
  member: Member,
  organization: Organization,
  check: AuthorizationCheck,
): string[] {
  const grantingRoles = grantingRolesOf(b2b, member, organization, check);
  return grantingRoles.length > 0 ? grantingRoles : refuseMember();
}

export function grantingRolesOf(
  { rbac }: B2B,
  member: Member,
  organization: Organization,
  check: AuthorizationCheck,
): string[] {
  return rbac.grantingRoles(roleIdsOf(member, organization), check, organization.customRoles);
}

/** @throws {ApiError} `session_authorization_error` always */
export function refuseMember(): never {
  return refuse(
    403,
    'session_authorization_error',
    'The Member is not authorized to perform the requested action on that resource.',
  );
}

/** @throws {ApiError} `session_authorization_tenancy_error` always */
export function refuseTenant(): never {
  return refuse(403, 'session_authorization_tenancy_error', 'The Member belongs to another Organization.');
}
