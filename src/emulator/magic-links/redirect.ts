import { type Context } from 'hono';
import { type EmulatedProject } from '../emulated-project.js';
import { page } from '../server/page.js';
import { withParameters } from './redirect-link.js';

/**
 * The hop a mailed link leads through: on to the application, with the token. It uses up nothing,
 * so that a mail scanner which opens the link signs nobody in. A used or expired link is led on too:
 * the application has something to say to its user, this page has not.
 */
export function followMagicLink(c: Context, { magicLinks, project }: EmulatedProject) {
  const { public_token: publicToken, stytch_token_type: tokenType, token } = c.req.query();
  const link = token === undefined ? undefined : magicLinks.find(token);
  if (publicToken !== project.publicToken || tokenType !== 'magic_links' || !link?.redirectUrl) {
    return page(c, 404, {
      title: 'This link leads nowhere',
      main: '<h1>This link leads nowhere</h1><p>The emulator has not sent it, or has been reset or started anew since. Ask the application for another one, and open that from the <a href="/">inbox</a>.</p>',
    });
  }
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  return c.redirect(
    withParameters(link.redirectUrl, { stytch_token_type: 'magic_links', token: link.token }),
    302,
  );
}
