import { EmulatorError } from '../../emulator-error.js';
import { type B2B } from '../../resources/b2b/b2b.js';
import { type Member } from '../../resources/b2b/members/member.js';
import { type Organization } from '../../resources/b2b/organizations/organization.js';
import { requireEmailAddress } from '../../resources/email-address.js';
import { type MemberIdentification } from './b2b-controls.js';

/** @throws {EmulatorError} `emulator_organization_not_found` */
export function findOrganization({ organizations }: B2B, id: string): Organization {
  const organization = organizations.find(id);
  if (organization) return organization;
  throw new EmulatorError(
    'emulator_organization_not_found',
    'No organization has this id, slug or external id.',
  );
}

/** @throws {EmulatorError} `emulator_member_not_found`, `emulator_options_invalid` */
export function findMember(
  { members }: B2B,
  organization: Organization,
  { email, memberId }: Pick<MemberIdentification, 'email' | 'memberId'>,
): Member {
  requireOne(email, memberId);
  const member =
    email === undefined
      ? members.find(organization, memberId ?? '')
      : members.findByEmail(organization, email);
  if (member) return member;
  throw new EmulatorError('emulator_member_not_found', 'The organization has no such member.');
}

/**
 * The member with the id, or the member with the email address, who is created if there is none.
 *
 * @throws {EmulatorError} `emulator_member_not_found`, `emulator_options_invalid`
 * @throws {ApiError} `invalid_email`
 */
export function findOrCreateMember(
  b2b: B2B,
  organization: Organization,
  { email, memberId }: Pick<MemberIdentification, 'email' | 'memberId'>,
): Member {
  requireOne(email, memberId);
  if (email === undefined) return findMember(b2b, organization, { memberId: memberId ?? '' });
  const emailAddress = requireEmailAddress(email);
  return (
    b2b.members.findByEmail(organization, emailAddress) ??
    b2b.members.create(organization, { emailAddress, emailVerified: true, status: 'active' })
  );
}

function requireOne(email: string | undefined, memberId: string | undefined): void {
  if ((email === undefined) !== (memberId === undefined)) return;
  throw new EmulatorError('emulator_options_invalid', 'Exactly one of email and memberId is required.');
}
