import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';
import { type SessionJwts } from './session-jwts.js';
import { type SessionStore, type SessionUpdate } from './session-store.js';
import { type StoredSession } from './stored-session.js';

/** The sessions of a project and their JWTs. */
export interface SessionContext<Session extends StoredSession> {
  readonly sessions: SessionStore<Session>;
  readonly sessionJwts: SessionJwts;
}

const minDurationMinutes = 5;
const maxDurationMinutes = 527_040; // 366 days

/**
 * The active session that `session_token` or `session_jwt` identifies; undefined if neither is given.
 *
 * @throws {ApiError} `too_many_session_arguments`, and the errors of invalid tokens and JWTs
 */
export function readSession<Session extends StoredSession>(
  { sessions, sessionJwts }: SessionContext<Session>,
  fields: Fields,
): Session | undefined {
  const token = fields.string('session_token');
  const jwt = fields.string('session_jwt');
  if (token !== undefined && jwt !== undefined) {
    refuse(400, 'too_many_session_arguments', 'Only one of session_token and session_jwt is allowed.');
  }
  if (token !== undefined) return sessions.getByToken(token);
  if (jwt !== undefined) return sessions.getById(sessionJwts.sessionIdOf(jwt));
  return undefined;
}

/** @throws {ApiError} `no_session_arguments`, and the errors of `readSession` */
export function requireSession<Session extends StoredSession>(
  context: SessionContext<Session>,
  fields: Fields,
): Session {
  return (
    readSession(context, fields) ??
    refuse(400, 'no_session_arguments', 'session_token or session_jwt is required.')
  );
}

/** @throws {ApiError} `invalid_session_duration_minutes` outside 5 … 527040 */
export function readSessionUpdate(fields: Fields): SessionUpdate {
  return {
    durationMinutes: checkDurationMinutes(fields.integer('session_duration_minutes')),
    customClaims: fields.object('session_custom_claims'),
  };
}

function checkDurationMinutes(minutes: number | undefined): number | undefined {
  if (minutes === undefined || (minutes >= minDurationMinutes && minutes <= maxDurationMinutes))
    return minutes;
  return refuse(400, 'invalid_session_duration_minutes');
}

/**
 * The tokens of a session in a response. A call with `session_jwt` gets an empty `session_token`, as
 * observed at Stytch; its documentation says otherwise.
 */
export function sessionTokens(session: StoredSession, jwt: string, request: Fields) {
  return {
    session_token: request.string('session_jwt') === undefined ? session.token : '',
    session_jwt: jwt,
  };
}
