import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { requireEmailAddress } from '../../email-address.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge, checkCodeVerifier } from '../../sign-in/pkce.js';
import { type B2B } from '../b2b.js';
import { startDiscovery } from '../discovery/start-discovery.js';
import { sendEmailLink } from '../email-links/send-email-link.js';
import { readLinkOptions } from './link-options.js';

/** Emails a link with which a person finds the organizations of an email address. */
export function sendDiscovery(b2b: B2B, fields: Fields) {
  checkLocale(fields);
  const emailAddress = requireEmailAddress(fields.string('email_address'));
  const codeChallenge = checkCodeChallenge(fields.string('pkce_code_challenge'));
  const options = readLinkOptions(b2b, fields, 'discovery');
  sendEmailLink(
    b2b,
    null,
    { ...options, kind: 'discovery', emailAddress, codeChallenge },
    {
      type: 'magic_link_discovery',
      label: 'Discovery link',
      subject: 'Log in to your account',
      text: 'Use the button to continue to your organizations.',
      action: 'Continue',
    },
  );
  return {};
}

/** Exchanges the token of a discovery link for an intermediate session. Only success uses up the token. */
export function authenticateDiscovery(b2b: B2B, fields: Fields) {
  const token = fields.string('discovery_magic_links_token') ?? '';
  if (token === '') refuse(400, 'invalid_token', 'discovery_magic_links_token is required.');
  const link = b2b.emailLinks.getPendingDiscovery(token);
  checkCodeVerifier(link.codeChallenge, fields.string('pkce_code_verifier'));
  b2b.emailLinks.use(link);
  return startDiscovery(b2b, link.emailAddress, {
    type: 'magic_link',
    deliveryMethod: 'email',
    email: { emailId: '', address: link.emailAddress },
  });
}
