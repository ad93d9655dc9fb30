import { type MessageChannel } from '../../../mailbox/message.js';
import { type OneTimeSecret } from '../../sign-in/one-time-secrets.js';
import { type Attributes } from '../sign-in/attributes.js';

/** A one-time passcode. An email address or phone number has one at a time. */
export interface Passcode extends OneTimeSecret {
  /** The id of the email address or phone number. */
  readonly methodId: string;
  readonly channel: MessageChannel;
  readonly userId: string;
  /** 6 digits. */
  readonly code: string;
  /** The message with the code. Earlier messages to the same address have codes that were replaced. */
  readonly messageId: string;
  readonly attributes: Readonly<Partial<Attributes>>;
}

export const expirationLimits = {
  defaultMinutes: 2,
  minMinutes: 1,
  maxMinutes: 10,
  errorType: 'invalid_expiration_otp',
};
