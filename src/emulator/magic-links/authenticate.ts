import { refuse } from '../api/api-error.js';
import { type Fields } from '../api/fields.js';
import { nowSeconds } from '../clock.js';
import { type EmulatedProject } from '../emulated-project.js';
import { sandboxMagicLinkTokens, sandboxSession, sandboxUser } from '../sandbox.js';
import { mergedClaims } from '../sessions/custom-claims.js';
import { sessionArgument, sessionTokens, sessionUpdate } from '../sessions/session-arguments.js';
import { type Factor, type Session } from '../sessions/session.js';
import { sessionToWire } from '../sessions/session.wire.js';
import { type SessionUpdate } from '../sessions/sessions.js';
import { type User, type UserEmail } from '../users/user.js';
import { userToWire } from '../users/user.wire.js';
import { checkAttributes } from './attributes.js';
import { type MagicLink } from './magic-link.js';
import { checkCodeVerifier } from './pkce.js';

/**
 * Exchanges the token of a link for the user, and for a session where one is asked for.
 *
 * The token is used up by success only: whether a failed PKCE or attribute check consumes it at Stytch is not
 * known, and a link that survives the wrong browser can still be opened in the right one.
 */
export function authenticate(project: EmulatedProject, fields: Fields) {
  const update = sessionUpdate(fields);
  const token = fields.string('token') ?? '';
  if (token === '') refuse('invalid_token', 'token is missing.');
  const sandboxed = sandboxAnswer(project, token, fields, update);
  if (sandboxed) return sandboxed;

  const link = project.magicLinks.getOpen(token);
  checkCodeVerifier(link.codeChallenge, fields.string('code_verifier'));
  checkAttributes(link, fields);
  const { user, email } = recipient(project, link);
  const existing = sessionOfSameUser(project, fields, user);
  mergedClaims(existing?.customClaims ?? {}, update.customClaims);

  link.state = 'used';
  user.status = 'active';
  const resetSessions = email ? verifyEmail(project, user, email, existing) : false;
  const session = signIn(project, user, factorOf(project, link, email), existing, update);
  return answer(project, { user, session, methodId: link.methodId, resetSessions }, fields);
}

function recipient(
  { users }: EmulatedProject,
  link: MagicLink,
): { user: User; email: UserEmail | undefined } {
  const user = users.find(link.userId);
  const email = user?.emails.find(({ emailId }) => emailId === link.methodId);
  if (user && (email ?? link.kind === 'embedded')) return { user, email };
  return refuse('unable_to_auth_magic_link', 'The user or the email address of this magic link is gone.');
}

function sessionOfSameUser(project: EmulatedProject, fields: Fields, user: User): Session | undefined {
  const session = sessionArgument(project, fields);
  if (session && session.userId !== user.userId) {
    refuse('user_id_mismatch', 'The session belongs to another user than the magic link.');
  }
  return session;
}

/** Sessions from before the user had any verified address end, because somebody else may hold them. */
function verifyEmail(
  { sessions }: EmulatedProject,
  user: User,
  email: UserEmail,
  existing: Session | undefined,
): boolean {
  const isFirst = !user.emails.some(({ verified }) => verified);
  email.verified = true;
  email.heldUntilSeconds = null;
  return isFirst && sessions.endAllOf(user.userId, existing);
}

function signIn(
  { sessions }: EmulatedProject,
  user: User,
  factor: Factor,
  existing: Session | undefined,
  { durationMinutes, customClaims }: SessionUpdate,
): Session | undefined {
  if (existing) {
    sessions.addFactor(existing, factor);
    sessions.touch(existing, { durationMinutes, customClaims });
    return existing;
  }
  return durationMinutes === undefined
    ? undefined
    : sessions.start(user.userId, factor, { durationMinutes, customClaims });
}

function factorOf({ clock }: EmulatedProject, link: MagicLink, email: UserEmail | undefined): Factor {
  const now = nowSeconds(clock);
  const times = { createdAtSeconds: now, lastAuthenticatedAtSeconds: now, updatedAtSeconds: now };
  return email
    ? {
        type: 'magic_link',
        deliveryMethod: 'email',
        ...times,
        emailFactor: { emailId: email.emailId, address: email.address },
      }
    : { type: 'magic_link', deliveryMethod: 'embedded', ...times, embeddedId: link.methodId };
}

function answer(
  project: EmulatedProject,
  result: { user: User; session: Session | undefined; methodId: string; resetSessions: boolean },
  fields: Fields,
) {
  const { user, session, methodId, resetSessions } = result;
  return {
    user_id: user.userId,
    method_id: methodId,
    reset_sessions: resetSessions,
    user: userToWire(user),
    user_device: null,
    // Nobody has asked for a session: it is empty strings and null then.
    ...(session ? sessionTokens(project, session, fields) : { session_token: '', session_jwt: '' }),
    session: session ? sessionToWire(session, user) : null,
  };
}

function sandboxAnswer(
  project: EmulatedProject,
  token: string,
  fields: Fields,
  { durationMinutes }: SessionUpdate,
) {
  if (token === sandboxMagicLinkTokens.isUsedUp) {
    refuse('unable_to_auth_magic_link', 'The magic link was used already, was revoked, or has expired.');
  }
  if (token === sandboxMagicLinkTokens.isUnknown) {
    refuse('magic_link_not_found', 'There is no magic link with this token.');
  }
  if (token !== sandboxMagicLinkTokens.succeeds) return undefined;
  const session = durationMinutes === undefined ? undefined : sandboxSession(nowSeconds(project.clock));
  const methodId = sandboxUser.emails[0]?.emailId ?? '';
  return answer(project, { user: sandboxUser, session, methodId, resetSessions: false }, fields);
}
