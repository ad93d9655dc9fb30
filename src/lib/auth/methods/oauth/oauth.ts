import { Logger } from '@nestjs/common';
import { checkFactoryOptions } from '../../../options/check-options.js';
import { withDefaults } from '../../../options/option-definition.js';
import type {
  FinishCall,
  FinishResult,
  SignInMethod,
  StartCall,
  StartResult,
} from '../../../ports/sign-in-method.js';
import type { StytchRejection, StytchUnavailable } from '../../../ports/stytch-response.js';
import { readVerifiedEmails } from '../../../stytch-api/session-response.js';
import { findMissingToken, findProviderProblems } from './oauth-problems.js';
import { isOAuthProvider, oauthProviders, type StytchOAuthProvider } from './oauth-providers.js';
import { oauthOptions, type StytchOAuthOptions } from './oauth.options.js';
import { providerQuery, startUrl } from './start-url.js';

/**
 * Signing in with an account at a provider such as Google. Requires the option `publicToken`, and each
 * provider to be configured in the Stytch Dashboard. PKCE ties the sign-in to the browser that started it.
 *
 * @param providers their names in Stytch's API, in the order of the buttons, for example `['google', 'github']`
 */
export function oauth<const Provider extends StytchOAuthProvider>(
  providers: readonly Provider[],
  options?: StytchOAuthOptions<Provider>,
): SignInMethod {
  const known = Array.isArray(providers) ? providers.filter(isOAuthProvider) : [];
  const resolved = withDefaults<StytchOAuthOptions, typeof oauthOptions>(options, oauthOptions);
  return {
    name: 'oauth',
    // People create accounts and recover passwords at the provider.
    expiresInMinutes: 60,
    start: {
      fields: [
        {
          name: 'provider',
          type: 'choice',
          choices: known.map((value) => ({ value, label: `Continue with ${oauthProviders[value]}` })),
        },
      ],
      button: 'Continue',
      run: ({ provider }, call) => start(provider as StytchOAuthProvider, resolved, call),
    },
    callbacks: {
      oauth: {
        binding: 'same-browser',
        from: 'provider',
        run: (token, _fields, call) => authenticate(token, resolved, call),
      },
    },
    findProblems: (environment) => [
      ...findProviderProblems(providers, oauthProviders),
      ...checkFactoryOptions(options, oauthOptions),
      ...findMissingToken(environment),
    ],
  };
}

type OAuthSettings = ReturnType<typeof withDefaults<StytchOAuthOptions, typeof oauthOptions>>;

async function start(
  provider: StytchOAuthProvider,
  { customScopes, providerParameters }: OAuthSettings,
  call: StartCall,
): Promise<StartResult> {
  const attached = await attach(provider, call);
  if (attached.kind !== 'ok') return attached.kind === 'rejected' ? refuse(attached) : attached;
  const query = {
    public_token: call.publicToken ?? '',
    login_redirect_url: call.callbackUrl,
    signup_redirect_url: call.callbackUrl,
    code_challenge: call.codeChallenge,
    ...attached.parameters,
    ...providerQuery({ scopes: customScopes[provider], parameters: providerParameters[provider] }),
  };
  return { kind: 'redirect', url: startUrl(call.apiUrl, `/v1/public/oauth/${provider}/start`, query) };
}

/** Otherwise Stytch would sign in the user of the provider's account, or create one for it. */
async function attach(
  provider: StytchOAuthProvider,
  call: StartCall,
): Promise<
  { kind: 'ok'; parameters: Readonly<Record<string, string>> } | StytchRejection | StytchUnavailable
> {
  const { session_jwt } = call.sessionParameters;
  if (session_jwt === undefined) return { kind: 'ok', parameters: {} };
  const response = await call.stytch('oauth/attach', (client) =>
    client.oauth.attach({ provider, session_jwt }),
  );
  if (response.kind !== 'ok') return response;
  return { kind: 'ok', parameters: { oauth_attach_token: response.body.oauth_attach_token } };
}

async function authenticate(
  token: string,
  { requireEmail }: OAuthSettings,
  call: FinishCall,
): Promise<FinishResult> {
  const { codeVerifier = '', sessionParameters } = call;
  const response = await call.stytch('oauth/authenticate', (client) =>
    client.oauth.authenticate({ token, code_verifier: codeVerifier, ...sessionParameters }),
  );
  if (response.kind === 'rejected') return refuse(response);
  if (response.kind !== 'ok') return response;
  const { body } = response;
  const isNewSession = sessionParameters.session_jwt === undefined;
  if (requireEmail && isNewSession && readVerifiedEmails(body).length === 0) {
    return { kind: 'refused', code: 'oauth_email_missing', body };
  }
  return { kind: 'ok', body, details: { providerValues: { ...body.provider_values } } };
}

function refuse({ errorType, requestId }: StytchRejection): FinishResult {
  // The token was used, has expired, or is of a sign-in that another browser started.
  if (errorType === 'oauth_token_not_found' || errorType.includes('pkce'))
    return { kind: 'refused', code: 'sign_in_not_started' };
  new Logger('Stytch').warn(`Stytch rejected a sign-in with OAuth (${errorType}, ${requestId}).`);
  return { kind: 'refused', code: 'oauth_failed' };
}
