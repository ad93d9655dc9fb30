/** An email address of a user. */
export interface UserEmail {
  emailId: string;
  /** As first given. Addresses are compared case-insensitively. */
  address: string;
  verified: boolean;
  /** When an address that was added to an existing user is removed again, unless it is verified by then. */
  unverifiedUntilSeconds: number | null;
}

export interface UserPhoneNumber {
  phoneId: string;
  phoneNumber: string;
  verified: boolean;
}

export interface UserName {
  firstName: string;
  middleName: string;
  lastName: string;
}

export interface User {
  userId: string;
  status: 'active' | 'pending';
  createdAtSeconds: number;
  name: UserName;
  emails: UserEmail[];
  phoneNumbers: UserPhoneNumber[];
  /** In addition to `stytch_user`, which every user has. */
  assignedRoles: string[];
  trustedMetadata: Record<string, unknown>;
  untrustedMetadata: Record<string, unknown>;
  externalId: string | null;
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

/** The address of a user that was found or created by it. */
export function requireEmailOf(user: User, address: string): UserEmail {
  const email = emailOf(user, address);
  if (!email) throw new Error('The user does not have this email address.');
  return email;
}
