import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { attach } from './attach.js';
import { authenticate } from './authenticate.js';
import { deleteRegistration } from './delete-registration.js';
import { type OAuthContext } from './oauth-context.js';
import { providerPath, start } from './oauth-start.js';
import { OAuthTokens } from './oauth-tokens.js';
import { choose, providerPage } from './provider-page.js';
import { providerPageStyle, providerStylePath } from './provider-page.style.js';

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
    pages: {
      [`GET ${providerPath}`]: (c) => providerPage(c, context),
      [`POST ${providerPath}`]: (c) => choose(c, context),
      [`GET ${providerStylePath}`]: (c) =>
        c.body(providerPageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }),
    },
    entries: oauthTokens.entries,
    tidy() {
      oauthTokens.removeExpired();
    },
  };
}
