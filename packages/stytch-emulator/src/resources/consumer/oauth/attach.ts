import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readSession } from '../../sessions/session-arguments.js';
import { consumerProviders } from '../../oauth/oauth-provider.js';
import { checkProvider } from '../../oauth/start-parameters.js';
import { type OAuthContext } from './oauth-context.js';

/** Creates a token for a start operation, which adds the account at the provider to an existing user. */
export function attach(context: OAuthContext, fields: Fields) {
  const provider = checkProvider(fields.string('provider') ?? '', consumerProviders);
  return {
    oauth_attach_token: context.oauthTokens.issueForAttach({ provider, userId: readUserId(context, fields) }),
  };
}

function readUserId(context: OAuthContext, fields: Fields): string {
  const userId = fields.string('user_id');
  const session = readSession(context, fields);
  if ((userId === undefined) === (session === undefined)) {
    refuse(400, 'bad_request', 'Exactly one of user_id, session_token and session_jwt is required.');
  }
  return session?.userId ?? context.users.get(userId ?? '').userId;
}
