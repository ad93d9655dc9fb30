import { providerPages } from '../../oauth/provider-page.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { attach } from './attach.js';
import { authenticate } from './authenticate.js';
import { deleteRegistration } from './delete-registration.js';
import { type OAuthContext } from './oauth-context.js';
import { start } from './oauth-start.js';
import { oauthSdkRoutes } from './oauth.sdk-routes.js';
import { OAuthTokens } from './oauth-tokens.js';
import { providerFlow } from './provider-flow.js';

/** Sign-in with accounts at identity providers, which a page of the emulator stands in for. */
export function oauthResource(consumer: Consumer): Resource {
  const oauthTokens = new OAuthTokens(consumer.identifiers, consumer.clock);
  const context: OAuthContext = { ...consumer, oauthTokens };
  consumer.users.onDelete((userId) => {
    oauthTokens.deleteAllOf(userId);
  });
  return {
    name: 'oauth',
    routes: {
      'GET /v1/public/oauth/{provider}/start': (call) => start(context, call),
      'POST /v1/oauth/attach': ({ fields }) => attach(context, fields),
      'POST /v1/oauth/authenticate': ({ fields }) => authenticate(context, fields),
      'DELETE /v1/users/oauth/{oauth_user_registration_id}': ({ parameter }) =>
        deleteRegistration(consumer.users, parameter('oauth_user_registration_id')),
    },
    sdkRoutes: oauthSdkRoutes(context),
    pages: providerPages((query) => providerFlow(context, query)),
    entries: oauthTokens.entries,
    tidy() {
      oauthTokens.removeExpired();
    },
  };
}
