import { optionsByProvider } from '../../../lib/auth/methods/oauth/oauth.options.js';
import type { OptionDefinitions } from '../../../lib/internal.js';
import { isB2BOAuthProvider, type StytchB2BOAuthProvider } from './oauth-providers.js';

/** The options of `oauth()` of `nestjs-stytch/b2b`. */
export interface StytchB2BOAuthOptions<Provider extends StytchB2BOAuthProvider = StytchB2BOAuthProvider> {
  /**
   * Scopes to request besides those that Stytch requests for a sign-in, by provider. Their access token is in the
   * `providerValues` of `onSignIn`, if the person signs in to an organization.
   * @default {}
   */
  customScopes?: Partial<Record<Provider, readonly string[]>> | undefined;
  /**
   * Parameters for the provider's own sign-in page, by provider, for example
   * `{ google: { prompt: 'select_account' } }`. Stytch passes them on.
   * @default {}
   */
  providerParameters?: Partial<Record<Provider, Readonly<Record<string, string>>>> | undefined;
}

export const b2bOAuthOptions = optionsByProvider(
  isB2BOAuthProvider,
) satisfies OptionDefinitions<StytchB2BOAuthOptions>;
