import { type Context } from 'hono';
import { type Credentials } from '../../../project/credentials.js';
import { type EmailedLink, emailedLinkPath, followLink } from '../../sign-in/follow-link.js';
import { type Consumer } from '../consumer.js';
import { type MagicLink, tokenTypes } from './magic-link.js';

export const redirectPath = '/v1/magic_links/redirect';

export function linkPath(credentials: Credentials, { kind, token }: MagicLink): string {
  return emailedLinkPath(redirectPath, credentials, { token, tokenType: tokenTypes[kind] });
}

export function followMagicLink(c: Context, { magicLinks, credentials }: Consumer): Response {
  return followLink(c, credentials, (token) => {
    const link = magicLinks.find(token);
    return link && toEmailedLink(link, credentials);
  });
}

/** Undefined for an embedded link. */
function toEmailedLink(
  { token, kind, redirectUrl }: MagicLink,
  { publicToken }: Credentials,
): EmailedLink | undefined {
  const tokenType = tokenTypes[kind];
  // Links for passwords have this parameter, others don't.
  const parameters: Record<string, string> = tokenType === 'magic_links' ? {} : { public_token: publicToken };
  return redirectUrl === null ? undefined : { token, tokenType, redirectUrl, parameters };
}
