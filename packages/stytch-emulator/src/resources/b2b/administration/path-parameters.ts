import { type ApiCall } from '../../../wire/operation.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';

/** The organization in the path of a call. */
export function organizationOf({ organizations }: B2B, { parameter }: ApiCall): Organization {
  return organizations.get(parameter('organization_id'));
}

/** The organization and the member in the path of a call. */
export function memberOf(b2b: B2B, call: ApiCall): { organization: Organization; member: Member } {
  const organization = organizationOf(b2b, call);
  return { organization, member: b2b.members.get(organization, call.parameter('member_id')) };
}
