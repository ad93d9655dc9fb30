import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type AuthorizationCheck } from '../../rbac/rbac.js';
import { readSessionUpdate, requireSession } from '../../sessions/session-arguments.js';
import { type Consumer } from '../consumer.js';
import { rolesOf, type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { sessionToWire } from './session.wire.js';
import { userSessionTokens } from './user-session-tokens.js';

export function authenticate(consumer: Consumer, fields: Fields) {
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
