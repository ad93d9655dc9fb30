import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { emailDetail } from '../../sessions/factors/email-detail.js';
import { type MagicLinkFactor } from '../../sessions/factors/magic-link-factor.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { checkAttributes } from '../sign-in/attributes.js';
import { completeSignIn, readRequestedSession, signInResponse } from '../sign-in/complete-sign-in.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { sandboxSignIn } from '../sign-in/sandbox-sign-in.js';
import { sandboxEmail } from '../users/sandbox-user.js';
import { type User, type UserEmail } from '../users/user.js';
import { type MagicLink } from './magic-link.js';
import { refuseInactiveToken, refuseUnknownToken } from './magic-links.js';
import { type Consumer } from '../consumer.js';
import { sandboxTokens } from './sandbox-tokens.js';

/**
 * Exchanges the token of a link for the user and, if requested, a session.
 *
 * Only success uses up the token. Whether a failed PKCE or attribute check does at Stytch is not
 * documented; here, a link opened in the wrong browser can still be opened in the right one.
 */
export function authenticate(context: Consumer, fields: Fields) {
  readSessionUpdate(fields);
  const token = fields.string('token') ?? '';
  if (token === '') refuse(400, 'invalid_token', 'token is required.');
  const sandboxed = authenticateSandbox(context, token, fields);
  if (sandboxed) return sandboxed;

  const link = context.magicLinks.getPending(token);
  checkCodeVerifier(link.codeChallenge, fields.string('code_verifier'));
  checkAttributes(link.attributes, fields);
  const { user, email } = recipientOf(context, link);
  const requested = readRequestedSession(context, fields, user);

  context.magicLinks.use(link);
  const result = completeSignIn(
    context,
    { user, factor: toFactor(link, email), verifies: email?.emailId },
    requested,
  );
  return { ...signInResponse(context, { user, ...result }, fields), method_id: link.methodId };
}

function recipientOf({ users }: Consumer, link: MagicLink): { user: User; email: UserEmail | undefined } {
  const user = users.find(link.userId);
  const email = user?.emails.find(({ emailId }) => emailId === link.methodId);
  if (user && (email ?? link.kind === 'embedded')) return { user, email };
  return refuse(401, 'unable_to_auth_magic_link');
}

function toFactor(link: MagicLink, email: UserEmail | undefined): MagicLinkFactor {
  return email
    ? { type: 'magic_link', deliveryMethod: 'email', email: emailDetail(email) }
    : { type: 'magic_link', deliveryMethod: 'embedded', embeddedId: link.methodId };
}

/** Undefined if the token is not a sandbox token. */
function authenticateSandbox(context: Consumer, token: string, fields: Fields) {
  if (token === sandboxTokens.used) return refuseInactiveToken();
  if (token === sandboxTokens.unknown) return refuseUnknownToken();
  if (token !== sandboxTokens.success) return undefined;
  return {
    method_id: sandboxEmail.emailId,
    reset_sessions: false,
    ...sandboxSignIn(context, fields),
  };
}
