import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { matchesHash } from '../../passwords/matches-hash.js';
import { requireStrongPassword } from '../../passwords/password-strength.js';
import { readPassword } from '../../passwords/read-password.js';
import { passwordFactor } from '../../sessions/factors/password-factor.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge, checkCodeVerifier } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { startDiscovery } from '../discovery/start-discovery.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { type Member } from '../members/member.js';
import { readResetExpiration, readResetRedirectUrl, resetEmail } from './reset-options.js';
import { setNewPassword } from './set-new-password.js';
import { verifyPassword } from './verify-password.js';

// A password that is valid for all organizations of a person is the same password of each of its members.

/** Accepts the password of any member with the address. */
export async function authenticateDiscovery(b2b: B2B, fields: Fields) {
  const address = requireEmailAddress(fields.string('email_address'));
  const password = readPassword(fields);
  const member = await findByPassword(b2b, address, password);
  await verifyPassword(b2b, member, password);
  return startDiscovery(b2b, member.email.address, passwordFactor);
}

/** The member with this password, or else another one, which then counts a failed attempt. */
async function findByPassword({ members }: B2B, address: string, password: string): Promise<Member> {
  const withPassword = members.withAddress(address).filter((member) => member.password !== null);
  for (const member of withPassword) {
    if (member.password && (await matchesHash(member.password.hash, password))) return member;
  }
  return withPassword[0] ?? refuse(401, 'unauthorized_credentials');
}

/** Emails a link to a form for a new password of all members with the address, and a link for discovery. */
export function startDiscoveryReset(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const emailAddress = requireEmailAddress(fields.string('email_address'));
  const codeChallenge = checkCodeChallenge(fields.string('pkce_code_challenge'));
  const expirationMinutes = readResetExpiration(fields);
  const resetUrl = readResetRedirectUrl(b2b, fields);
  const discoveryUrl = b2b.redirectUrls.resolve(fields.string('discovery_redirect_url'), {
    name: 'discovery_redirect_url',
    invalid: 'invalid_discovery_redirect_url',
    notAllowed: 'redirect_url_not_found',
    noDefault: 'no_discovery_redirect_urls_set',
  });
  if (b2b.members.withAddress(emailAddress).length === 0) refuse(404, 'email_not_found');

  const link = { emailAddress, codeChallenge, expirationMinutes };
  sendEmailLink(
    b2b,
    null,
    { ...link, kind: 'discovery_password_reset', redirectUrl: resetUrl },
    { ...resetEmail, subject: 'Reset your password' },
    { ...link, kind: 'discovery_without_password', redirectUrl: discoveryUrl },
  );
  return {};
}

/** Sets the password of all members with the address, and starts an intermediate session. */
export async function resetDiscovery(b2b: B2B, fields: Fields) {
  const { members, emailLinks } = b2b;
  const token = fields.string('password_reset_token') ?? '';
  const password = readPassword(fields);
  await requireStrongPassword(password, emailLinks.getPendingDiscoveryPasswordReset(token).emailAddress);

  // Checked after the last await, so that two requests can't use the same token.
  const link = emailLinks.getPendingDiscoveryPasswordReset(token);
  checkCodeVerifier(link.codeChallenge, fields.string('pkce_code_verifier'));
  emailLinks.use(link);
  for (const member of members.withAddress(link.emailAddress)) {
    members.verifyEmail(member);
    setNewPassword(b2b, member, password);
  }
  return startDiscovery(b2b, link.emailAddress, passwordFactor);
}
