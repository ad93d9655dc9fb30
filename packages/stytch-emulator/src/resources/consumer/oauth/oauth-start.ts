import { refuse } from '../../../wire/api-error.js';
import { type ApiCall, Redirect } from '../../../wire/operation.js';
import { isScope, splitScopes } from '../../../wire/scopes.js';
import { withParameters } from '../../../wire/url-parameters.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { isOAuthProviderName, oauthProviders, type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { type OAuthContext } from './oauth-context.js';
import { type AttachToken } from './oauth-token.js';

export const providerPath = '/__emulator/oauth/provider';

/** What the application requests when it starts an OAuth flow. */
export interface OAuthStart {
  readonly provider: OAuthProviderName;
  /** Where a user is redirected to who exists. */
  readonly loginRedirectUrl: string;
  /** Where a new user is redirected to. */
  readonly signupRedirectUrl: string;
  readonly codeChallenge: string | null;
  /** The provider's default scopes and `custom_scopes`. */
  readonly scopes: readonly string[];
  readonly attachToken: AttachToken | undefined;
}

/**
 * Redirects the browser to the provider page, with all parameters. A started flow has no state, so
 * a GET request changes nothing.
 */
export function start(context: OAuthContext, { parameter, query, queryString }: ApiCall): Redirect {
  const { provider } = readStart(context, parameter('provider'), query);
  // The first of two parameters with the same name is read.
  const page = withParameters(providerPath, { provider });
  return new Redirect(queryString === '' ? page : `${page}&${queryString}`);
}

/**
 * @throws {ApiError} `invalid_oauth_provider`, `invalid_public_token_id`, `public_token_not_found`,
 *   `invalid_login_oauth_url`, `invalid_signup_oauth_url`, `no_match_for_provided_oauth_url`,
 *   `no_login_redirect_urls_set`, `no_signup_redirect_urls_set`, `invalid_pkce_code_challenge`,
 *   `oauth_invalid_scope_requested`, `invalid_oauth_attach_token`
 */
export function readStart(
  context: OAuthContext,
  providerName: string,
  query: (name: string) => string | undefined,
): OAuthStart {
  const provider = checkProvider(providerName);
  checkPublicToken(context, query('public_token'));
  const redirectUrl = (kind: 'login' | 'signup') =>
    context.redirectUrls.resolve(query(`${kind}_redirect_url`), {
      name: `${kind}_redirect_url`,
      invalid: `invalid_${kind}_oauth_url`,
      notAllowed: 'no_match_for_provided_oauth_url',
      noDefault: `no_${kind}_redirect_urls_set`,
    });
  return {
    provider,
    loginRedirectUrl: redirectUrl('login'),
    signupRedirectUrl: redirectUrl('signup'),
    codeChallenge: checkCodeChallenge(query('code_challenge')),
    scopes: [...new Set([...defaultScopes(provider), ...readScopes(query('custom_scopes') ?? '')])],
    attachToken: readAttachToken(context, provider, query('oauth_attach_token')),
  };
}

/** @throws {ApiError} `invalid_oauth_provider` */
export function checkProvider(provider: string): OAuthProviderName {
  if (isOAuthProviderName(provider)) return provider;
  return refuse(
    400,
    'invalid_oauth_provider',
    `The provider must be one of ${Object.keys(oauthProviders).join(', ')}.`,
  );
}

function checkPublicToken({ credentials }: OAuthContext, publicToken = ''): void {
  if (publicToken === credentials.publicToken) return;
  if (publicToken === '') refuse(400, 'invalid_public_token_id', 'public_token is required.');
  refuse(404, 'public_token_not_found', 'public_token does not belong to this project.');
}

// Simplified: at Stytch they differ by provider.
function defaultScopes(provider: OAuthProviderName): string[] {
  return oauthProviders[provider].hasIdToken ? ['openid', 'email', 'profile'] : ['email'];
}

function readScopes(customScopes: string): string[] {
  const scopes = splitScopes(customScopes);
  if (scopes.every(isScope)) return scopes;
  return refuse(400, 'oauth_invalid_scope_requested', 'custom_scopes must be separated by spaces.');
}

function readAttachToken(
  { oauthTokens }: OAuthContext,
  provider: OAuthProviderName,
  token: string | undefined,
): AttachToken | undefined {
  if (token === undefined) return undefined;
  return (
    oauthTokens.findForAttach(token, provider) ??
    refuse(
      400,
      'invalid_oauth_attach_token',
      'oauth_attach_token is unknown, was used, has expired, or is for another provider.',
    )
  );
}
