import type { Dispatcher } from 'undici';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { objectWithMethods, wholeNumber } from './value-checks.js';

export interface StytchHttpOptions {
  /**
   * Maximum duration of a call to Stytch's session and key endpoints, connecting included, in
   * milliseconds: 100 to 60000.
   * @default 3000
   */
  deadlineMs?: number | undefined;
  /**
   * An undici 7 dispatcher for all calls to Stytch, such as a `ProxyAgent` or an `Agent` with client
   * certificates.
   *
   * Deadlines, allowed origins and size limits still apply. The application closes the dispatcher.
   * @default direct connections to Stytch
   */
  dispatcher?: Dispatcher | undefined;
}

export const httpOptions = {
  deadlineMs: { ...wholeNumber(100, 60_000), default: 3000 },
  dispatcher: {
    ...objectWithMethods(['dispatch'], 'an undici dispatcher, such as an Agent or a ProxyAgent'),
    fix: 'Create it with undici 7, or omit it to connect directly.',
  },
} satisfies OptionDefinitions<StytchHttpOptions>;

export type ResolvedHttpOptions = WithDefaults<StytchHttpOptions, typeof httpOptions>;

export const resolveHttpOptions = (options?: StytchHttpOptions): ResolvedHttpOptions =>
  withDefaults(options, httpOptions);
