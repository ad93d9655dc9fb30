import type { OptionDefinitions } from '../../../options/option-definition.js';
import { oneOf, wholeNumber } from '../../../options/value-checks.js';

/** The options of `passwords()`. */
export interface StytchPasswordOptions {
  /**
   * How long the link for a new password works, in minutes: 5 to 10080 (7 days).
   * @default 30
   */
  resetExpiresInMinutes?: number | undefined;
  /**
   * Where that link works: `same-browser`, only in the browser that requested it, which uses PKCE, or
   * `any-browser`. Choose `any-browser` only if people read email on another device than the one they sign
   * in on: anyone who obtains the link can then take the account over.
   * @default 'same-browser'
   */
  resetBinding?: 'same-browser' | 'any-browser' | undefined;
  /**
   * A refused sign-in and a request for a reset link are responded to after this time in milliseconds, or a
   * multiple of it: 1 to 10000. Otherwise the time would tell whether an account exists, since Stytch checks
   * a password only if there is one. Choose a time within which Stytch usually responds.
   * @default 1000
   */
  responseTimeMs?: number | undefined;
}

export const passwordOptions = {
  resetExpiresInMinutes: { ...wholeNumber(5, 10_080), default: 30 },
  resetBinding: { ...oneOf('same-browser', 'any-browser'), default: 'same-browser' },
  responseTimeMs: { ...wholeNumber(1, 10_000), default: 1000 },
} satisfies OptionDefinitions<StytchPasswordOptions>;
