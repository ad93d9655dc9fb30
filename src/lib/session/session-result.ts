import type { SessionCookieValues } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import type { VerifiedJwt } from './verify/verify-session-jwt.js';

/** What is known about who sent a request. Only the guard and the controller make HTTP of it. */
export type SessionResult = SignedIn | SignedOut | SessionUnknown;

export interface SignedIn {
  readonly kind: 'signed_in';
  readonly verified: VerifiedJwt;
  /** What the browser is to keep from now on, when the session was refreshed. */
  readonly renewed?: SessionCookieValues;
}

/** It is known that there is no session: a 401 where one is needed. */
export interface SignedOut {
  readonly kind: 'signed_out';
  readonly code: Extract<RefusalCode, `session_${string}`>;
  /** Whether the cookies are certainly of no use any more. Only then are they cleared. */
  readonly shouldClearCookies: boolean;
}

/** It cannot be told whether there is one: a 503, and the cookies stay. */
export interface SessionUnknown {
  readonly kind: 'unknown';
  readonly code: 'stytch_unavailable' | 'clock_skew';
  readonly retryAfterSeconds?: number;
}

export const signedOut = (code: SignedOut['code'], shouldClearCookies = false): SignedOut => ({
  kind: 'signed_out',
  code,
  shouldClearCookies,
});

export const unknown = (code: SessionUnknown['code'], retryAfterSeconds?: number): SessionUnknown => ({
  kind: 'unknown',
  code,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** The refusal for a result without a session. */
export function refusalForResult(result: SignedOut | SessionUnknown): Refusal {
  return refusalOf(result.code, result.kind === 'unknown' ? result.retryAfterSeconds : undefined);
}
