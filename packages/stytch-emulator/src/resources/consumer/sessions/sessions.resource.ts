import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { type AuthorizationCheck } from '../../rbac/rbac.js';
import { rolesOf, type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { readSessionUpdate, requireSession } from '../../sessions/session-arguments.js';
import { publishedKeys } from '../../sessions/published-keys.js';
import { readRevocation, refuseNothingToRevoke } from '../../sessions/read-revocation.js';
import { userSessionTokens } from './user-session-tokens.js';
import { sessionToWire } from './session.wire.js';

export function sessionsResource(consumer: Consumer): Resource {
  const { sessions, users } = consumer;
  users.onDelete((userId) => sessions.revokeAllOf(userId));
  return {
    name: 'sessions',
    routes: {
      'GET /v1/sessions': (call) => list(consumer, call),
      'POST /v1/sessions/authenticate': (call) => authenticate(consumer, call),
      'POST /v1/sessions/revoke': (call) => revoke(consumer, call),
      'GET /v1/sessions/jwks/{project_id}': (call) => publishedKeys(consumer, call),
    },
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

function authenticate(consumer: Consumer, { fields }: ApiCall) {
  const check = readAuthorizationCheck(fields);
  const update = readSessionUpdate(fields);
  const session = requireSession(consumer, fields);
  const user = consumer.users.get(session.userId);
  const grantingRoles = check && authorize(consumer, user, check);
  consumer.sessions.touch(session, update);
  return {
    ...userSessionTokens(consumer, session, fields),
    session: sessionToWire(session, user),
    user: userToWire(user),
    verdict: grantingRoles ? { authorized: true, granting_roles: grantingRoles } : null,
  };
}

/** @returns the roles of the user that permit the action */
function authorize({ rbac }: Consumer, user: User, check: AuthorizationCheck): string[] {
  const grantingRoles = rbac.grantingRoles(rolesOf(user), check);
  return grantingRoles.length > 0 ? grantingRoles : refuse(403, 'consumer_session_authorization_error');
}

function readAuthorizationCheck(fields: Fields): AuthorizationCheck | undefined {
  const check = fields.fields('authorization_check');
  if (!check) return undefined;
  const resourceId = check.string('resource_id');
  const action = check.string('action');
  return resourceId !== undefined && action !== undefined
    ? { resourceId, action }
    : refuse(400, 'bad_request', 'authorization_check must have a resource_id and an action.');
}

/** Responds `session_not_found` to unknown and revoked sessions. What Stytch does is not documented. */
function revoke(consumer: Consumer, { fields }: ApiCall) {
  const session = readRevocation(consumer, fields, { name: 'session_id', idType: 'session' });
  consumer.sessions.revoke(session ?? refuseNothingToRevoke('session_id, session_token and session_jwt'));
  return {};
}
