import { domainOf } from '../../email-address.js';
import { type Organization } from '../organizations/organization.js';
import { type Member } from './member.js';

export const memberRoleId = 'stytch_member';
export const adminRoleId = 'stytch_admin';

/** A role of a member with the reasons why the member has it, in the API's field names. */
export interface MemberRole {
  readonly role_id: string;
  readonly sources: readonly { readonly type: string; readonly details: Readonly<Record<string, unknown>> }[];
}

/** All roles of a member: `stytch_member`, those that were assigned, and those of the email domain. */
export function rolesOf(member: Member, organization: Organization): MemberRole[] {
  const direct = [memberRoleId, ...member.assignedRoles.filter((role) => role !== memberRoleId)];
  const domain = domainOf(member.email.address);
  const implicit = organization.settings.rbac_email_implicit_role_assignments
    .filter((assignment) => assignment.domain.toLowerCase() === domain)
    .map((assignment) => assignment.role_id);
  return [...new Set([...direct, ...implicit])].map((role_id) => ({
    role_id,
    sources: [
      ...(direct.includes(role_id) ? [{ type: 'direct_assignment', details: {} }] : []),
      ...(implicit.includes(role_id)
        ? [{ type: 'email_assignment', details: { email_domain: domain } }]
        : []),
    ],
  }));
}

export function roleIdsOf(member: Member, organization: Organization): string[] {
  return rolesOf(member, organization).map(({ role_id }) => role_id);
}
