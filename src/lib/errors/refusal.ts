/**
 * Why a request was refused: stable, for machines. Part of the public contract; a code is never
 * renamed within a major version.
 */
export type RefusalCode =
  // 401: it is known that there is no session
  | 'session_missing'
  | 'session_expired'
  | 'session_invalid'
  | 'session_revoked'
  | 'session_ambiguous'
  // 503: it cannot be told
  | 'stytch_unavailable'
  | 'clock_skew'
  // 403: known, and not allowed
  | 'cross_site_refused'
  | 'sign_in_refused'
  | 'context_not_supported'
  // 4xx: what was sent to the login routes
  | 'email_missing'
  | 'email_invalid'
  | 'link_invalid'
  | 'link_used_or_expired'
  | 'link_for_another_browser'
  | 'link_not_confirmed'
  | 'rate_limited';

/** A refusal as a value. Only the guard and the controller turn it into an HTTP answer. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 410 | 429 | 503;
  readonly code: RefusalCode;
  /** What happened and what to do, for the person or the developer reading it. Never a secret. */
  readonly message: string;
  /** Seconds after which trying again makes sense; sent as `Retry-After` with 429 and 503. */
  readonly retryAfterSeconds?: number;
}

/** Seconds sent as `Retry-After` where nobody told a better number. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

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
} as const satisfies Record<RefusalCode, readonly [Refusal['status'], string]>;

/** Every code there is. */
export const refusalCodes = Object.keys(refusals) as readonly RefusalCode[];

/** The refusal that belongs to a code. */
export function refusalOf(code: RefusalCode, retryAfterSeconds?: number): Refusal {
  const [status, message] = refusals[code];
  if (status !== 503 && status !== 429) return { status, code, message };
  return { status, code, message, retryAfterSeconds: retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS };
}
