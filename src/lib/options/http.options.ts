import type { Dispatcher } from 'undici';
import { hideProperties } from './hide-properties.js';
import { withDefaults, type OptionDefinitions, type WithDefaults } from './option-definition.js';
import { objectWithMethods, wholeNumber } from './value-checks.js';

/** How Stytch's API is called: the option `http`. */
export interface StytchHttpOptions {
  /**
   * Maximum duration of a call to Stytch, waiting for a connection and connecting included, in
   * milliseconds: 100 to 60000. A call that could not complete in time is refused without being sent.
   *
   * A revocation may wait 30 seconds longer.
   * @default 3000
   */
  deadlineMs?: number | undefined;
  /**
   * Maximum number of connections to Stytch for refreshes of sessions: 4 to 1000. Sign-ins and
   * revocations have a quarter as many each, and the injected client has as many. Further calls wait.
   * With `http.dispatcher`, set it to the number of connections of that dispatcher.
   * @default 256
   */
  maxConnections?: number | undefined;
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
  maxConnections: { ...wholeNumber(4, 1000), default: 256 },
  dispatcher: {
    ...objectWithMethods(['dispatch'], 'an undici dispatcher, such as an Agent or a ProxyAgent'),
    fix: 'Create it with undici 7, or omit it to connect directly.',
  },
} satisfies OptionDefinitions<StytchHttpOptions>;

export type ResolvedHttpOptions = WithDefaults<StytchHttpOptions, typeof httpOptions>;

export const resolveHttpOptions = (options?: StytchHttpOptions): ResolvedHttpOptions =>
  Object.freeze(hideProperties({ ...withDefaults(options, httpOptions) }, 'dispatcher'));
