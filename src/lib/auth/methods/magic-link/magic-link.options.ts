import type { OptionDefinitions } from '../../../options/option-definition.js';
import { oneOf, wholeNumber } from '../../../options/value-checks.js';

/** The options of `magicLinks()`. */
export interface StytchMagicLinkOptions {
  /**
   * How long a link works, in minutes: 5 to 10080 (7 days), the range that Stytch supports.
   * @default 60
   */
  expiresInMinutes?: number | undefined;
  /**
   * Whether new users may sign up: `allow` or `deny`.
   *
   * The response to a request for a link is the same either way.
   * @default 'allow'
   */
  signUp?: 'allow' | 'deny' | undefined;
  /**
   * Where a requested link works: `same-browser`, only in the browser that requested it, or
   * `any-browser`, in every browser after confirmation on a page. Invitations and embeddable links always
   * work in every browser after confirmation.
   *
   * `same-browser` uses PKCE. Nobody can be signed in to another person's account by a link, and mail
   * scanners can't consume it. Choose `any-browser` only if people read email on another device than
   * the one they sign in on: anyone who obtains the link can then sign in.
   * @default 'same-browser'
   */
  binding?: 'same-browser' | 'any-browser' | undefined;
}

export const magicLinkOptions = {
  expiresInMinutes: { ...wholeNumber(5, 10_080), default: 60 },
  signUp: { ...oneOf('allow', 'deny'), default: 'allow' },
  binding: { ...oneOf('same-browser', 'any-browser'), default: 'same-browser' },
} satisfies OptionDefinitions<StytchMagicLinkOptions>;
