import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall } from '../../../wire/operation.js';
import { requireEmailAddress } from '../../email-address.js';
import { mergeMetadata } from '../../metadata.js';
import { requirePhoneNumber } from '../../phone-number.js';
import { type MfaMethod, mfaMethods } from '../auth-method.js';
import { type B2B } from '../b2b.js';
import { type Member } from '../members/member.js';
import { memberFields } from '../members/member.wire.js';
import { type Caller, callerOf } from '../rbac/caller.js';
import { memberOf } from './path-parameters.js';
import { refuseTrustedMetadata } from './trusted-metadata.js';

/** The actions on `stytch.member`, or on `stytch.self` if it has them, that a member needs to change a field. */
const permissions: Readonly<Record<string, string>> = {
  name: 'update.info.name',
  untrusted_metadata: 'update.info.untrusted-metadata',
  mfa_phone_number: 'update.info.mfa-phone',
  email_address: 'update.info.email',
  is_breakglass: 'update.settings.is-breakglass',
  mfa_enrolled: 'update.settings.mfa-enrolled',
  default_mfa_method: 'update.settings.default-mfa-method',
  roles: 'update.settings.roles',
};

/** Validates everything before it changes the member. */
export function updateMember(b2b: B2B, call: ApiCall) {
  const { members, rbac } = b2b;
  const { fields } = call;
  const { organization, member } = memberOf(b2b, call);
  checkPermissions(callerOf(b2b, call, organization), member, fields);
  const roles = fields.strings('roles');
  if (roles) rbac.requireRoles(roles, organization.customRoles);
  const address = fields.string('email_address');
  const emailAddress = address === undefined ? undefined : requireEmailAddress(address);
  const phoneNumber = readPhoneNumber(member, fields);
  const changes: Partial<Member> = {
    name: fields.string('name') ?? member.name,
    isBreakglass: fields.boolean('is_breakglass') ?? member.isBreakglass,
    mfaEnrolled: fields.boolean('mfa_enrolled') ?? member.mfaEnrolled,
    mfaPhoneNumber: phoneNumber,
    defaultMfaMethod:
      readMfaMethod(phoneNumber, fields) ??
      member.defaultMfaMethod ??
      (phoneNumber === '' ? null : 'sms_otp'),
    assignedRoles: roles ?? member.assignedRoles,
    trustedMetadata: mergeMetadata(member.trustedMetadata, fields.any('trusted_metadata')),
    untrustedMetadata: mergeMetadata(member.untrustedMetadata, fields.any('untrusted_metadata')),
  };
  const earlier = fields.boolean('unlink_email') ? 'unlink' : 'retire';
  members.setExternalId(organization, member, fields.string('external_id') ?? member.externalId);
  if (emailAddress !== undefined) members.changeEmail(organization, member, emailAddress, earlier);
  Object.assign(members.edit(member), changes);
  return memberFields(organization, member);
}

/** @throws {ApiError} `session_authorization_error`, `member_cannot_update_their_email_address`, `bad_request` */
function checkPermissions(caller: Caller, member: Member, fields: Fields): void {
  for (const [field, action] of Object.entries(permissions)) {
    if (fields.any(field) !== undefined) caller.require('stytch.member', action, member);
  }
  if (caller.member && fields.any('trusted_metadata') !== undefined) refuseTrustedMetadata();
  if (caller.member === member && fields.any('email_address') !== undefined) {
    refuse(400, 'member_cannot_update_their_email_address', 'A member cannot change its own email address.');
  }
}

/** @throws {ApiError} `duplicate_member_phone_number_for_member` if the member has another number */
function readPhoneNumber({ mfaPhoneNumber }: Member, fields: Fields): string {
  const given = fields.string('mfa_phone_number');
  if (given === undefined || given === mfaPhoneNumber) return mfaPhoneNumber;
  if (mfaPhoneNumber !== '') {
    refuse(
      400,
      'duplicate_member_phone_number_for_member',
      'The member has a phone number already. Delete it first.',
    );
  }
  return requirePhoneNumber(given);
}

/** @throws {ApiError} `invalid_mfa_default_method`, `default_mfa_member_missing_factor` */
function readMfaMethod(phoneNumber: string, fields: Fields): MfaMethod | undefined {
  const given = fields.string('default_mfa_method');
  if (given === undefined) return undefined;
  const method =
    mfaMethods.find((known) => known === given) ??
    refuse(400, 'invalid_mfa_default_method', `default_mfa_method must be one of ${mfaMethods.join(', ')}.`);
  if (method === 'totp' || phoneNumber === '') {
    refuse(400, 'default_mfa_member_missing_factor', `The member has no factor for ${method}.`);
  }
  return method;
}
