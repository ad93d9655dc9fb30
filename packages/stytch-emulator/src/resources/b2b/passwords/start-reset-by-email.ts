import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { memberToWire } from '../members/member.wire.js';
import { findOrProvisionMember } from '../sign-in/join-organization.js';
import { refuseForbiddenMethod } from '../sign-in/sign-in-requirements.js';
import { readOrganization } from '../sign-in/read-organization.js';
import { readResetExpiration, readResetRedirectUrl, resetEmail } from './reset-options.js';

/**
 * Emails a link to a form for a new password, and a link that signs in without one. Creates the member if the
 * organization allows that.
 */
export function startResetByEmail(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const organization = readOrganization(b2b, fields);
  const emailAddress = requireEmailAddress(fields.string('email_address'));
  const codeChallenge = checkCodeChallenge(fields.string('code_challenge'));
  const expirationMinutes = readResetExpiration(fields);
  const resetUrl = readResetRedirectUrl(b2b, fields);
  const loginUrl = b2b.redirectUrls.resolve(fields.string('login_redirect_url'), {
    name: 'login_redirect_url',
    invalid: 'invalid_login_redirect_url',
    notAllowed: 'redirect_url_not_found',
    noDefault: 'no_login_redirect_url',
  });
  refuseForbiddenMethod(organization, 'password', b2b.members.findByEmail(organization, emailAddress));
  const { member } = findOrProvisionMember(b2b, organization, { emailAddress, factors: [] });

  const { memberId, email } = member;
  const link = { memberId, emailAddress: email.address, codeChallenge, expirationMinutes };
  sendEmailLink(
    b2b,
    organization,
    { ...link, kind: 'password_reset', redirectUrl: resetUrl },
    { ...resetEmail, subject: `Reset your password for ${organization.name}` },
    { ...link, kind: 'login_without_password', redirectUrl: loginUrl },
  );
  return {
    member_id: memberId,
    member_email_id: email.emailId,
    member: memberToWire(member, organization),
  };
}
