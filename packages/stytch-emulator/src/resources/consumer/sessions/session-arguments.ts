import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { type Session } from './session.js';
import { checkDurationMinutes, type SessionUpdate } from './sessions.js';

/**
 * The active session that `session_token` or `session_jwt` identifies; undefined if neither is given.
 *
 * @throws {ApiError} `too_many_session_arguments`, and the errors of invalid tokens and JWTs
 */
export function readSession({ sessions, sessionJwts }: Consumer, fields: Fields): Session | undefined {
  const token = fields.string('session_token');
  const jwt = fields.string('session_jwt');
  if (token !== undefined && jwt !== undefined) {
    refuse(400, 'too_many_session_arguments', 'Only one of session_token and session_jwt is allowed.');
  }
  if (token !== undefined) return sessions.getByToken(token);
  if (jwt !== undefined) return sessions.getById(sessionJwts.sessionIdOf(jwt));
  return undefined;
}

/** @throws {ApiError} `invalid_session_duration_minutes` */
export function readSessionUpdate(fields: Fields): SessionUpdate {
  return {
    durationMinutes: checkDurationMinutes(fields.integer('session_duration_minutes')),
    customClaims: fields.object('session_custom_claims'),
  };
}

/**
 * The tokens of a session in a response. A call with `session_jwt` gets an empty `session_token`, as
 * observed at Stytch; its documentation says otherwise.
 */
export function sessionTokens({ sessionJwts, users }: Consumer, session: Session, request: Fields) {
  return {
    session_token: request.string('session_jwt') === undefined ? session.token : '',
    session_jwt: sessionJwts.sign(session, users.get(session.userId)),
  };
}
