import type { OptionDefinitions } from '../../../options/option-definition.js';
import { oneOf, wholeNumber } from '../../../options/value-checks.js';
import { countryCodes } from './country-codes.js';

/** The options of `emailOtp()`. */
export interface StytchEmailOtpOptions {
  /**
   * How long a code works, in minutes: 1 to 10, the range that Stytch supports. A new code replaces the
   * one before.
   * @default 10
   */
  expiresInMinutes?: number | undefined;
  /**
   * Whether new users may sign up: `allow` or `deny`.
   *
   * The responses are the same either way, also to a code that is tried.
   * @default 'allow'
   */
  signUp?: 'allow' | 'deny' | undefined;
}

/** The options of `whatsappOtp()`. */
export interface StytchWhatsappOtpOptions extends StytchEmailOtpOptions {
  /**
   * The countries that codes are sent to, as ISO 3166-1 alpha-2 codes such as `US`. With a single one, its
   * numbers may be entered without the country code.
   * @default all countries
   */
  countries?: readonly string[] | undefined;
}

/** The options of `smsOtp()`. */
export interface StytchSmsOtpOptions extends StytchEmailOtpOptions {
  /**
   * The countries that codes are sent to, as ISO 3166-1 alpha-2 codes such as `US`. With a single one, its
   * numbers may be entered without the country code.
   *
   * Required, because of toll fraud: criminals share in the price of messages to numbers of some countries,
   * and have as many sent as they can. List the countries where the users of the application live.
   */
  countries: readonly string[];
}

export const emailOtpOptions = {
  expiresInMinutes: { ...wholeNumber(1, 10), default: 10 },
  signUp: { ...oneOf('allow', 'deny'), default: 'allow' },
} satisfies OptionDefinitions<StytchEmailOtpOptions>;

export const whatsappOtpOptions = {
  countries: countryCodes,
  ...emailOtpOptions,
} satisfies OptionDefinitions<StytchWhatsappOtpOptions>;

export const smsOtpOptions = {
  countries: { ...countryCodes, required: true },
  ...emailOtpOptions,
} satisfies OptionDefinitions<StytchSmsOtpOptions>;
