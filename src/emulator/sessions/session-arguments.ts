import { refuse } from '../api/api-error.js';
import { type Fields } from '../api/fields.js';
import { type EmulatedProject } from '../emulated-project.js';
import { type Session } from './session.js';
import { checkedDurationMinutes, type SessionUpdate } from './sessions.js';

/**
 * The live session that `session_token` or `session_jwt` names; undefined where neither is given.
 *
 * @throws {ApiError} `too_many_session_arguments` and whatever the token or the JWT deserves
 */
export function sessionArgument(
  { sessions, sessionJwts }: EmulatedProject,
  fields: Fields,
): Session | undefined {
  const token = fields.string('session_token');
  const jwt = fields.string('session_jwt');
  if (token !== undefined && jwt !== undefined) {
    refuse('too_many_session_arguments', 'Give session_token or session_jwt, not both.');
  }
  if (token !== undefined) return sessions.getByToken(token);
  if (jwt !== undefined) return sessions.getById(sessionJwts.sessionIdIn(jwt));
  return undefined;
}

/** @throws {ApiError} `invalid_session_duration_minutes` */
export function sessionUpdate(fields: Fields): SessionUpdate {
  return {
    durationMinutes: checkedDurationMinutes(fields.integer('session_duration_minutes')),
    customClaims: fields.object('session_custom_claims'),
  };
}

/**
 * The tokens of a session as an answer has them. Called by JWT, Stytch answers with an empty
 * `session_token`: seen on the wire, although its documentation says otherwise.
 */
export function sessionTokens({ sessionJwts, users }: EmulatedProject, session: Session, calledWith: Fields) {
  return {
    session_token: calledWith.string('session_jwt') === undefined ? session.token : '',
    session_jwt: sessionJwts.sign(session, users.get(session.userId)),
  };
}
