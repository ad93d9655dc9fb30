import { refuse } from '../../wire/api-error.js';
import { Redirect } from '../../wire/operation.js';
import { isScope, splitScopes } from '../../wire/scopes.js';
import { withParameters } from '../../wire/url-parameters.js';
import { type OAuthProviderName } from './oauth-provider.js';
import { providerPath } from './provider-page.js';

/**
 * Redirects the browser to the provider page, with all parameters. A started flow has no state, so
 * a GET request changes nothing.
 */
export function redirectToProvider(parameters: Record<string, string>, queryString: string): Redirect {
  // The first of two parameters with the same name is read.
  const page = withParameters(providerPath, parameters);
  return new Redirect(queryString === '' ? page : `${page}&${queryString}`);
}

/** @throws {ApiError} `invalid_oauth_provider` */
export function checkProvider(name: string, providers: readonly OAuthProviderName[]): OAuthProviderName {
  return (
    providers.find((provider) => provider === name) ??
    refuse(400, 'invalid_oauth_provider', `The provider must be one of ${providers.join(', ')}.`)
  );
}

/**
 * The provider's default scopes and `custom_scopes`.
 *
 * @throws {ApiError} `oauth_invalid_scope_requested`
 */
export function readScopes({ hasIdToken }: { hasIdToken: boolean }, customScopes = ''): string[] {
  const scopes = splitScopes(customScopes);
  if (!scopes.every(isScope)) {
    refuse(400, 'oauth_invalid_scope_requested', 'custom_scopes must be separated by spaces.');
  }
  return [...new Set([...defaultScopes(hasIdToken), ...scopes])];
}

// Simplified: at Stytch they differ by provider.
function defaultScopes(hasIdToken: boolean): string[] {
  return hasIdToken ? ['openid', 'email', 'profile'] : ['email'];
}
