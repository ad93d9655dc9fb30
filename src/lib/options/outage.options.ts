import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { wholeNumber } from './value-checks.js';

/** What happens while Stytch is unreachable: the option `outage`. */
export interface StytchOutageOptions {
  /**
   * How long a genuine session is accepted after its JWT has expired while Stytch is proven to be
   * down, in seconds: 0 to 3600. The session then has `unconfirmed: true`. With 0, such requests get
   * a 503.
   * @default 0
   */
  graceSeconds?: number | undefined;
}

export const outageOptions = {
  graceSeconds: {
    ...wholeNumber(0, 3600),
    fix: 'Omit it to keep the default (0): unconfirmed sessions are rejected.',
    default: 0,
  },
} satisfies OptionDefinitions<StytchOutageOptions>;

export type ResolvedOutageOptions = WithDefaults<StytchOutageOptions, typeof outageOptions>;

export const resolveOutageOptions = (options?: StytchOutageOptions): ResolvedOutageOptions =>
  withDefaults(options, outageOptions);
