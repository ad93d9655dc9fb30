import { oneOf, wholeNumber, type OptionDefinitions } from '../../../lib/internal.js';

/** The options of `emailMagicLinks()` of `nestjs-stytch/b2b`. */
export interface StytchEmailMagicLinkOptions {
  /**
   * How long a link works, in minutes: 5 to 10080 (7 days), the range that Stytch supports.
   * @default 60
   */
  expiresInMinutes?: number | undefined;
  /**
   * Where a requested link works: `same-browser`, only in the browser that requested it, which uses PKCE, or
   * `any-browser`, in every browser after confirmation on a page. Invitations always work in every browser after
   * confirmation. Choose `any-browser` only if people read email on another device than the one they sign in on:
   * anyone who obtains the link can then sign in.
   * @default 'same-browser'
   */
  binding?: 'same-browser' | 'any-browser' | undefined;
}

export const emailMagicLinkOptions = {
  expiresInMinutes: { ...wholeNumber(5, 10_080), default: 60 },
  binding: { ...oneOf('same-browser', 'any-browser'), default: 'same-browser' },
} satisfies OptionDefinitions<StytchEmailMagicLinkOptions>;
