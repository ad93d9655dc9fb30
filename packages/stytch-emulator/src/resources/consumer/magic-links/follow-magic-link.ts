import { type Context } from 'hono';
import { page } from '../../../mailbox/page.js';
import { type Credentials } from '../../../project/credentials.js';
import { withParameters } from '../../../wire/url-parameters.js';
import { type MagicLinkContext } from './magic-link-context.js';

export const redirectPath = '/v1/magic_links/redirect';

/** The path of the link in an email. It leads to the emulator, which redirects to the application. */
export function linkPath({ publicToken }: Credentials, token: string): string {
  return withParameters(redirectPath, {
    public_token: publicToken,
    stytch_token_type: 'magic_links',
    token,
  });
}

/**
 * Redirects from the link in an email to the application, with the token. It does not use up the token,
 * so mail scanners that open links sign nobody in. Used and expired links are also redirected: the
 * application explains them to its user.
 */
export function followMagicLink(c: Context, { magicLinks, credentials }: MagicLinkContext): Response {
  const { public_token: publicToken, stytch_token_type: tokenType, token } = c.req.query();
  const link = token === undefined ? undefined : magicLinks.find(token);
  if (publicToken !== credentials.publicToken || tokenType !== 'magic_links' || !link?.redirectUrl) {
    return page(c, 404, {
      title: 'Unknown link',
      main: '<h1>Unknown link</h1><p>This emulator did not send the link, or was reset or restarted since. Request a new link in the application and open it from the <a href="/">inbox</a>.</p>',
    });
  }
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(
    withParameters(link.redirectUrl, { stytch_token_type: 'magic_links', token: link.token }),
    302,
  );
}
