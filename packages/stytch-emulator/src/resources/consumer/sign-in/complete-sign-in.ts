import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { mergeClaims } from '../../sessions/custom-claims.js';
import { readSession, readSessionUpdate } from '../../sessions/session-arguments.js';
import { userSessionTokens } from '../sessions/user-session-tokens.js';
import { type NewFactor } from '../../sessions/factors/factor.js';
import { type Session } from '../sessions/session.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { type SessionUpdate } from '../../sessions/session-store.js';
import { type Attributes, readAttributes } from './attributes.js';
import { type User } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';

/** The session part of an `authenticate` request, validated before the factor is consumed. */
export interface RequestedSession extends SessionUpdate {
  /** The session that the factor is added to. */
  existing: Session | undefined;
  /** Of the client, for a new session. */
  attributes: Attributes;
}

/**
 * Reads the session that the caller passes and the session that it requests.
 *
 * @param options.sessionOfAnotherUser what to do with such a session: refuse or ignore it
 * @throws {ApiError} `user_lock_limit_reached`, `user_id_mismatch` if the passed session belongs to another user,
 *   and the errors of invalid sessions, durations and claims
 */
export function readRequestedSession(
  consumer: Consumer,
  fields: Fields,
  user: User,
  { sessionOfAnotherUser = 'refuse' }: { sessionOfAnotherUser?: 'refuse' | 'ignore' } = {},
): RequestedSession {
  consumer.locks.refuseLocked(user);
  const update = readSessionUpdate(fields);
  const passed = readSession(consumer, fields);
  const existing = passed?.userId === user.userId ? passed : undefined;
  if (passed !== existing && sessionOfAnotherUser === 'refuse') {
    refuse(400, 'user_id_mismatch', 'The session belongs to another user.');
  }
  mergeClaims(existing?.customClaims ?? {}, update.customClaims);
  return { ...update, existing, attributes: readAttributes(fields) };
}

/**
 * Reads the session that the caller requests for a user that does not exist yet.
 *
 * @throws {ApiError} the errors of invalid durations and claims
 */
export function readNewSession(fields: Fields): RequestedSession {
  const update = readSessionUpdate(fields);
  mergeClaims({}, update.customClaims);
  return { ...update, existing: undefined, attributes: readAttributes(fields) };
}

export interface AcceptedFactor {
  user: User;
  factor: NewFactor;
  /** The id of the email address or phone number that the factor proves the user to own. */
  verifies?: string | undefined;
}

/** What every sign-in method does after its factor was accepted. */
export function completeSignIn(
  consumer: Consumer,
  { user, factor, verifies }: AcceptedFactor,
  requested: RequestedSession,
): { session: Session | undefined; resetSessions: boolean } {
  consumer.users.entries.edit(user).status = 'active';
  consumer.locks.reset(user);
  const resetSessions = verifies !== undefined && verify(consumer, user, verifies, requested.existing);
  return { session: updateOrStartSession(consumer, user, factor, requested), resetSessions };
}

/**
 * Verifies the email address or phone number. With the first one of a user, the user's earlier sessions are
 * revoked, because somebody who does not own it may have started them.
 */
function verify(
  { sessions, users }: Consumer,
  user: User,
  emailOrPhoneId: string,
  existing: Session | undefined,
): boolean {
  const isFirst = ![...user.emails, ...user.phoneNumbers].some(({ verified }) => verified);
  if (mayHaveForeignPassword(user, emailOrPhoneId, existing)) users.requirePasswordReset(user);
  users.verify(user, emailOrPhoneId);
  return isFirst && sessions.revokeAllOf(user.userId, existing);
}

/**
 * Whether somebody else may have set the password: it is older than the proof that the user owns the email
 * address, and the person who proves it now has not shown to know the password.
 */
function mayHaveForeignPassword(user: User, emailId: string, existing: Session | undefined): boolean {
  const isNewProof = user.emails.some((email) => email.emailId === emailId && !email.verified);
  return isNewProof && !existing?.factors.some(({ type }) => type === 'password');
}

function updateOrStartSession(
  { sessions }: Consumer,
  user: User,
  factor: NewFactor,
  { existing, durationMinutes, customClaims, attributes }: RequestedSession,
): Session | undefined {
  if (existing) {
    sessions.addFactor(existing, factor);
    sessions.touch(existing, { durationMinutes, customClaims });
    return existing;
  }
  return durationMinutes === undefined
    ? undefined
    : sessions.start(user.userId, factor, { durationMinutes, customClaims, attributes });
}

/** The response of operations that may verify an email address or a phone number. */
export function signInResponse(
  consumer: Consumer,
  { user, session, resetSessions }: { user: User; session: Session | undefined; resetSessions: boolean },
  request: Fields,
) {
  return { reset_sessions: resetSessions, ...sessionResponse(consumer, { user, session }, request) };
}

/** What the response of every `authenticate` operation has. Without a session its tokens are empty strings. */
export function sessionResponse(
  consumer: Consumer,
  { user, session }: { user: User; session: Session | undefined },
  request: Fields,
) {
  return {
    user_id: user.userId,
    user: userToWire(user),
    user_device: null,
    ...(session ? userSessionTokens(consumer, session, request) : { session_token: '', session_jwt: '' }),
    session: session ? sessionToWire(session, user) : null,
  };
}
