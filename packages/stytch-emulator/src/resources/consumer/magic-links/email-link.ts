import { type Fields } from '../../../wire/fields.js';
import { checkExpirationMinutes } from '../../sign-in/expiration-minutes.js';
import { sandboxUser } from '../users/sandbox-user.js';
import { type UserEmail } from '../users/user.js';
import { linkPath } from './follow-magic-link.js';
import { expirationLimits, type MagicLink } from './magic-link.js';
import { type Consumer } from '../consumer.js';

type EmailLinkKind = 'login' | 'signup' | 'invite';

const emails: Record<EmailLinkKind, { subject: string; label: string; text: string; action: string }> = {
  login: {
    subject: 'Log in to your account',
    label: 'Login link',
    text: 'Use the button to log in.',
    action: 'Log in',
  },
  signup: {
    subject: 'Confirm your email address',
    label: 'Signup link',
    text: 'Use the button to confirm your email address.',
    action: 'Confirm',
  },
  invite: {
    subject: 'You have been invited',
    label: 'Invitation',
    text: 'Use the button to accept the invitation.',
    action: 'Accept',
  },
};

/**
 * Reads the redirect URL and the expiration for one kind of link.
 *
 * @throws {ApiError} `invalid_<kind>_magic_link_url`, `no_match_for_provided_magic_link_url`,
 *   `no_<kind>_redirect_urls_set`, `invalid_expiration`
 */
export function readLinkOptions({ redirectUrls }: Consumer, fields: Fields, kind: EmailLinkKind) {
  const name = `${kind}_magic_link_url`;
  return {
    redirectUrl: redirectUrls.resolve(fields.string(name), {
      name,
      invalid: `invalid_${name}`,
      notAllowed: 'no_match_for_provided_magic_link_url',
      noDefault: `no_${kind}_redirect_urls_set`,
    }),
    expirationMinutes: checkExpirationMinutes(
      fields.integer(`${kind}_expiration_minutes`),
      expirationLimits[kind],
    ),
  };
}

/** Creates a link and delivers it to the mailbox. Nothing is sent to the sandbox user, who has fixed tokens. */
export function emailLink(
  { magicLinks, mailbox, credentials }: Consumer,
  email: UserEmail,
  link: Pick<MagicLink, 'userId' | 'redirectUrl' | 'codeChallenge' | 'attributes'> & {
    kind: EmailLinkKind;
    expirationMinutes: number;
  },
): void {
  if (link.userId === sandboxUser.userId) return;
  const created = magicLinks.create({ ...link, methodId: email.emailId });
  mailbox.deliver({
    ...emails[link.kind],
    kind: 'link',
    to: email.address,
    channel: 'email',
    type: `magic_link_${link.kind}`,
    token: created.token,
    linkPath: linkPath(credentials, created),
  });
}
