import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { publishedKeys } from '../../sessions/published-keys.js';
import { readRevocation, refuseNothingToRevoke } from '../../sessions/read-revocation.js';
import { authenticate } from './authenticate.js';
import { sessionToWire } from './session.wire.js';
import { sessionsSdkRoutes } from './sessions.sdk-routes.js';

export function sessionsResource(consumer: Consumer): Resource {
  const { sessions, users } = consumer;
  users.onDelete((userId) => sessions.revokeAllOf(userId));
  return {
    name: 'sessions',
    routes: {
      'GET /v1/sessions': (call) => list(consumer, call),
      'POST /v1/sessions/authenticate': ({ fields }) => authenticate(consumer, fields),
      'POST /v1/sessions/revoke': (call) => revoke(consumer, call),
      'GET /v1/sessions/jwks/{project_id}': (call) => publishedKeys(consumer, call),
    },
    sdkRoutes: sessionsSdkRoutes(consumer),
    entries: sessions.entries,
    tidy() {
      sessions.removeExpired();
    },
  };
}

function list({ sessions, users }: Consumer, { query }: ApiCall) {
  const user = users.get(query('user_id') ?? '');
  return { sessions: sessions.ofUser(user.userId).map((session) => sessionToWire(session, user)) };
}

/** Responds `session_not_found` to unknown and revoked sessions. What Stytch does is not documented. */
function revoke(consumer: Consumer, { fields }: ApiCall) {
  const session = readRevocation(consumer, fields, { name: 'session_id', idType: 'session' });
  consumer.sessions.revoke(session ?? refuseNothingToRevoke('session_id, session_token and session_jwt'));
  return {};
}
