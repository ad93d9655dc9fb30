/** A mail the emulator has delivered instead of sending it. */
export interface Message {
  readonly id: string;
  readonly to: string;
  readonly type: MessageType;
  readonly subject: string;
  /** What a person would click: the emulator's redirect, which leads to the application. */
  readonly link: string;
  /** The one-time token in the link. */
  readonly token: string;
  /** A one-time passcode; null in a mail with a link. */
  readonly code: string | null;
  /** RFC 3339, by the emulator's clock. */
  readonly createdAt: string;
}

export type MessageType = 'magic_link_login' | 'magic_link_signup' | 'magic_link_invite';

export interface MessageFilter {
  /** The recipient's address, whatever its case. Default: everybody's. */
  to?: string;
}
