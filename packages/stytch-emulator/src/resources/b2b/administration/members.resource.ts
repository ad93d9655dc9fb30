import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall, type SdkCall } from '../../../wire/operation.js';
import { isSameAddress, requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { type Resource } from '../../resource.js';
import { requireSdkSession } from '../../sessions/sdk-session.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberFields, memberToWire } from '../members/member.wire.js';
import { refuseMember } from '../members/members.js';
import { callerOf } from '../rbac/caller.js';
import { asMember, byMember } from '../sessions/as-member.js';
import { searchMembers } from './member-search.js';
import { memberOf, organizationOf } from './path-parameters.js';
import { updateMember } from './update-member.js';

/** The members of organizations. Wherever an operation takes a `member_id`, it takes an external id too. */
export function membersResource(b2b: B2B): Resource {
  const { organizations, members, locks } = b2b;
  organizations.onDelete((organization) => {
    members.removeAllOf(organization);
  });
  return {
    name: 'members',
    routes: {
      'POST /v1/b2b/organizations/{organization_id}/members': (call) => create(b2b, call),
      'GET /v1/b2b/organizations/{organization_id}/member': (call) => find(b2b, call),
      'GET /v1/b2b/organizations/members/dangerously_get/{member_id}': (call) => dangerouslyGet(b2b, call),
      'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}': (call) => updateMember(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}': (call) => remove(b2b, call),
      'PUT /v1/b2b/organizations/{organization_id}/members/{member_id}/reactivate': (call) =>
        reactivate(b2b, call),
      'POST /v1/b2b/organizations/members/search': (call) => searchMembers(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}': (call) =>
        removePassword(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}': (call) =>
        removePhoneNumber(b2b, call),
      'DELETE /v1/b2b/organizations/{organization_id}/members/{member_id}/external_id': (call) =>
        removeExternalId(b2b, call),
      'POST /v1/b2b/organizations/{organization_id}/members/{member_id}/unlink_retired_email': (call) =>
        unlinkRetiredEmail(b2b, call),
    },
    sdkRoutes: {
      'GET /sdk/v1/b2b/organizations/members/me': byMember(b2b, getSelf),
      'PUT /sdk/v1/b2b/organizations/members/update': byMember(b2b, updateMember),
      'DELETE /sdk/v1/b2b/organizations/members/deletePhoneNumber': byMember(b2b, removePhoneNumber),
      'POST /sdk/v1/b2b/organizations/members': byMember(b2b, create),
      'PUT /sdk/v1/b2b/organizations/members/{member_id}': byMember(b2b, updateMember),
      'DELETE /sdk/v1/b2b/organizations/members/{member_id}': byMember(b2b, remove),
      'PUT /sdk/v1/b2b/organizations/members/{member_id}/reactivate': byMember(b2b, reactivate),
      'DELETE /sdk/v1/b2b/organizations/members/passwords/{member_password_id}': byMember(
        b2b,
        removePassword,
      ),
      'DELETE /sdk/v1/b2b/organizations/members/mfa_phone_numbers/{member_id}': byMember(
        b2b,
        removePhoneNumber,
      ),
      'POST /sdk/v1/b2b/organizations/me/members/search': (call) => searchOwn(b2b, call),
    },
    entries: members.entries,
    tidy() {
      locks.removeExpired();
    },
  };
}

/** The member of the page. */
function getSelf(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  return { member: memberToWire(member, organization) };
}

function searchOwn(b2b: B2B, call: SdkCall) {
  const session = requireSdkSession(b2b, call);
  return searchMembers(b2b, asMember(call, session, { organization_ids: [session.organizationId] }));
}

function create(b2b: B2B, call: ApiCall) {
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
function find(b2b: B2B, call: ApiCall) {
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

function dangerouslyGet({ organizations, members }: B2B, { parameter, query }: ApiCall) {
  const member = members.entries.get(parameter('member_id')) ?? refuseMember();
  if (member.status === 'deleted' && query('include_deleted') !== 'true') refuseMember();
  return memberFields(organizations.get(member.organizationId), member);
}

function remove(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'delete', member);
  b2b.members.delete(member);
  return { member_id: member.memberId };
}

/** Only the member id identifies a deleted member. */
function reactivate(b2b: B2B, call: ApiCall) {
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

function removePassword(b2b: B2B, call: ApiCall) {
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

function removePhoneNumber(b2b: B2B, call: ApiCall) {
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
function removeExternalId(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.external-id');
  b2b.members.setExternalId(organization, member, null);
  return memberFields(organization, member);
}

function unlinkRetiredEmail(b2b: B2B, call: ApiCall) {
  const { organization, member } = memberOf(b2b, call);
  callerOf(b2b, call, organization).require('stytch.member', 'update.info.email', member);
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
