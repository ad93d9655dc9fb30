import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { readSessionUpdate } from '../../sessions/session-arguments.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeVerifier } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { recipientOf } from '../email-links/recipient-of.js';
import {
  completeMemberSignIn,
  memberSignInResponse,
  readRequestedMemberSession,
} from '../sign-in/complete-member-sign-in.js';

/** Exchanges the token of a link for a session of the member. Only success uses up the token. */
export function authenticate(b2b: B2B, fields: Fields) {
  readSessionUpdate(fields);
  checkLocale(fields);
  const token = fields.string('magic_links_token') ?? '';
  if (token === '') refuse(400, 'invalid_token', 'magic_links_token is required.');

  const link = b2b.emailLinks.getPendingMagicLink(token);
  checkCodeVerifier(link.codeChallenge, fields.string('pkce_code_verifier'));
  const { organization, member } = recipientOf(b2b, link);
  const requested = readRequestedMemberSession(b2b, fields, organization, member);

  b2b.members.confirmPendingEmail(organization, member, link.emailAddress);
  b2b.emailLinks.use(link);
  const signIn = completeMemberSignIn(
    b2b,
    {
      organization,
      member,
      factors: [{ type: 'magic_link', deliveryMethod: 'email', email: member.email }],
      verifiesEmail: true,
    },
    requested,
  );
  return {
    ...memberSignInResponse(b2b, signIn),
    organization_id: organization.organizationId,
    method_id: member.email.emailId,
    reset_sessions: signIn.resetSessions,
  };
}
