import { type Session } from './sessions/session.js';
import { type User } from './users/user.js';

// The values Stytch publishes for its test environment: they answer the same in every project, whatever
// has happened in it before, and nothing can change or remove them.

/** Magic link tokens with a fixed outcome. */
export const sandboxMagicLinkTokens = {
  succeeds: 'DOYoip3rvIMMW5lgItikFK-Ak1CfMsgjuiCyI7uuU94=',
  isUsedUp: '3pzjQpgksDlGKWEwUq2Up--hCHC_0oamfLHyfspKDFU=',
  isUnknown: 'CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM=',
} as const;

const sandboxEmail = {
  emailId: 'email-test-23873e89-d4ed-4e92-b3b9-e5c7198fa286',
  address: 'sandbox@stytch.com',
  verified: true,
  heldUntilSeconds: null,
};

const startedAtSeconds = Date.UTC(2021, 7, 28, 0, 41, 58) / 1000;

export const sandboxUser: Readonly<User> = {
  userId: 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd',
  status: 'active',
  createdAtSeconds: startedAtSeconds,
  name: { firstName: '', middleName: '', lastName: '' },
  emails: [sandboxEmail],
  phoneNumbers: [],
  assignedRoles: [],
  trustedMetadata: {},
  untrustedMetadata: {},
  externalId: null,
};

export const sandboxSessionId = 'session-test-eb94233f-8800-4ebd-8645-51dc15f9d028';
export const sandboxSessionToken = 'WJtR5BCy38Szd5AfoDpf0iqFKEt4EE5JhjlWUY7l3FtY';

/** The session that never ends: an hour is left of it whenever it is asked for. */
export function sandboxSession(nowSeconds: number): Session {
  return {
    sessionId: sandboxSessionId,
    token: sandboxSessionToken,
    userId: sandboxUser.userId,
    startedAtSeconds,
    lastAccessedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + 3600,
    attributes: { ipAddress: '', userAgent: '' },
    factors: [
      {
        type: 'magic_link',
        deliveryMethod: 'email',
        createdAtSeconds: startedAtSeconds,
        lastAuthenticatedAtSeconds: startedAtSeconds,
        updatedAtSeconds: startedAtSeconds,
        emailFactor: { emailId: sandboxEmail.emailId, address: sandboxEmail.address },
      },
    ],
    customClaims: {},
  };
}
