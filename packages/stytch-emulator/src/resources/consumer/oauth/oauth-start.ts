import { refuse } from '../../../wire/api-error.js';
import { type ApiCall, type Redirect } from '../../../wire/operation.js';
import { checkPublicToken } from '../../../wire/public-token-auth.js';
import { checkProvider, readScopes, redirectToProvider } from '../../oauth/start-parameters.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { consumerProviders, oauthProviders, type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { type OAuthContext } from './oauth-context.js';
import { type AttachToken } from './oauth-token.js';

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

export function start(context: OAuthContext, { parameter, query, queryString }: ApiCall): Redirect {
  const { provider } = readStart(context, parameter('provider'), query);
  return redirectToProvider({ provider }, queryString);
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
  const provider = checkProvider(providerName, consumerProviders);
  checkPublicToken(context.credentials, query('public_token'));
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
    scopes: readScopes(oauthProviders[provider], query('custom_scopes')),
    attachToken: readAttachToken(context, provider, query('oauth_attach_token')),
  };
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
