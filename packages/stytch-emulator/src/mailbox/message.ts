/** A message that was delivered to the emulator's inbox instead of being sent. */
export type Message = LinkMessage | CodeMessage;

/** An email with a link. */
export interface LinkMessage extends MessageBase {
  readonly kind: 'link';
  /** The link to click. It leads to the emulator, which redirects to the application. */
  readonly link: string;
  /** The one-time token in the link. */
  readonly token: string;
  /** The link that signs in without a password. Only in an email for a password reset. */
  readonly loginLink?: string;
  readonly code: null;
}

/** An email or text message with a one-time passcode. */
export interface CodeMessage extends MessageBase {
  readonly kind: 'code';
  /** The passcode: 6 digits. */
  readonly code: string;
  readonly link: null;
  readonly token: null;
}

/** What every message has. */
export interface MessageBase {
  readonly id: string;
  /** The email address or phone number. */
  readonly to: string;
  readonly channel: MessageChannel;
  /** What the message is for, for example `magic_link_login` or `otp_signup`. */
  readonly type: string;
  /** Null in a text message. */
  readonly subject: string | null;
  /** The organization that the message is about. Null in a message of discovery; missing in consumer projects. */
  readonly organization?: MessageOrganization | null;
  /** RFC 3339, by the emulator's clock. */
  readonly createdAt: string;
}

/** The organization that a message is for. */
export interface MessageOrganization {
  readonly name: string;
  readonly slug: string;
}

export type MessageChannel = 'email' | 'sms' | 'whatsapp';

/** Whether a message has a link or a code. */
export type MessageKind = Message['kind'];

/** The type of the messages of a kind. */
export type MessageOfKind<Kind extends MessageKind> = Extract<Message, { kind: Kind }>;

/** Which messages to return. All fields that are set have to match. */
export interface MessageFilter<Kind extends MessageKind = MessageKind> {
  /** The recipient's email address, case-insensitive, or phone number. Default: any recipient. */
  to?: string;
  /** Messages with a link or messages with a code. Default: both. */
  kind?: Kind;
}

/** What the inbox shows about a message besides the message itself. Comes from the resource that sent it. */
export interface MessageStatus {
  readonly state: 'pending' | 'used' | 'expired' | 'revoked' | 'replaced';
  readonly expiresAtSeconds: number;
  /** Further rows of the details: label and text, for example the redirect URL. */
  readonly details: readonly (readonly [label: string, text: string])[];
}
