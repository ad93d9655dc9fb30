/** An email address of a user. */
export interface UserEmail {
  emailId: string;
  /** As it was first written; two that differ only in case are the same address. */
  address: string;
  verified: boolean;
  /** An address added to an existing user goes away again at this time, unless it has been verified. */
  heldUntilSeconds: number | null;
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
  /** Roles that were assigned; every user also has `stytch_user`. */
  assignedRoles: string[];
  trustedMetadata: Record<string, unknown>;
  untrustedMetadata: Record<string, unknown>;
  externalId: string | null;
}

/** The roles a user acts with, the one everybody has first. */
export function rolesOf(user: User): string[] {
  return ['stytch_user', ...user.assignedRoles.filter((role) => role !== 'stytch_user')];
}

export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function emailOf(user: User, address: string): UserEmail | undefined {
  return user.emails.find((email) => sameAddress(email.address, address));
}
