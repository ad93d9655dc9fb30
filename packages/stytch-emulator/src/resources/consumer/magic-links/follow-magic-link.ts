import { type Context } from 'hono';
import { page } from '../../../mailbox/page.js';
import { type Credentials } from '../../../project/credentials.js';
import { withParameters } from '../../../wire/url-parameters.js';
import { type Consumer } from '../consumer.js';
import { type MagicLink, tokenTypes } from './magic-link.js';

export const redirectPath = '/v1/magic_links/redirect';

/** The path of the link in an email. It leads to the emulator, which redirects to the application. */
export function linkPath({ publicToken }: Credentials, { kind, token }: MagicLink): string {
  return withParameters(redirectPath, {
    public_token: publicToken,
    stytch_token_type: tokenTypes[kind],
    token,
  });
}

/**
 * Redirects from the link in an email to the application, with the token. It does not use up the token,
 * so mail scanners that open links sign nobody in. Used and expired links are also redirected: the
 * application explains them to its user.
 */
export function followMagicLink(c: Context, { magicLinks, credentials }: Consumer): Response {
  const { public_token: publicToken, stytch_token_type: tokenType, token } = c.req.query();
  const link = token === undefined ? undefined : magicLinks.find(token);
  if (publicToken !== credentials.publicToken || !link?.redirectUrl || tokenType !== tokenTypes[link.kind]) {
    return page(c, 404, {
      title: 'Unknown link',
      main: '<h1>Unknown link</h1><p>This emulator did not send the link, or was reset or restarted since. Request a new link in the application and open it from the <a href="/">inbox</a>.</p>',
    });
  }
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(
    withParameters(link.redirectUrl, {
      // Links for passwords have this parameter, others don't.
      ...(tokenType !== 'magic_links' && { public_token: publicToken }),
      stytch_token_type: tokenType,
      token: link.token,
    }),
    302,
  );
}
