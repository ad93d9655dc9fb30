import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall } from '../../../wire/operation.js';
import { isSameAddress, requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberFields, memberToWire } from '../members/member.wire.js';
import { refuseMember } from '../members/members.js';
import { callerOf } from '../rbac/caller.js';
import { memberOf, organizationOf } from './path-parameters.js';

/** The member of the page. */
export function getSelf(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  return { member: memberToWire(member, organization) };
}

export function create(b2b: B2B, call: ApiCall) {
  const { fields } = call;
  const organization = organizationOf(b2b, call);
  const caller = callerOf(b2b, call, organization);
  caller.require('stytch.member', 'create');
  const roles = fields.strings('roles') ?? [];
  if (roles.length > 0) caller.require('stytch.member', 'update.settings.roles');
  b2b.rbac.requireRoles(roles, organization.customRoles);
  const phoneNumber = fields.string('mfa_phone_number');
  const member = b2b.members.create(organization, {
    emailAddress: requireEmailAddress(fields.string('email_address')),
    status: fields.boolean('create_member_as_pending') ? 'pending' : 'active',
    name: fields.string('name'),
    roles,
    isBreakglass: fields.boolean('is_breakglass'),
    mfaEnrolled: fields.boolean('mfa_enrolled'),
    mfaPhoneNumber: phoneNumber === undefined ? undefined : requirePhoneNumber(phoneNumber),
    trustedMetadata: mergeMetadata({}, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata({}, fields.any('untrusted_metadata')),
    externalId: fields.string('external_id'),
  });
  return memberFields(organization, member);
}

/** Exactly one of `member_id` and `email_address` identifies the member. */
export function find(b2b: B2B, call: ApiCall) {
  const { members } = b2b;
  const organization = organizationOf(b2b, call);
  const memberId = call.query('member_id');
  const address = call.query('email_address');
  if ((memberId === undefined) === (address === undefined)) {
    refuse(400, 'invalid_member_get_fields', 'Exactly one of member_id and email_address is required.');
  }
  const member =
    address === undefined
      ? members.get(organization, memberId ?? '')
      : members.getByEmail(organization, requireEmailAddress(address));
  return memberFields(organization, member);
}

export function dangerouslyGet({ organizations, members }: B2B, { parameter, query }: ApiCall) {
  const member = members.entries.get(parameter('member_id')) ?? refuseMember();
  if (member.status === 'deleted' && query('include_deleted') !== 'true') refuseMember();
  return memberFields(organizations.get(member.organizationId), member);
}

export function remove(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'delete', member);
  b2b.members.delete(member);
  return { member_id: member.memberId };
}

/** Only the member id identifies a deleted member. */
export function reactivate(b2b: B2B, call: ApiCall) {
  const { members } = b2b;
  const organization = organizationOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'create');
  const member = members.entries.get(call.parameter('member_id'));
  if (member?.organizationId !== organization.organizationId || member.status !== 'deleted') {
    return refuse(404, 'no_deleted_member_found_for_reactivation', 'There is no such deleted member.');
  }
  if (!member.emailVerified) {
    refuse(400, 'member_has_no_active_verified_email', 'The email address of the member is not verified.');
  }
  if (members.findByEmail(organization, member.email.address)) {
    refuse(400, 'reactivation_email_belongs_to_another_member', 'Another member has the email address.');
  }
  members.edit(member).status = 'active';
  return memberFields(organization, member);
}

export function removePassword(b2b: B2B, call: ApiCall) {
  const { members } = b2b;
  const organization = organizationOf(b2b, call);
  const member = members.findByPasswordId(call.parameter('member_password_id'));
  if (member?.organizationId !== organization.organizationId) {
    return refuse(404, 'member_password_not_found', 'No member of the organization has this password.');
  }
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.delete.password', member);
  members.edit(member).password = null;
  return memberFields(organization, member);
}

export function removePhoneNumber(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.delete.mfa-phone', member);
  if (member.mfaPhoneNumber === '') {
    refuse(404, 'member_phone_number_not_found', 'The member has no phone number.');
  }
  Object.assign(b2b.members.edit(member), {
    mfaPhoneNumber: '',
    mfaPhoneNumberVerified: false,
    defaultMfaMethod: null,
  } satisfies Partial<Member>);
  return memberFields(organization, member);
}

/** Which action is required is not documented; here it is none that a member can have. */
export function removeExternalId(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.external-id');
  b2b.members.setExternalId(organization, member, null);
  return memberFields(organization, member);
}

export function unlinkRetiredEmail(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.unlink.retired-email', member);
  const retired = retiredEmailOf(member, call.fields);
  Object.assign(b2b.members.edit(member), {
    retiredEmails: member.retiredEmails.filter((email) => email !== retired),
  });
  return { ...memberFields(organization, member), organization_id: organization.organizationId };
}

/** If both the id and the address are given, they must be of the same email. */
function retiredEmailOf({ retiredEmails }: Member, fields: Fields) {
  const id = fields.string('email_id');
  const address = fields.string('email_address');
  if (id === undefined && address === undefined) {
    refuse(400, 'bad_request', 'email_id or email_address is required.');
  }
  return (
    retiredEmails.find(
      (email) =>
        (id === undefined || email.emailId === id) &&
        (address === undefined || isSameAddress(email.address, address)),
    ) ?? refuse(404, 'email_not_found')
  );
}
