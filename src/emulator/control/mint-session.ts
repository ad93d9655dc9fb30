import { ApiError } from '../api/api-error.js';
import { nowSeconds } from '../clock.js';
import { type EmulatedProject } from '../emulated-project.js';
import { EmulatorError } from '../emulator-error.js';
import { type Session } from '../sessions/session.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { checkedEmailAddress } from '../users/email-address.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { type MintedSession, type NewSessionOptions } from './controls.js';

/** @throws {EmulatorError} `emulator_user_not_found`, `emulator_options_invalid` */
export function mintSession(project: EmulatedProject, options: NewSessionOptions): MintedSession {
  const { durationMinutes = 60, customClaims, roles } = options;
  if (!Number.isSafeInteger(durationMinutes) || durationMinutes < 1 || durationMinutes > 527_040) {
    throw new EmulatorError(
      'emulator_options_invalid',
      'durationMinutes must be an integer from 1 to 527040.',
    );
  }
  project.tidy();
  return asEmulatorError(() => {
    const user = whoSignsIn(project, options);
    if (roles) user.assignedRoles = roles;
    return minted(project, user, startSession(project, user, { durationMinutes, customClaims }));
  });
}

function whoSignsIn({ users }: EmulatedProject, { email, userId }: NewSessionOptions): User {
  if ((email === undefined) === (userId === undefined)) {
    throw new EmulatorError('emulator_options_invalid', 'Give the email or the userId of who signs in.');
  }
  if (email !== undefined) {
    const address = checkedEmailAddress(email);
    return (
      users.findByEmail(address) ?? users.create({ email: { address, verified: true }, status: 'active' })
    );
  }
  const user = users.find(userId ?? '');
  if (!user) throw new EmulatorError('emulator_user_not_found', 'No user has this userId.');
  return user;
}

function startSession(
  { sessions, clock }: EmulatedProject,
  user: User,
  update: { durationMinutes: number; customClaims: Record<string, unknown> | undefined },
): Session {
  const now = nowSeconds(clock);
  const [email] = user.emails;
  if (email) email.verified = true;
  user.status = 'active';
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

function minted({ sessionJwts }: EmulatedProject, user: User, session: Session): MintedSession {
  return {
    user_id: user.userId,
    session_id: session.sessionId,
    session_token: session.token,
    session_jwt: sessionJwts.sign(session, user),
    session: sessionToWire(session, user),
    user: userToWire(user),
  };
}

// The rules of the API hold here too, but whoever calls in process is no HTTP client.
function asEmulatorError<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new EmulatorError('emulator_options_invalid', error.message, { cause: error });
  }
}
