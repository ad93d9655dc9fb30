import { Logger } from '@nestjs/common';
import type { B2BClient } from 'stytch';
import { findMissingToken, findProviderProblems } from '../../../lib/auth/methods/oauth/oauth-problems.js';
import { providerQuery, startUrl } from '../../../lib/auth/methods/oauth/start-url.js';
import type {
  FinishCall,
  FinishResult,
  StartCall,
  StartResult,
  StytchRejection,
} from '../../../lib/index.js';
import {
  checkFactoryOptions,
  isOrganizationId,
  withDefaults,
  type B2BSignInMethod,
} from '../../../lib/internal.js';
import { maxDiscoveryBytes } from '../discovered-organizations.js';
import { b2bOAuthProviders, isB2BOAuthProvider, type StytchB2BOAuthProvider } from './oauth-providers.js';
import { b2bOAuthOptions, type StytchB2BOAuthOptions } from './oauth.options.js';
import { refusalCodeOf } from './refusal-of-rejection.js';

/**
 * Signing in with an account at a provider such as Google: to the organization that the person names, or to one
 * that they choose afterwards. Requires the option `publicToken`, and each provider to be configured in the Stytch
 * Dashboard. PKCE ties the sign-in to the browser that started it.
 *
 * @param providers their names in Stytch's API, in the order of the buttons, for example `['google', 'microsoft']`
 */
export function oauth<const Provider extends StytchB2BOAuthProvider>(
  providers: readonly Provider[],
  options?: StytchB2BOAuthOptions<Provider>,
): B2BSignInMethod {
  const known = Array.isArray(providers) ? providers.filter(isB2BOAuthProvider) : [];
  const settings = withDefaults<StytchB2BOAuthOptions, typeof b2bOAuthOptions>(options, b2bOAuthOptions);
  return {
    name: 'oauth',
    product: 'b2b',
    // People create accounts and recover passwords at the provider.
    expiresInMinutes: 60,
    start: {
      fields: [
        {
          name: 'provider',
          type: 'choice',
          choices: known.map((value) => ({
            value,
            label: `Continue with ${b2bOAuthProviders[value]}`,
            authMethod: `${value}_oauth`,
          })),
        },
      ],
      button: 'Continue',
      run: ({ provider }, call) => Promise.resolve(start(provider as StytchB2BOAuthProvider, settings, call)),
    },
    callbacks: {
      oauth: {
        binding: 'same-browser',
        from: 'provider',
        run: (token, _fields, call) => authenticate(token, call),
      },
      discovery_oauth: {
        binding: 'same-browser',
        from: 'provider',
        run: (token, _fields, call) => authenticateDiscovery(token, call),
      },
    },
    findProblems: (environment) => [
      ...findProviderProblems(providers, b2bOAuthProviders),
      ...checkFactoryOptions(options, b2bOAuthOptions),
      ...findMissingToken(environment),
    ],
  };
}

type Settings = ReturnType<typeof withDefaults<StytchB2BOAuthOptions, typeof b2bOAuthOptions>>;

function start(
  provider: StytchB2BOAuthProvider,
  { customScopes, providerParameters }: Settings,
  { organization, callbackUrl, codeChallenge, publicToken = '', apiUrl }: StartCall<B2BClient>,
): StartResult {
  const path = `/v1/b2b/public/oauth/${provider}`;
  const query = {
    public_token: publicToken,
    pkce_code_challenge: codeChallenge,
    ...providerQuery({ scopes: customScopes[provider], parameters: providerParameters[provider] }),
  };
  if (organization === undefined) {
    const url = startUrl(apiUrl, `${path}/discovery/start`, {
      ...query,
      discovery_redirect_url: callbackUrl,
    });
    return { kind: 'redirect', url };
  }
  const url = startUrl(apiUrl, `${path}/start`, {
    ...query,
    [isOrganizationId(organization) ? 'organization_id' : 'slug']: organization,
    login_redirect_url: callbackUrl,
    signup_redirect_url: callbackUrl,
  });
  return { kind: 'redirect', url };
}

async function authenticate(oauth_token: string, call: FinishCall<B2BClient>): Promise<FinishResult> {
  const { codeVerifier = '', sessionParameters } = call;
  const response = await call.stytch('oauth/authenticate', (client) =>
    client.oauth.authenticate({ oauth_token, pkce_code_verifier: codeVerifier, ...sessionParameters }),
  );
  if (response.kind === 'rejected') return refuse(response);
  if (response.kind !== 'ok') return response;
  const { body } = response;
  return { kind: 'ok', body, details: { providerValues: { ...body.provider_values } } };
}

async function authenticateDiscovery(
  discovery_oauth_token: string,
  { codeVerifier = '', ...call }: FinishCall<B2BClient>,
): Promise<FinishResult> {
  const response = await call.stytch(
    'oauth/discovery/authenticate',
    (client) =>
      client.oauth.discovery.authenticate({ discovery_oauth_token, pkce_code_verifier: codeVerifier }),
    { maxBodyBytes: maxDiscoveryBytes },
  );
  if (response.kind === 'rejected') return refuse(response);
  return response.kind === 'ok' ? { kind: 'discovered', body: response.body } : response;
}

function refuse(rejection: StytchRejection): FinishResult {
  const { errorType, requestId } = rejection;
  // The token was used, has expired, or is of a sign-in that another browser started.
  if (errorType === 'oauth_token_not_found' || errorType.includes('pkce'))
    return { kind: 'refused', code: 'sign_in_not_started' };
  const code = refusalCodeOf(rejection);
  if (code === undefined)
    new Logger('Stytch').warn(`Stytch rejected a sign-in with OAuth (${errorType}, ${requestId}).`);
  return { kind: 'refused', code: code ?? 'oauth_failed' };
}
