import { isSameAddress } from '../../email-address.js';
import { type OAuthRegistration } from '../../oauth/oauth-provider.js';
import { type StoredPassword } from '../../passwords/password.js';
import { type LockableAccount } from '../../sign-in/account-locks.js';
import { type StytchPolicy } from '../../rbac/policy.js';
import { type UserTotp } from './totp.js';

/** An email address of a user. */
export interface UserEmail {
  readonly emailId: string;
  /** As first given. Addresses are compared case-insensitively. */
  readonly address: string;
  readonly verified: boolean;
  /** When an address that was added to an existing user is removed again, unless it is verified by then. */
  readonly unverifiedUntilSeconds: number | null;
}

export interface UserPhoneNumber {
  readonly phoneId: string;
  /** In E.164 format, for example `+12025550123`. */
  readonly phoneNumber: string;
  readonly verified: boolean;
  /** As for an email address. */
  readonly unverifiedUntilSeconds: number | null;
}

export interface UserName {
  readonly firstName: string;
  readonly middleName: string;
  readonly lastName: string;
}

export interface User extends LockableAccount {
  readonly userId: string;
  readonly status: 'active' | 'pending';
  readonly createdAtSeconds: number;
  readonly name: UserName;
  readonly emails: readonly UserEmail[];
  readonly phoneNumbers: readonly UserPhoneNumber[];
  /** The accounts at identity providers that the user signs in with. */
  readonly oauthRegistrations: readonly OAuthRegistration[];
  /** In addition to `stytch_user`, which every user has. */
  readonly assignedRoles: readonly string[];
  readonly trustedMetadata: Readonly<Record<string, unknown>>;
  readonly untrustedMetadata: Readonly<Record<string, unknown>>;
  readonly externalId: string | null;
  readonly password: StoredPassword | null;
  readonly totps: readonly UserTotp[];
}

const userRoleId = 'stytch_user';

/** What Stytch defines for consumer projects: the role that every user has. */
export const userPolicy: StytchPolicy = {
  resources: [],
  roles: [{ role_id: userRoleId, description: '', permissions: [] }],
};

/** All roles of a user, `stytch_user` first. */
export function rolesOf(user: User): string[] {
  return [userRoleId, ...user.assignedRoles.filter((role) => role !== userRoleId)];
}

export function emailOf(user: User, address: string): UserEmail | undefined {
  return user.emails.find((email) => isSameAddress(email.address, address));
}

export function phoneOf(user: User, phoneNumber: string): UserPhoneNumber | undefined {
  return user.phoneNumbers.find((phone) => phone.phoneNumber === phoneNumber);
}

/** The address of a user that was found or created by it. */
export function requireEmailOf(user: User, address: string): UserEmail {
  const email = emailOf(user, address);
  if (!email) throw new Error('The user does not have this email address.');
  return email;
}
