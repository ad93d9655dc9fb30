import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { mergeClaims } from '../../sessions/custom-claims.js';
import { type Factor } from '../../sessions/factors/factor.js';
import { readSession, readSessionUpdate } from '../../sessions/session-arguments.js';
import { type Session } from '../sessions/session.js';
import { sessionResponse } from '../sign-in/complete-sign-in.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { setNewPassword } from './set-new-password.js';

const maxFactorAgeSeconds = 300;

/** Sets the password of the user who has the session, also a first one. */
export async function resetBySession(consumer: Consumer, fields: Fields) {
  const password = readPassword(fields);
  const { user: owner } = readOwner(consumer, fields);
  await requireStrongPassword(password, owner.emails[0]?.address ?? '');

  // Read again, because the session may have been revoked in the meantime.
  const { session, user } = readOwner(consumer, fields);
  const update = readSessionUpdate(fields);
  mergeClaims(session.customClaims, update.customClaims);
  setNewPassword(consumer, user, password, session);
  consumer.sessions.touch(session, update);
  return sessionResponse(consumer, { user, session }, fields);
}

/** @throws {ApiError} `no_session_arguments`, `session_too_old_to_reset_password`, the errors of invalid sessions */
function readOwner(consumer: Consumer, fields: Fields) {
  const session =
    readSession(consumer, fields) ??
    refuse(400, 'no_session_arguments', 'session_token or session_jwt is required.');
  requireRecentFactor(session, consumer.clock);
  return { session, user: consumer.users.get(session.userId) };
}

function requireRecentFactor({ factors }: Session, clock: EmulatorClock): void {
  const earliest = nowSeconds(clock) - maxFactorAgeSeconds;
  const isRecent = (factor: Factor) =>
    provesEmailOrPassword(factor) && factor.lastAuthenticatedAtSeconds >= earliest;
  if (factors.some(isRecent)) return;
  refuse(401, 'session_too_old_to_reset_password');
}

function provesEmailOrPassword({ type, deliveryMethod }: Factor): boolean {
  return type === 'password' || deliveryMethod === 'email';
}
