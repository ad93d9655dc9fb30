import type { SessionCookieValues } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import type { Moment } from './moment.js';
import type { VerifiedJwt } from './verify/verified-jwt.js';

/** Whether a request has a session. Only the guard and the controllers turn it into a response. */
export type SessionResult = SignedIn | SignedOut | SessionUnknown;

export interface SignedIn {
  readonly kind: 'signed_in';
  readonly verified: VerifiedJwt;
  /** When the times of the presented JWT were checked. Absent if another JWT or an opaque token decided. */
  readonly checkedAt?: Moment;
  /** New cookies, if the session was refreshed. */
  readonly renewed?: SessionCookieValues;
  /** Present if Stytch has just confirmed the session, to this request or to one that shared the call. */
  readonly confirmedNow?: true;
}

/** The request has no valid session: 401 if the handler requires one. */
export interface SignedOut {
  readonly kind: 'signed_out';
  readonly code: Extract<RefusalCode, `session_${string}`>;
  /**
   * True if a verified credential turned out to be expired or revoked. Otherwise the person's cookies stay, with
   * `session_suspended` because the session can be used again later; with `session_ambiguous`, those that other hosts
   * can set are cleared.
   */
  readonly shouldClearCookies: boolean;
}

/** The session is refused for now, and can be used again later. */
export const isSuspended = (result: SessionResult): boolean =>
  result.kind === 'signed_out' && result.code === 'session_suspended';

/** Unknown whether the session is valid: 503, and the cookies stay. */
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

/** The refusal for a result without a session or a client. */
export const refusalForResult = ({
  code,
  retryAfterSeconds,
}: {
  readonly code: RefusalCode;
  readonly retryAfterSeconds?: number;
}): Refusal => refusalOf(code, retryAfterSeconds);
