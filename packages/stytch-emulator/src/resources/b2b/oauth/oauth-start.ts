import { refuse } from '../../../wire/api-error.js';
import { type ApiCall, type Redirect } from '../../../wire/operation.js';
import { checkPublicToken } from '../../../wire/public-token-auth.js';
import { b2bProviders, oauthProviders, type OAuthProviderName } from '../../oauth/oauth-provider.js';
import { checkProvider, readScopes, redirectToProvider } from '../../oauth/start-parameters.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';

/** What the application requests when it starts an OAuth flow. */
export interface OAuthStart {
  readonly provider: OAuthProviderName;
  readonly codeChallenge: string | null;
  /** The provider's default scopes and `custom_scopes`. */
  readonly scopes: readonly string[];
  readonly flow: OrganizationFlow | DiscoveryFlow;
}

interface OrganizationFlow {
  readonly organization: Organization;
  /** Where an active member is redirected to. */
  readonly loginRedirectUrl: string;
  /** Where a new member is redirected to. */
  readonly signupRedirectUrl: string;
}

interface DiscoveryFlow {
  readonly organization: null;
  readonly discoveryRedirectUrl: string;
}

type Query = (name: string) => string | undefined;

export function start(b2b: B2B, { parameter, query, queryString }: ApiCall): Redirect {
  const { provider } = readStart(b2b, parameter('provider'), query);
  return redirectToProvider({ provider, flow: 'organization' }, queryString);
}

export function startDiscovery(b2b: B2B, { parameter, query, queryString }: ApiCall): Redirect {
  const { provider } = readDiscoveryStart(b2b, parameter('provider'), query);
  return redirectToProvider({ provider, flow: 'discovery' }, queryString);
}

/**
 * @throws {ApiError} `missing_oauth_organization_locator`, `too_many_oauth_organization_locators`,
 *   `organization_not_found`, `invalid_login_oauth_url`, `invalid_signup_oauth_url`,
 *   `no_match_for_provided_oauth_url`, `no_login_redirect_urls_set`, `no_signup_redirect_urls_set`,
 *   and the errors of `readCommon`
 */
export function readStart(b2b: B2B, provider: string, query: Query): OAuthStart {
  const common = readCommon(b2b, provider, query);
  const redirectUrl = (kind: 'login' | 'signup') =>
    b2b.redirectUrls.resolve(query(`${kind}_redirect_url`), {
      name: `${kind}_redirect_url`,
      invalid: `invalid_${kind}_oauth_url`,
      notAllowed: 'no_match_for_provided_oauth_url',
      noDefault: `no_${kind}_redirect_urls_set`,
    });
  return {
    ...common,
    flow: {
      organization: readOrganization(b2b, query),
      loginRedirectUrl: redirectUrl('login'),
      signupRedirectUrl: redirectUrl('signup'),
    },
  };
}

/**
 * @throws {ApiError} `invalid_discovery_redirect_url`, `no_match_for_provided_oauth_url`,
 *   `no_discovery_redirect_urls_set`, and the errors of `readCommon`
 */
export function readDiscoveryStart(b2b: B2B, provider: string, query: Query): OAuthStart {
  const common = readCommon(b2b, provider, query);
  const discoveryRedirectUrl = b2b.redirectUrls.resolve(query('discovery_redirect_url'), {
    name: 'discovery_redirect_url',
    invalid: 'invalid_discovery_redirect_url',
    notAllowed: 'no_match_for_provided_oauth_url',
    noDefault: 'no_discovery_redirect_urls_set',
  });
  return { ...common, flow: { organization: null, discoveryRedirectUrl } };
}

/**
 * @throws {ApiError} `invalid_oauth_provider`, `invalid_public_token_id`, `public_token_not_found`,
 *   `invalid_pkce_code_challenge`, `oauth_invalid_scope_requested`
 */
function readCommon({ credentials }: B2B, name: string, query: Query) {
  const provider = checkProvider(name, b2bProviders);
  checkPublicToken(credentials, query('public_token'));
  return {
    provider,
    codeChallenge: checkCodeChallenge(query('pkce_code_challenge')),
    scopes: readScopes(oauthProviders[provider], query('custom_scopes')),
  };
}

function readOrganization({ organizations }: B2B, query: Query): Organization {
  const [id, slug] = [query('organization_id'), query('slug')];
  if (id !== undefined && slug !== undefined) {
    refuse(400, 'too_many_oauth_organization_locators', 'Only one of organization_id and slug is allowed.');
  }
  return organizations.get(
    id ?? slug ?? refuse(400, 'missing_oauth_organization_locator', 'organization_id or slug is required.'),
  );
}
