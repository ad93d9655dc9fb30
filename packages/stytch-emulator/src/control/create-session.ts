import { nowSeconds } from '../clock.js';
import { EmulatorError } from '../emulator-error.js';
import { type Consumer } from '../resources/consumer/consumer.js';
import { type Session } from '../resources/consumer/sessions/session.js';
import { sessionToWire } from '../resources/consumer/sessions/session.wire.js';
import { type User } from '../resources/consumer/users/user.js';
import { userToWire } from '../resources/consumer/users/user.wire.js';
import { type MintedSession, type NewSessionOptions } from './controls.js';
import { findOrCreateUser } from './find-or-create-user.js';
import { withEmulatorErrors } from './with-emulator-errors.js';

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid` */
export function createSession(consumer: Consumer, options: NewSessionOptions): MintedSession {
  const { durationMinutes = 60, customClaims, roles } = options;
  if (!Number.isSafeInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 527_040) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'durationMinutes must be an integer from 1 to 527040.',
    );
  }
  return withEmulatorErrors(() => {
    const user = findOrCreateUser(consumer, options);
    if (roles) consumer.users.entries.edit(user).assignedRoles = roles;
    const session = startSession(consumer, user, { durationMinutes, customClaims });
    return {
      user_id: user.userId,
      session_id: session.sessionId,
      session_token: session.token,
      session_jwt: consumer.sessionJwts.sign(session, user),
      session: sessionToWire(session, user),
      user: userToWire(user),
    };
  });
}

function startSession(
  { sessions, users, clock }: Consumer,
  user: User,
  update: { durationMinutes: number; customClaims: Record<string, unknown> | undefined },
): Session {
  const now = nowSeconds(clock);
  const [email] = user.emails;
  if (email) users.verifyEmail(user, email);
  users.entries.edit(user).status = 'active';
  return sessions.start(
    user.userId,
    {
      type: 'magic_link',
      deliveryMethod: 'email',
      createdAtSeconds: now,
      lastAuthenticatedAtSeconds: now,
      updatedAtSeconds: now,
      ...(email && { emailFactor: { emailId: email.emailId, address: email.address } }),
    },
    update,
  );
}
