import { refuse } from '../../../wire/api-error.js';
import { type Fields } from '../../../wire/fields.js';
import { type Consumer } from '../consumer.js';
import { linkPath } from '../magic-links/follow-magic-link.js';
import { expirationLimits } from '../magic-links/magic-link.js';
import { readAttributes } from '../sign-in/attributes.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { checkLocale } from '../../sign-in/locale.js';
import { checkCodeChallenge } from '../../sign-in/pkce.js';
import { requireEmailAddress } from '../../email-address.js';
import { isSandboxAddress, sandboxEmail, sandboxUser } from '../users/sandbox-user.js';
import { requireEmailOf } from '../users/user.js';

/** Emails a link to a form for a new password, and a link that signs in without one. */
export function startResetByEmail(consumer: Consumer, fields: Fields) {
  const { users, magicLinks, mailbox, credentials } = consumer;
  checkLocale(fields);
  const address = requireEmailAddress(fields.string('email'));
  const { resetUrl, loginUrl } = readRedirectUrls(consumer, fields);
  const options = {
    codeChallenge: checkCodeChallenge(fields.string('code_challenge')),
    attributes: readAttributes(fields),
    expirationMinutes: checkExpirationMinutes(
      fields.integer('reset_password_expiration_minutes'),
      expirationLimits.password_reset,
    ),
  };
  if (isSandboxAddress(address)) return { user_id: sandboxUser.userId, email_id: sandboxEmail.emailId };

  const user = users.findByEmail(address) ?? refuse(404, 'email_not_found');
  const email = requireEmailOf(user, address);
  const common = { ...options, userId: user.userId, methodId: email.emailId };
  const reset = magicLinks.create({ ...common, kind: 'password_reset', redirectUrl: resetUrl });
  const login = magicLinks.create({ ...common, kind: 'login_without_password', redirectUrl: loginUrl });
  mailbox.deliver({
    kind: 'link',
    to: email.address,
    channel: 'email',
    type: 'password_reset',
    subject: 'Reset your password',
    label: 'Password reset',
    text: 'Someone asked to reset your password. Use the button to choose a new one.',
    action: 'Reset password',
    token: reset.token,
    linkPath: linkPath(credentials, reset),
    loginLinkPath: linkPath(credentials, login),
  });
  return { user_id: user.userId, email_id: email.emailId };
}

function readRedirectUrls({ redirectUrls }: Consumer, fields: Fields) {
  return {
    resetUrl: redirectUrls.resolve(fields.string('reset_password_redirect_url'), {
      name: 'reset_password_redirect_url',
      invalid: 'invalid_password_reset_redirect_url',
      notAllowed: 'redirect_url_not_found',
      noDefault: 'no_password_reset_redirect_url',
    }),
    loginUrl: redirectUrls.resolve(fields.string('login_redirect_url'), {
      name: 'login_redirect_url',
      invalid: 'invalid_login_redirect_url',
      notAllowed: 'redirect_url_not_found',
      noDefault: 'no_login_redirect_url',
    }),
  };
}
