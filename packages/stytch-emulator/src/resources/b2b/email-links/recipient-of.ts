import { isSameAddress } from '../../email-address.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { type MemberLink } from './email-link.js';
import { refuseInactiveToken } from './email-links.js';

/**
 * The member that a link was sent to.
 *
 * @throws {ApiError} `unable_to_auth_magic_link` if the member was deleted or has another address since
 */
export function recipientOf(
  { members, organizations }: B2B,
  { memberId, emailAddress, kind }: MemberLink,
): { organization: Organization; member: Member } {
  const member = members.entries.get(memberId);
  if (!member || member.status === 'deleted') return refuseInactiveToken();
  const isChangingTo = kind === 'email_update' && members.isPendingEmail(member, emailAddress);
  if (!isChangingTo && !isSameAddress(member.email.address, emailAddress)) return refuseInactiveToken();
  return { member, organization: organizations.get(member.organizationId) };
}
