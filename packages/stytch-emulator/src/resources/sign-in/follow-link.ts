import { type Context } from 'hono';
import { page } from '../../mailbox/page.js';
import { type Credentials } from '../../project/credentials.js';
import { withParameters } from '../../wire/url-parameters.js';

/** A link in an email, as the emulator sends it on to the application. */
export interface EmailedLink {
  readonly token: string;
  /** The `stytch_token_type`, which tells an application what the token is for. */
  readonly tokenType: string;
  readonly redirectUrl: string;
  /** What the application gets besides the token and its type. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The path and query of a link in an email. It leads to the emulator, which redirects to the application. */
export function emailedLinkPath(
  redirectPath: string,
  { publicToken }: Credentials,
  { token, tokenType }: Pick<EmailedLink, 'token' | 'tokenType'>,
): string {
  return withParameters(redirectPath, { public_token: publicToken, stytch_token_type: tokenType, token });
}

/**
 * Redirects from the link in an email to the application, with the token. It does not use up the token,
 * so mail scanners that open links sign nobody in. Used and expired links are also redirected: the
 * application explains them to its user.
 */
export function followLink(
  c: Context,
  { publicToken }: Credentials,
  find: (token: string) => EmailedLink | undefined,
): Response {
  const { public_token: givenPublicToken, stytch_token_type: givenType, token = '' } = c.req.query();
  const link = find(token);
  if (givenPublicToken !== publicToken || !link || givenType !== link.tokenType) {
    return page(c, 404, {
      title: 'Unknown link',
      main: '<h1>Unknown link</h1><p>This emulator did not send the link, or was reset or restarted since. Request a new link in the application and open it from the <a href="/">inbox</a>.</p>',
    });
  }
  c.header('cache-control', 'no-store');
  c.header('referrer-policy', 'no-referrer');
  const { redirectUrl, parameters, tokenType } = link;
  return c.redirect(
    withParameters(redirectUrl, { ...parameters, stytch_token_type: tokenType, token: link.token }),
    302,
  );
}
