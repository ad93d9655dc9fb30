import { type Context } from 'hono';
import { type EmailedLink, followLink } from '../../sign-in/follow-link.js';
import { type B2B } from '../b2b.js';
import { type EmailLink, tokenTypes } from './email-link.js';

export const redirectPath = '/v1/b2b/magic_links/redirect';

/** Redirects from the link in an email to the application, with the slug of the member's organization. */
export function followEmailLink(c: Context, b2b: B2B): Response {
  return followLink(c, b2b.credentials, (token) => {
    const link = b2b.emailLinks.find(token);
    return link && toEmailedLink(b2b, link);
  });
}

function toEmailedLink(b2b: B2B, link: EmailLink): EmailedLink {
  const { token, kind, redirectUrl } = link;
  const slug = slugOf(b2b, link);
  return {
    token,
    tokenType: tokenTypes[kind],
    redirectUrl,
    parameters: slug === undefined ? {} : { slug },
  };
}

function slugOf({ members, organizations }: B2B, link: EmailLink): string | undefined {
  const member = 'memberId' in link ? members.entries.get(link.memberId) : undefined;
  return member && organizations.find(member.organizationId)?.slug;
}
