import { EmulatorError } from '../../emulator-error.js';
import { type Consumer } from '../../resources/consumer/consumer.js';
import { emailDetail } from '../../resources/sessions/factors/email-detail.js';
import { type NewFactor } from '../../resources/sessions/factors/factor.js';
import { phoneDetail } from '../../resources/sessions/factors/otp-factor.js';
import { type Session } from '../../resources/consumer/sessions/session.js';
import { sessionToWire } from '../../resources/consumer/sessions/session.wire.js';
import { type User } from '../../resources/consumer/users/user.js';
import { userToWire } from '../../resources/consumer/users/user.wire.js';
import { type MintedSession, type NewSessionOptions } from '../controls.js';
import { findOrCreateUser } from './find-or-create-user.js';
import { checkDurationMinutes } from '../check-duration.js';
import { withEmulatorErrors } from '../with-emulator-errors.js';

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid` */
export function createSession(consumer: Consumer, options: NewSessionOptions): MintedSession {
  const { customClaims, roles } = options;
  const durationMinutes = checkDurationMinutes(options.durationMinutes ?? 60);
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
  { sessions, users }: Consumer,
  user: User,
  update: { durationMinutes: number; customClaims: Record<string, unknown> | undefined },
): Session {
  const { factor, verifies } = firstFactorOf(user);
  users.verify(user, verifies);
  users.entries.edit(user).status = 'active';
  return sessions.start(user.userId, factor, update);
}

/** A link to the first email address of the user, or a code to the phone number of a user without one. */
function firstFactorOf(user: User): { factor: NewFactor; verifies: string } {
  const [email] = user.emails;
  if (email) {
    return {
      factor: { type: 'magic_link', deliveryMethod: 'email', email: emailDetail(email) },
      verifies: email.emailId,
    };
  }
  const [phone] = user.phoneNumbers;
  if (phone) {
    return {
      factor: { type: 'otp', deliveryMethod: 'sms', phone: phoneDetail(phone) },
      verifies: phone.phoneId,
    };
  }
  throw new EmulatorError(
    'emulator_options_invalid',
    'The user has neither an email address nor a phone number.',
  );
}
