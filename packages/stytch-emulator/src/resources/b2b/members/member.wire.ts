import { toTimestamp } from '../../../wire/json.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { type Organization } from '../organizations/organization.js';
import { organizationToWire } from '../organizations/organization.wire.js';
import { type Member, type MemberEmail } from './member.js';
import { adminRoleId, rolesOf } from './member-roles.js';

/** A member as the API returns it. Fields for what the emulator does not serve are empty. */
export function memberToWire(member: Member, organization: Organization) {
  const roles = rolesOf(member, organization);
  return {
    organization_id: member.organizationId,
    member_id: member.memberId,
    external_id: member.externalId,
    email_address: member.email.address,
    email_address_verified: member.emailVerified,
    retired_email_addresses: member.retiredEmails.map(emailToWire),
    status: member.status,
    name: member.name,
    roles,
    is_admin: roles.some(({ role_id }) => role_id === adminRoleId),
    is_breakglass: member.isBreakglass,
    member_password_id: member.password?.passwordId ?? '',
    oauth_registrations: member.oauthRegistrations.map(({ registrationId, provider, subject }) => ({
      member_oauth_registration_id: registrationId,
      provider_type: oauthProviders[provider].label,
      provider_subject: subject,
      profile_picture_url: null,
      locale: null,
    })),
    sso_registrations: [],
    scim_registration: null,
    mfa_enrolled: member.mfaEnrolled,
    mfa_phone_number: member.mfaPhoneNumber,
    mfa_phone_number_verified: member.mfaPhoneNumberVerified,
    default_mfa_method: member.defaultMfaMethod ?? '',
    totp_registration_id: '',
    trusted_metadata: member.trustedMetadata,
    untrusted_metadata: member.untrustedMetadata,
    is_locked: member.lock !== null,
    lock_created_at: member.lock && toTimestamp(member.lock.createdAtSeconds),
    lock_expires_at: member.lock && toTimestamp(member.lock.expiresAtSeconds),
    created_at: toTimestamp(member.createdAtSeconds),
    updated_at: toTimestamp(member.updatedAtSeconds),
  };
}

/** A member and its organization in a response. */
export function memberFields(organization: Organization, member: Member) {
  return {
    member_id: member.memberId,
    member: memberToWire(member, organization),
    organization: organizationToWire(organization),
  };
}

function emailToWire({ emailId, address }: MemberEmail) {
  return { email_id: emailId, email_address: address };
}
