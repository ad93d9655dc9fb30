import { type Fields } from '../../../wire/fields.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { withSdkUser } from '../users/sdk-user.js';
import { userToWire } from '../users/user.wire.js';

const sessionMinutes = 60;

export function impersonationResource(consumer: Consumer): Resource {
  const { users, impersonationTokens } = consumer;
  users.onDelete((userId) => {
    impersonationTokens.deleteAllOf(userId);
  });
  return {
    name: 'impersonation',
    routes: { 'POST /v1/impersonation/authenticate': ({ fields }) => authenticate(consumer, fields) },
    sdkRoutes: {
      'POST /sdk/v1/impersonation/authenticate': ({ fields }) => withSdkUser(authenticate(consumer, fields)),
    },
    entries: impersonationTokens.entries,
    tidy() {
      impersonationTokens.removeExpired();
    },
  };
}

/** Starts a session. The user stays as it is, because the user has not signed in. */
function authenticate({ users, sessions, sessionJwts, impersonationTokens }: Consumer, fields: Fields) {
  const token = impersonationTokens.get(fields.string('impersonation_token') ?? '');
  const { subjectId: userId, impersonatorId, impersonatorEmail } = token;
  const user = users.get(userId);
  impersonationTokens.use(token);
  const session = sessions.start(
    userId,
    { type: 'impersonated', deliveryMethod: 'impersonation', impersonatorId, impersonatorEmail },
    { durationMinutes: sessionMinutes },
  );
  return {
    user_id: userId,
    user: userToWire(user),
    session_token: session.token,
    session_jwt: sessionJwts.sign(session, user),
    session: sessionToWire(session, user),
  };
}
