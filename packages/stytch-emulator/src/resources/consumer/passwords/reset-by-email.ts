import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { type MagicLink } from '../magic-links/magic-link.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { checkAttributes } from '../sign-in/attributes.js';
import { completeSignIn, readRequestedSession, sessionResponse } from '../sign-in/complete-sign-in.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { type User, type UserEmail } from '../users/user.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { setNewPassword } from './set-new-password.js';

/**
 * Exchanges the token of a reset link and a new password for the user and, if requested, a session. Only success
 * uses up the token.
 */
export async function resetByEmail(consumer: Consumer, fields: Fields) {
  const { users, magicLinks } = consumer;
  const token = fields.string('token') ?? '';
  const password = readPassword(fields);
  await requireStrongPassword(
    password,
    recipientOf(consumer, magicLinks.getPendingPasswordReset(token)).email.address,
  );

  // Checked after the last await, so that two requests can't use the same token.
  const link = magicLinks.getPendingPasswordReset(token);
  checkCodeVerifier(link.codeChallenge, fields.string('code_verifier'));
  checkAttributes(link.attributes, fields);
  const { user, email } = recipientOf(consumer, link);
  const requested = readRequestedSession(consumer, fields, user);

  magicLinks.use(link);
  users.verify(user, email.emailId);
  setNewPassword(consumer, user, password, requested.existing);
  const { session } = completeSignIn(consumer, { user, factor: passwordFactor }, requested);
  return sessionResponse(consumer, { user, session }, fields);
}

function recipientOf({ users }: Consumer, link: MagicLink): { user: User; email: UserEmail } {
  const user = users.find(link.userId);
  const email = user?.emails.find(({ emailId }) => emailId === link.methodId);
  return user && email
    ? { user, email }
    : refuse(
        401,
        'unable_to_auth_password_reset_token',
        'The user or the email address of this password reset was deleted.',
      );
}
