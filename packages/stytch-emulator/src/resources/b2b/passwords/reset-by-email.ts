import { type Fields } from '../../../wire/fields.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { checkLocale, phoneLocales } from '../../sign-in/locale.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { recipientOf } from '../email-links/recipient-of.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';
import { setNewPassword } from './set-new-password.js';

/** Exchanges the token of a reset link and a new password for a session. Only success uses up the token. */
export async function resetByEmail(b2b: B2B, fields: Fields) {
  checkLocale(fields, phoneLocales);
  readSessionUpdate(fields);
  const token = fields.string('password_reset_token') ?? '';
  const password = readPassword(fields);
  await requireStrongPassword(password, b2b.emailLinks.getPendingPasswordReset(token).emailAddress);

  // Checked after the last await, so that two requests can't use the same token.
  const link = b2b.emailLinks.getPendingPasswordReset(token);
  checkCodeVerifier(link.codeChallenge, fields.string('code_verifier'));
  const { organization, member } = recipientOf(b2b, link);
  const requested = readRequestedMemberSession(b2b, fields, organization, member);

  b2b.emailLinks.use(link);
  // Verified first: the first verification of an address would require another reset.
  b2b.members.verifyEmail(member);
  setNewPassword(b2b, member, password, requested.existing);
  const signIn = completeMemberSignIn(
    b2b,
    { organization, member, factors: [passwordFactor], verifiesEmail: false },
    requested,
  );
  return {
    ...memberSignInResponse(b2b, signIn),
    organization_id: organization.organizationId,
    member_email_id: member.email.emailId,
  };
}
