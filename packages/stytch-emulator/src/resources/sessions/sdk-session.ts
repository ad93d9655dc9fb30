import { refuse } from '../../wire/api-error.js';
import { type Fields } from '../../wire/fields.js';
import { type SdkCall } from '../../wire/operation.js';
import { type SessionContext } from './session-arguments.js';
import { type StoredSession } from './stored-session.js';

/**
 * The session of the page that calls. The type of the error without a session is in Stytch's list of those that sign the
 * browser out; where it occurs is not documented.
 *
 * @throws {ApiError} `user_unauthenticated` if the page has no session, `session_not_found` if it is not active
 */
export function requireSdkSession<Session extends StoredSession>(
  { sessions }: Pick<SessionContext<Session>, 'sessions'>,
  { sessionToken }: SdkCall,
): Session {
  if (sessionToken !== undefined) return sessions.getByToken(sessionToken);
  return refuse(401, 'user_unauthenticated', 'This operation requires a session.');
}

/**
 * The fields of a call, with the session of the page, as the operations of the backend API read it.
 *
 * A session that is not active is ignored, because browsers keep the cookie of a session that was revoked elsewhere, and
 * it must not prevent another sign-in. What Stytch does is not documented.
 */
export function withSdkSession<Session extends StoredSession>(
  { sessions }: Pick<SessionContext<Session>, 'sessions'>,
  { fields, sessionToken }: SdkCall,
): Fields {
  const session = sessionToken === undefined ? undefined : sessions.findByToken(sessionToken);
  return session ? fields.with({ session_token: session.token }) : fields;
}

/**
 * The fields of a call that signs in. The factor is added to the session of the page.
 *
 * @throws {ApiError} `invalid_session_duration_minutes` if it is missing: the session is all that a page signs in for
 */
export function readSdkSignIn<Session extends StoredSession>(
  context: Pick<SessionContext<Session>, 'sessions'>,
  call: SdkCall,
): Fields {
  if (call.fields.any('session_duration_minutes') === undefined) {
    refuse(400, 'invalid_session_duration_minutes');
  }
  return withSdkSession(context, call);
}
