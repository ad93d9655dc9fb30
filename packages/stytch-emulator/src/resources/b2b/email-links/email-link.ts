import { type OneTimeSecret } from '../../sign-in/one-time-secrets.js';

/** A link in an email to a member, or to somebody who discovers organizations. */
export type EmailLink = MemberLink | DiscoveryLink;

/** A link that signs in to one organization. */
export interface MemberLink extends EmailLinkBase {
  readonly kind: MemberLinkKind;
  readonly memberId: string;
}

/** A link that proves to own an email address, before an organization is chosen. */
export interface DiscoveryLink extends EmailLinkBase {
  readonly kind: DiscoveryLinkKind;
}

/** An email for a password reset has two links: the second signs in without a password. */
export type MemberLinkKind =
  'login' | 'signup' | 'invite' | 'email_update' | 'password_reset' | 'login_without_password';
export type DiscoveryLinkKind = 'discovery' | 'discovery_password_reset' | 'discovery_without_password';

interface EmailLinkBase extends OneTimeSecret {
  readonly token: string;
  /** The recipient. */
  readonly emailAddress: string;
  readonly redirectUrl: string;
  readonly codeChallenge: string | null;
}

/** The `stytch_token_type` of a link, which tells an application what its token is for. */
export const tokenTypes: Record<
  EmailLink['kind'],
  'multi_tenant_magic_links' | 'multi_tenant_passwords' | 'discovery'
> = {
  login: 'multi_tenant_magic_links',
  signup: 'multi_tenant_magic_links',
  invite: 'multi_tenant_magic_links',
  email_update: 'multi_tenant_magic_links',
  password_reset: 'multi_tenant_passwords',
  login_without_password: 'multi_tenant_magic_links',
  discovery: 'discovery',
  discovery_password_reset: 'multi_tenant_passwords',
  discovery_without_password: 'discovery',
};
