import { type OneTimeSecret } from '../../sign-in/one-time-secrets.js';

/** A one-time passcode in an email. An address has one at a time, for one organization or for discovery. */
export interface EmailPasscode extends OneTimeSecret {
  readonly emailAddress: string;
  /** The member that the code signs in; null for discovery. */
  readonly memberId: string | null;
  /** 6 digits. */
  readonly code: string;
  /** The message with the code. Earlier messages to the same address have codes that were replaced. */
  readonly messageId: string;
}

export const expirationLimits = {
  defaultMinutes: 10,
  minMinutes: 2,
  maxMinutes: 15,
  errorType: 'invalid_expiration_otp',
};
