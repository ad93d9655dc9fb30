import { type OAuthRegistration } from '../../oauth/oauth-provider.js';
import { type StoredPassword } from '../../passwords/password.js';
import { type LockableAccount } from '../../sign-in/account-locks.js';
import { type MfaMethod } from '../auth-method.js';

/** `invited` until an invitation is accepted, `pending` until the first sign-in, `deleted` until reactivated. */
export type MemberStatus = 'pending' | 'invited' | 'active' | 'deleted';

/** An email address of a member. */
export interface MemberEmail {
  readonly emailId: string;
  /** As given. Addresses are compared case-insensitively. */
  readonly address: string;
}

export interface PendingEmail {
  readonly address: string;
  readonly expiresAtSeconds: number;
}

/** A person in an organization. The same person in another organization is another member. */
export interface Member extends LockableAccount {
  readonly memberId: string;
  readonly organizationId: string;
  readonly status: MemberStatus;
  readonly name: string;
  readonly email: MemberEmail;
  readonly emailVerified: boolean;
  /** The address that the member is changing to, reserved until it is proven. */
  readonly pendingEmail?: PendingEmail | null;
  /** Earlier addresses. No other member of the organization can have them. */
  readonly retiredEmails: readonly MemberEmail[];
  /** Besides `stytch_member`, which every member has, and roles by email domain. */
  readonly assignedRoles: readonly string[];
  /** Whether the member may sign in with methods that the organization does not allow. */
  readonly isBreakglass: boolean;
  readonly password: StoredPassword | null;
  readonly oauthRegistrations: readonly OAuthRegistration[];
  readonly mfaEnrolled: boolean;
  /** In E.164 format; empty if there is none. */
  readonly mfaPhoneNumber: string;
  readonly mfaPhoneNumberVerified: boolean;
  readonly defaultMfaMethod: MfaMethod | null;
  readonly trustedMetadata: Readonly<Record<string, unknown>>;
  readonly untrustedMetadata: Readonly<Record<string, unknown>>;
  /** Unique in the organization; can be used in place of the id. */
  readonly externalId: string | null;
  readonly createdAtSeconds: number;
  readonly updatedAtSeconds: number;
}
