import { STATUS_CODES } from 'node:http';
import type { RefusalCode } from 'nestjs-stytch';

/** Status and message by code: the only copy of the texts outside the package. */
const refusals = {
  session_missing: [401, 'Sign in to continue.'],
  session_expired: [401, 'The session has ended. Sign in again.'],
  session_invalid: [401, 'The session cookie is not valid for this application. Sign in again.'],
  session_revoked: [401, 'The session was signed out. Sign in again.'],
  session_ambiguous: [401, 'The browser sent several different sessions. Sign in again.'],
  stytch_unavailable: [503, 'Whether there is a session cannot be told at the moment. Try again shortly.'],
  clock_skew: [503, 'The clock of this server is wrong; sessions cannot be checked. Try again shortly.'],
  cross_site_refused: [
    403,
    'The request came from another site. Its origin must be appUrl or be listed in the option trustedOrigins.',
  ],
  sign_in_refused: [403, 'This account may not sign in to this application.'],
  context_not_supported: [403, 'This requires a session, and sessions are only supported over HTTP.'],
  email_missing: [
    400,
    'Send the e-mail address to sign in with, as the field "email" of a JSON body or form.',
  ],
  email_invalid: [400, 'This is not an e-mail address.'],
  link_invalid: [400, 'The sign-in link is incomplete or damaged. Ask for a new one.'],
  link_used_or_expired: [410, 'The sign-in link was used before or has expired. Ask for a new one.'],
  link_for_another_browser: [
    400,
    'The sign-in link belongs to the browser that asked for it. Open it there, or ask for a new one here.',
  ],
  link_not_confirmed: [
    400,
    'The confirmation does not come from the page that was shown in this browser. Open the link again.',
  ],
  rate_limited: [429, 'Too many requests. Wait a moment and try again.'],
} as const satisfies Record<RefusalCode, readonly [number, string]>;

/** The JSON body of a refusal. */
export function refusalBody(code: RefusalCode) {
  const [statusCode, message] = refusals[code];
  return { statusCode, error: STATUS_CODES[statusCode], message, code };
}
