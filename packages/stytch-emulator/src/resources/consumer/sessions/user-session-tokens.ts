import { type Fields } from '../../../wire/fields.js';
import { sessionTokens } from '../../sessions/session-arguments.js';
import { type Consumer } from '../consumer.js';
import { type Session } from './session.js';

/** The tokens of the session of a user in a response. */
export function userSessionTokens({ sessionJwts, users }: Consumer, session: Session, request: Fields) {
  return sessionTokens(session, sessionJwts.sign(session, users.get(session.userId)), request);
}
