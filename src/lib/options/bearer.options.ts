import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { matching } from './value-checks.js';

/** How bearer tokens are accepted: the option `bearer`. */
export interface StytchBearerOptions {
  /**
   * The response header that offers the fresh JWT to a client whose session JWT was refreshed, such as
   * `X-Session-Jwt`. Without it the client gets its next JWT from Stytch.
   *
   * Browsers show it to single-page applications of other origins only if the application's CORS settings
   * expose it.
   * @default none
   */
  renewedJwtHeader?: string | undefined;
}

export const bearerOptions = {
  renewedJwtHeader: {
    ...matching(/^X-[A-Za-z0-9-]{1,62}$/i, 'a header name that starts with X-'),
    fix: "Use a name such as 'X-Session-Jwt', or omit it to offer no JWT.",
  },
} satisfies OptionDefinitions<StytchBearerOptions>;

export type ResolvedBearerOptions = WithDefaults<StytchBearerOptions, typeof bearerOptions>;

export const resolveBearerOptions = (options?: StytchBearerOptions): ResolvedBearerOptions =>
  withDefaults(options, bearerOptions);
