import { withParameters } from '../../../wire/url-parameters.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { type ProviderAccount, type ProviderFlow } from '../../oauth/provider-page.js';
import { subjectOf } from '../../oauth/provider-subject.js';
import { findAccountOwner } from './account-owner.js';
import { type OAuthContext } from './oauth-context.js';
import { type ChosenAccount } from './oauth-token.js';
import { type OAuthStart, readDiscoveryStart, readStart } from './oauth-start.js';
import { tenantProviders } from '../sign-in/oauth-tenants.js';

/** The flow that the parameters of the provider page describe. */
export function providerFlow(
  context: OAuthContext,
  query: (name: string) => string | undefined,
): ProviderFlow {
  const read = query('flow') === 'discovery' ? readDiscoveryStart : readStart;
  const start = read(context, query('provider') ?? '', query);
  const { organization } = start.flow;
  return {
    label: oauthProviders[start.provider].label,
    redirectUrl: deniedUrl(start),
    addresses: [...new Set(context.members.all().map(({ email }) => email.address.toLowerCase()))],
    offersAccountWithoutEmail: false,
    offersTenant: tenantProviders.includes(start.provider),
    details: [
      ['Organization', organization ? `${organization.name} (${organization.slug})` : 'Discovery'],
      ['Scopes', start.scopes.join(' ')],
    ],
    grant: (account) => grant(context, start, account),
    deny: () =>
      withParameters(deniedUrl(start), {
        stytch_token_type: tokenTypeOf(start),
        error: 'access_denied',
        error_description: 'The user denied the access.',
      }),
  };
}

/** Returns to the application with a token. The member is created when the token is exchanged. */
function grant(context: OAuthContext, start: OAuthStart, { email, tenantId }: ProviderAccount): string {
  const { provider, codeChallenge, scopes, flow } = start;
  const account: ChosenAccount = {
    provider,
    subject: subjectOf(provider, email),
    emailAddress: email ?? '',
    tenantIds: tenantId === undefined ? [] : [tenantId],
  };
  const token = context.oauthTokens.issue({
    account,
    organizationId: flow.organization?.organizationId ?? null,
    codeChallenge,
    scopes,
  });
  return withParameters(redirectUrlFor(context, start, account), {
    stytch_token_type: tokenTypeOf(start),
    token,
  });
}

function redirectUrlFor(context: OAuthContext, { flow }: OAuthStart, account: ChosenAccount): string {
  if (flow.organization === null) return flow.discoveryRedirectUrl;
  const isLogin = findAccountOwner(context, flow.organization, account)?.status === 'active';
  return isLogin ? flow.loginRedirectUrl : flow.signupRedirectUrl;
}

function deniedUrl({ flow }: OAuthStart): string {
  return flow.organization === null ? flow.discoveryRedirectUrl : flow.loginRedirectUrl;
}

function tokenTypeOf({ flow }: OAuthStart): string {
  return flow.organization === null ? 'discovery_oauth' : 'oauth';
}
