import { type ExpirationLimits } from '../../sign-in/expiration-minutes.js';
import { type OneTimeSecret } from '../../sign-in/one-time-secrets.js';
import { type Attributes } from '../sign-in/attributes.js';

/**
 * What a link is for. Embedded links are not sent by email. An email for a password reset has two links: the
 * second is `login_without_password`.
 */
export type MagicLinkKind =
  'login' | 'signup' | 'invite' | 'embedded' | 'password_reset' | 'login_without_password';

/** The `stytch_token_type` of a link, which tells an application what its token is for. */
export const tokenTypes: Record<MagicLinkKind, 'magic_links' | 'reset_password' | 'login'> = {
  login: 'magic_links',
  signup: 'magic_links',
  invite: 'magic_links',
  embedded: 'magic_links',
  password_reset: 'reset_password',
  login_without_password: 'login',
};

export interface MagicLink extends OneTimeSecret {
  readonly token: string;
  readonly kind: MagicLinkKind;
  readonly userId: string;
  /** The id of the email address that the link was sent to, or the id of the embedded link. */
  readonly methodId: string;
  /** Where the link in the email leads; null for an embedded link. */
  readonly redirectUrl: string | null;
  readonly codeChallenge: string | null;
  readonly attributes: Readonly<Partial<Attributes>>;
}

const limits = { minMinutes: 5, maxMinutes: 7 * 24 * 60 };

export const expirationLimits: Record<MagicLinkKind, ExpirationLimits> = {
  login: { ...limits, defaultMinutes: 60 },
  signup: { ...limits, defaultMinutes: 7 * 24 * 60 },
  invite: { ...limits, defaultMinutes: 60 },
  embedded: { ...limits, defaultMinutes: 60 },
  password_reset: { ...limits, defaultMinutes: 30 },
  login_without_password: { ...limits, defaultMinutes: 30 },
};
