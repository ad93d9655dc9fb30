/** An email that was delivered to the emulator's inbox instead of being sent. */
export interface Message {
  readonly id: string;
  readonly to: string;
  /** What the email is for: `magic_link_login`, `magic_link_signup` or `magic_link_invite`. */
  readonly type: string;
  readonly subject: string;
  /** The link to click. It leads to the emulator, which redirects to the application. */
  readonly link: string;
  /** The one-time token in the link. */
  readonly token: string;
  /** The one-time passcode; null in an email with a link. */
  readonly code: string | null;
  /** RFC 3339, by the emulator's clock. */
  readonly createdAt: string;
}

export interface MessageFilter {
  /** The recipient's address, case-insensitive. Default: any recipient. */
  to?: string;
}

/** What the inbox shows about a message besides the message itself. Comes from the resource that sent it. */
export interface MessageStatus {
  readonly state: 'pending' | 'used' | 'expired' | 'revoked';
  readonly expiresAtSeconds: number;
  /** Further rows of the details: label and text, for example the redirect URL. */
  readonly details: readonly (readonly [label: string, text: string])[];
}
