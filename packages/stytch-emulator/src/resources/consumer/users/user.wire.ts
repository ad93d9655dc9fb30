import { toTimestamp } from '../../../wire/json.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { rolesOf, type User } from './user.js';

/** A user as the API returns it. Fields for factors that the emulator does not serve are empty. */
export function userToWire(user: User) {
  return {
    user_id: user.userId,
    status: user.status,
    created_at: toTimestamp(user.createdAtSeconds),
    name: {
      first_name: user.name.firstName,
      middle_name: user.name.middleName,
      last_name: user.name.lastName,
    },
    emails: user.emails.map(({ emailId, address, verified }) => ({
      email_id: emailId,
      email: address,
      verified,
    })),
    phone_numbers: user.phoneNumbers.map(({ phoneId, phoneNumber, verified }) => ({
      phone_id: phoneId,
      phone_number: phoneNumber,
      verified,
    })),
    roles: rolesOf(user),
    trusted_metadata: user.trustedMetadata,
    untrusted_metadata: user.untrustedMetadata,
    external_id: user.externalId,
    is_locked: user.lock !== null,
    lock_created_at: user.lock && toTimestamp(user.lock.createdAtSeconds),
    lock_expires_at: user.lock && toTimestamp(user.lock.expiresAtSeconds),
    password: user.password && {
      password_id: user.password.passwordId,
      requires_reset: user.password.requiresReset,
    },
    biometric_registrations: [],
    crypto_wallets: [],
    providers: user.oauthRegistrations.map(({ registrationId, provider, subject }) => ({
      oauth_user_registration_id: registrationId,
      provider_type: oauthProviders[provider].label,
      provider_subject: subject,
      profile_picture_url: '',
      locale: '',
    })),
    totps: user.totps.map(({ totpId, verified }) => ({ totp_id: totpId, verified })),
    webauthn_registrations: [],
  };
}
