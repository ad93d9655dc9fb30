import { nowSeconds } from '../../../clock.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { sandboxSession } from '../sessions/sandbox-session.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { sandboxUser } from '../users/sandbox-user.js';
import { sessionResponse } from './complete-sign-in.js';

/** What the `authenticate` operations respond to the sandbox values that succeed. */
export function sandboxSignIn(consumer: Consumer, fields: Fields) {
  const { durationMinutes } = readSessionUpdate(fields);
  const session = durationMinutes === undefined ? undefined : sandboxSession(nowSeconds(consumer.clock));
  return sessionResponse(consumer, { user: sandboxUser, session }, fields);
}
