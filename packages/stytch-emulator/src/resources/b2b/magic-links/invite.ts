import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { checkLocale } from '../../sign-in/locale.js';
import { type B2B } from '../b2b.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { type Member } from '../members/member.js';
import { type Organization } from '../organizations/organization.js';
import { memberFields } from '../members/member.wire.js';
import { callerOf } from '../rbac/caller.js';
import { refuseInvitation } from '../sign-in/join-organization.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { readLinkOptions } from './link-options.js';

/** Emails an invitation. The member is created as, or becomes, `invited`. It works in any browser: it has no PKCE. */
export function invite(b2b: B2B, call: ApiCall) {
  const { fields } = call;
  checkLocale(fields);
  const organization = readOrganization(b2b, fields);
  callerOf(b2b, call, organization).require('stytch.member', 'create');
  const address = requireEmailAddress(fields.string('email_address'));
  const options = readLinkOptions(b2b, fields, 'invite');
  const inviter = readInviter(b2b, organization, fields);
  const member = inviteMember(b2b, organization, address, fields);

  sendEmailLink(
    b2b,
    organization,
    {
      ...options,
      kind: 'invite',
      memberId: member.memberId,
      emailAddress: member.email.address,
      codeChallenge: null,
    },
    {
      type: 'magic_link_invite',
      label: 'Invitation',
      subject: `You have been invited to ${organization.name}`,
      text: `${inviter ?? 'Somebody'} has invited you to ${organization.name}. Use the button to accept the invitation.`,
      action: 'Accept',
    },
  );
  return memberFields(organization, member);
}

/** The name or the address of the member who invites. */
function readInviter({ members }: B2B, organization: Organization, fields: Fields): string | undefined {
  const memberId = fields.string('invited_by_member_id');
  if (memberId === undefined) return undefined;
  const { name, email } = members.get(organization, memberId);
  return name === '' ? email.address : name;
}

/** @throws {ApiError} `duplicate_member_email` for an active member, `invalid_email_for_invites`, `invalid_role` */
function inviteMember(
  { members, rbac }: B2B,
  organization: Organization,
  address: string,
  fields: Fields,
): Member {
  const roles = fields.strings('roles') ?? [];
  rbac.requireRoles(roles);
  const existing = members.findByEmail(organization, address);
  if (existing?.status === 'active') {
    refuse(400, 'duplicate_member_email', 'An active member with this email address already exists.');
  }
  if (existing) {
    if (existing.status !== 'invited') members.edit(existing).status = 'invited';
    return existing;
  }
  refuseInvitation(organization, address);
  return members.create(organization, {
    emailAddress: address,
    status: 'invited',
    name: fields.string('name'),
    roles,
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
  });
}
