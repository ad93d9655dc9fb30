import { wholeNumber, type OptionDefinitions } from '../../../lib/internal.js';

/** The options of `emailOtp()` of `nestjs-stytch/b2b`. */
export interface StytchB2BEmailOtpOptions {
  /**
   * How long a code works, in minutes: 2 to 15, the range that Stytch supports. A new code replaces the one
   * before.
   * @default 10
   */
  expiresInMinutes?: number | undefined;
}

export const b2bEmailOtpOptions = {
  expiresInMinutes: { ...wholeNumber(2, 15), default: 10 },
} satisfies OptionDefinitions<StytchB2BEmailOtpOptions>;
