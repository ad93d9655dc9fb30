import { type NewMessage } from '../../../mailbox/mailbox.js';
import { emailedLinkPath } from '../../sign-in/follow-link.js';
import { type B2B } from '../b2b.js';
import { type Organization } from '../organizations/organization.js';
import { type EmailLink, tokenTypes } from './email-link.js';
import { type NewEmailLink } from './email-links.js';
import { redirectPath } from './follow-email-link.js';

/** What the recipient of a link sees. */
export type EmailText = Pick<
  Extract<NewMessage, { kind: 'link' }>,
  'type' | 'label' | 'subject' | 'text' | 'action'
>;

/**
 * Creates a link and delivers it to the mailbox.
 *
 * @param organization null for discovery
 * @param loginLink in an email for a password reset, the link that signs in without a password
 */
export function sendEmailLink(
  b2b: B2B,
  organization: Organization | null,
  link: NewEmailLink,
  text: EmailText,
  loginLink?: NewEmailLink,
): void {
  const created = b2b.emailLinks.create(link);
  b2b.mailbox.deliver({
    ...text,
    kind: 'link',
    to: link.emailAddress,
    channel: 'email',
    token: created.token,
    linkPath: pathOf(b2b, created),
    ...(loginLink && { loginLinkPath: pathOf(b2b, b2b.emailLinks.create(loginLink)) }),
    organization: organization && { name: organization.name, slug: organization.slug },
  });
}

function pathOf({ credentials }: B2B, { token, kind }: EmailLink): string {
  return emailedLinkPath(redirectPath, credentials, { token, tokenType: tokenTypes[kind] });
}
