import { isSameAddress } from '../../email-address.js';
import { type User } from './user.js';

// Values that Stytch publishes for its test environment. They exist in every project, behave the same
// regardless of its state, and cannot be changed or deleted.

export const sandboxEmail = {
  emailId: 'email-test-23873e89-d4ed-4e92-b3b9-e5c7198fa286',
  address: 'sandbox@stytch.com',
  verified: true,
  unverifiedUntilSeconds: null,
};

export const sandboxPhoneNumber = {
  phoneId: 'phone-number-test-98cfbe19-6c8f-4b8b-b62a-e78a5a7bdff3',
  phoneNumber: '+10000000000',
  verified: true,
  unverifiedUntilSeconds: null,
};

export const isSandboxAddress = (address: string): boolean => isSameAddress(address, sandboxEmail.address);

export const sandboxCreatedAtSeconds = Date.UTC(2021, 7, 28, 0, 41, 58) / 1000;

export const sandboxUser: Readonly<User> = {
  userId: 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd',
  status: 'active',
  createdAtSeconds: sandboxCreatedAtSeconds,
  name: { firstName: '', middleName: '', lastName: '' },
  emails: [sandboxEmail],
  oauthRegistrations: [],
  phoneNumbers: [sandboxPhoneNumber],
  assignedRoles: [],
  trustedMetadata: {},
  untrustedMetadata: {},
  externalId: null,
  password: null,
  totps: [],
  failedAttempts: 0,
  lock: null,
};
