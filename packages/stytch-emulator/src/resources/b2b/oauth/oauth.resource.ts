import { providerPages } from '../../oauth/provider-page.js';
import { type Resource } from '../../resource.js';
import { type B2B } from '../b2b.js';
import { authenticate, authenticateDiscovery } from './authenticate.js';
import { type OAuthContext } from './oauth-context.js';
import { start, startDiscovery } from './oauth-start.js';
import { oauthSdkRoutes } from './oauth.sdk-routes.js';
import { OAuthTokens } from './oauth-tokens.js';
import { providerFlow } from './provider-flow.js';

/** Sign-in with accounts at identity providers, which a page of the emulator stands in for. */
export function oauthResource(b2b: B2B): Resource {
  const oauthTokens = new OAuthTokens(b2b.identifiers, b2b.clock);
  const context: OAuthContext = { ...b2b, oauthTokens };
  return {
    name: 'oauth',
    routes: {
      'GET /v1/b2b/public/oauth/{provider}/start': (call) => start(context, call),
      'GET /v1/b2b/public/oauth/{provider}/discovery/start': (call) => startDiscovery(context, call),
      'POST /v1/b2b/oauth/authenticate': ({ fields }) => authenticate(context, fields),
      'POST /v1/b2b/oauth/discovery/authenticate': ({ fields }) => authenticateDiscovery(context, fields),
    },
    sdkRoutes: oauthSdkRoutes(context),
    pages: providerPages((query) => providerFlow(context, query)),
    entries: oauthTokens.entries,
    tidy() {
      oauthTokens.removeExpired();
    },
  };
}
