import { type ExpirationLimits } from '../sign-in/expiration-minutes.js';
import { type Attributes } from '../sign-in/attributes.js';

/** What a link is for. Embedded links are not sent by email. */
export type MagicLinkKind = 'login' | 'signup' | 'invite' | 'embedded';

export interface MagicLink {
  token: string;
  kind: MagicLinkKind;
  userId: string;
  /** The id of the email address that the link was sent to, or the id of the embedded link. */
  methodId: string;
  /** Where the link in the email leads; null for an embedded link. */
  redirectUrl: string | null;
  codeChallenge: string | null;
  attributes: Partial<Attributes>;
  expiresAtSeconds: number;
  state: 'pending' | 'used' | 'revoked';
}

const limits = { minMinutes: 5, maxMinutes: 7 * 24 * 60 };

export const expirationLimits: Record<MagicLinkKind, ExpirationLimits> = {
  login: { ...limits, defaultMinutes: 60 },
  signup: { ...limits, defaultMinutes: 7 * 24 * 60 },
  invite: { ...limits, defaultMinutes: 60 },
  embedded: { ...limits, defaultMinutes: 60 },
};
