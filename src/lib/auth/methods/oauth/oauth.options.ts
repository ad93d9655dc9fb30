import type { OptionDefinitions } from '../../../options/option-definition.js';
import { isObject } from '../../../options/option-schema.js';
import { trueOrFalse, type ValueCheck } from '../../../options/value-checks.js';
import { isOAuthProvider, type StytchOAuthProvider } from './oauth-providers.js';

/** The options of `oauth()`. */
export interface StytchOAuthOptions<Provider extends StytchOAuthProvider = StytchOAuthProvider> {
  /**
   * Scopes to request besides those that Stytch requests for a sign-in, by provider, for example
   * `{ google: ['https://www.googleapis.com/auth/calendar.readonly'] }`. Their access token is in the
   * `providerValues` of `onSignIn`.
   * @default {}
   */
  customScopes?: Partial<Record<Provider, readonly string[]>> | undefined;
  /**
   * Parameters for the provider's own sign-in page, by provider, for example
   * `{ google: { prompt: 'select_account' } }`. Stytch passes them on.
   * @default {}
   */
  providerParameters?: Partial<Record<Provider, Readonly<Record<string, string>>>> | undefined;
  /**
   * Whether a new session requires that the user has a verified email address. Stytch stores an address
   * only if the provider guarantees that it is verified; without one, the account is not connected with the
   * user's other ways to sign in. Refused with `oauth_email_missing`.
   * @default true
   */
  requireEmail?: boolean | undefined;
}

/** RFC 6749 section 3.3. */
const scopePattern = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
const parameterPattern = /^[a-z][a-z0-9_]{0,63}$/;

const byProvider = (
  isProvider: (name: string) => boolean,
  accepts: (value: unknown) => boolean,
  allowed: string,
): ValueCheck => ({
  accepts: (value) =>
    isObject(value) && Object.entries(value).every(([name, one]) => isProvider(name) && accepts(one)),
  allowed,
});

const isScopeList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((scope) => typeof scope === 'string' && scopePattern.test(scope));

const isParameters = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(([name, one]) => parameterPattern.test(name) && typeof one === 'string');

/** The options that both products have. */
export const optionsByProvider = (isProvider: (name: string) => boolean) => ({
  customScopes: {
    ...byProvider(isProvider, isScopeList, 'lists of scopes by the name of the provider'),
    fix: "Use customScopes: { google: ['scope-1', 'scope-2'] }.",
    default: {},
  },
  providerParameters: {
    ...byProvider(isProvider, isParameters, 'parameters with text values by the name of the provider'),
    fix: "Use providerParameters: { google: { prompt: 'select_account' } }, without the prefix provider_.",
    default: {},
  },
});

export const oauthOptions = {
  ...optionsByProvider(isOAuthProvider),
  requireEmail: { ...trueOrFalse, default: true },
} satisfies OptionDefinitions<StytchOAuthOptions>;
