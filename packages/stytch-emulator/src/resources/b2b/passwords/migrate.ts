import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { readMigratedHash } from '../../passwords/read-migrated-hash.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { memberFields } from '../members/member.wire.js';
import { readOrganization } from '../sign-in/read-organization.js';

/**
 * Adds the password of another system to a member without one. Creates the member if there is none. The address counts
 * as verified.
 */
export function migrate(b2b: B2B, fields: Fields) {
  const { members } = b2b;
  const organization = readOrganization(b2b, fields);
  const address = requireEmailAddress(fields.string('email_address'));
  const hash = readMigratedHash(fields);
  const existing = members.findByEmail(organization, address);
  if (existing?.password) refuse(400, 'password_already_exists', 'The member has a password.');

  const member = existing ?? createMember(b2b, organization, address, fields);
  members.setPassword(member, hash);
  members.verifyEmail(member);
  return { ...memberFields(organization, member), member_created: existing === undefined };
}

function createMember(
  { members, rbac }: B2B,
  organization: Organization,
  address: string,
  fields: Fields,
): Member {
  const roles = fields.strings('roles') ?? [];
  rbac.requireRoles(roles);
  const phoneNumber = fields.string('mfa_phone_number');
  const member = members.create(organization, {
    emailAddress: address,
    status: 'active',
    name: fields.string('name'),
    roles,
    mfaPhoneNumber: phoneNumber === undefined ? undefined : requirePhoneNumber(phoneNumber),
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
    externalId: fields.string('external_id'),
  });
  if (fields.boolean('set_phone_number_verified') === true)
    members.edit(member).mfaPhoneNumberVerified = true;
  return member;
}
