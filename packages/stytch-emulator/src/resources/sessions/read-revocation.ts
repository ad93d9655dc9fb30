import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';
import { type SessionContext } from './session-arguments.js';
import { type StoredSession } from './stored-session.js';

/** How an operation identifies a session by id, for example `session_id` and `session`. */
export interface SessionIdField {
  name: string;
  idType: string;
}

/**
 * The session that the request identifies by its id, its token or its JWT; undefined if by none of them.
 *
 * @param others names of other arguments that stand for sessions
 * @throws {ApiError} `too_many_session_revoke_arguments`, `invalid_session_id`, `session_not_found`, and the errors of
 *   invalid tokens and JWTs
 */
export function readRevocation<Session extends StoredSession>(
  { sessions, sessionJwts }: SessionContext<Session>,
  fields: Fields,
  { name, idType }: SessionIdField,
  others: readonly string[] = [],
): Session | undefined {
  const names = [name, 'session_token', 'session_jwt', ...others];
  if (names.filter((each) => fields.string(each) !== undefined).length > 1) {
    refuse(400, 'too_many_session_revoke_arguments', `Only one of ${names.join(', ')} is allowed.`);
  }
  const id = fields.string(name);
  const token = fields.string('session_token');
  const jwt = fields.string('session_jwt');
  if (id !== undefined) return sessions.getById(checkSessionId(id, { name, idType }));
  if (token !== undefined) return sessions.getByToken(token);
  return jwt === undefined ? undefined : sessions.getById(sessionJwts.sessionIdOf(jwt));
}

/** @throws {ApiError} `no_session_revoke_arguments` always */
export function refuseNothingToRevoke(names: string): never {
  return refuse(400, 'no_session_revoke_arguments', `One of ${names} is required.`);
}

function checkSessionId(id: string, { name, idType }: SessionIdField): string {
  if (new RegExp(`^${idType}-test-[\\w-]+$`).test(id)) return id;
  return refuse(400, 'invalid_session_id', `${name} is not a valid session id of a test project.`);
}
