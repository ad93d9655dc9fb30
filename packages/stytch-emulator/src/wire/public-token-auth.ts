import { type Credentials } from '../project/credentials.js';
import { refuse } from './api-error.js';
import { decodeBasic, isEqual } from './basic-auth.js';
import { isSessionToken } from './session-token.js';

/**
 * Requires the project's public token as the name in HTTP Basic authorization. The password is the token of the session
 * that the page has, or the public token again if it has none.
 *
 * A session token that is no longer valid is not refused here: what that means depends on the operation.
 *
 * @returns the session token, if there is one
 * @throws {ApiError} `invalid_authorization_header`, `invalid_secret_authentication` if the password is neither, and
 *   the errors of `checkPublicToken`
 */
export function authenticatePage(header: string | undefined, credentials: Credentials): string | undefined {
  const [publicToken, password] =
    decodeBasic(header) ??
    refuse(
      400,
      'invalid_authorization_header',
      'public_token and session_token are required as HTTP Basic authorization; without a session, public_token twice.',
    );
  checkPublicToken(credentials, publicToken);
  if (isEqual(password, credentials.publicToken)) return undefined;
  return checkSessionToken(credentials, password);
}

/** @throws {ApiError} `invalid_public_token_id`, `public_token_not_found` */
export function checkPublicToken(credentials: Credentials, publicToken = ''): void {
  if (isEqual(publicToken, credentials.publicToken)) return;
  if (!publicToken.startsWith('public-token-')) {
    refuse(400, 'invalid_public_token_id', 'public_token is not a valid public token.');
  }
  refuse(404, 'public_token_not_found', 'public_token does not belong to this project.');
}

/** The secret is refused because it has no place in a page. It can have the form of a session token. */
function checkSessionToken(credentials: Credentials, password: string): string {
  const isSecret = password.startsWith('secret-') || isEqual(password, credentials.secret);
  if (isSessionToken(password) && !isSecret) return password;
  return refuse(
    401,
    'invalid_secret_authentication',
    'The password is neither a session token nor the public token.',
  );
}
