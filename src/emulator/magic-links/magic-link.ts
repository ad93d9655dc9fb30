/** What a link is for; an embedded one is never mailed. */
export type MagicLinkKind = 'login' | 'signup' | 'invite' | 'embedded';

/** Where a browser or device is, as far as an application tells. */
export interface Attributes {
  ipAddress: string | undefined;
  userAgent: string | undefined;
}

export interface MagicLink {
  token: string;
  kind: MagicLinkKind;
  userId: string;
  /** The id of the email address it was sent to; an id of its own where it is embedded. */
  methodId: string;
  /** Where the mailed link leads in the end; null for an embedded link. */
  redirectUrl: string | null;
  codeChallenge: string | null;
  attributes: Partial<Attributes>;
  expiresAtSeconds: number;
  state: 'pending' | 'used' | 'revoked';
}
