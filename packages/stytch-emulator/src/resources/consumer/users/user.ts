import { type OAuthRegistration } from './oauth-provider.js';
import { type UserPassword } from './password.js';
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

/** While a user is locked, no attempt to authenticate succeeds. */
export interface UserLock {
  readonly createdAtSeconds: number;
  readonly expiresAtSeconds: number;
}

export interface User {
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
  readonly password: UserPassword | null;
  readonly totps: readonly UserTotp[];
  /** Since the last successful one. */
  readonly failedAttempts: number;
  readonly lock: UserLock | null;
}

/** All roles of a user, `stytch_user` first. */
export function rolesOf(user: User): string[] {
  return ['stytch_user', ...user.assignedRoles.filter((role) => role !== 'stytch_user')];
}

export function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
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
