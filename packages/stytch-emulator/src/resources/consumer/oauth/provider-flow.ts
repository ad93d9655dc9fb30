import { type ProviderFlow } from '../../oauth/provider-page.js';
import { oauthProviders } from '../../oauth/oauth-provider.js';
import { deny, grant } from './grant.js';
import { type OAuthContext } from './oauth-context.js';
import { readStart } from './oauth-start.js';

/** The flow that the parameters of the provider page describe. */
export function providerFlow(
  context: OAuthContext,
  query: (name: string) => string | undefined,
): ProviderFlow {
  const start = readStart(context, query('provider') ?? '', query);
  const { provider, loginRedirectUrl, scopes, attachToken } = start;
  return {
    label: oauthProviders[provider].label,
    redirectUrl: loginRedirectUrl,
    addresses: context.users.all().flatMap(({ emails }) => emails.map(({ address }) => address)),
    offersAccountWithoutEmail: true,
    offersTenant: false,
    details: [
      ['Scopes', scopes.join(' ')],
      ...(attachToken ? [['Attached to', attachToken.userId] as const] : []),
    ],
    grant: ({ email }) => grant(context, start, email),
    deny: () => deny(start),
  };
}
