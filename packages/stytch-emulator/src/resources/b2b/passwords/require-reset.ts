import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { type B2B } from '../b2b.js';
import { memberFields } from '../members/member.wire.js';

/** Requires a reset by email of one member, or of all members with the address. */
export function requireReset(b2b: B2B, fields: Fields) {
  const { members } = b2b;
  const address = requireEmailAddress(fields.string('email_address'));
  const organizationId = fields.string('organization_id');
  if (organizationId === undefined) {
    for (const member of members.withAddress(address)) members.requirePasswordReset(member);
    return {};
  }
  const organization = b2b.organizations.get(organizationId);
  const memberId = fields.string('member_id');
  const member =
    memberId === undefined ? members.getByEmail(organization, address) : members.get(organization, memberId);
  members.requirePasswordReset(member);
  return memberFields(organization, member);
}
