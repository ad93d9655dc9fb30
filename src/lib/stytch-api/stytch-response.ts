/** How a call to Stytch ended, as a value. Holds nothing of what was sent. */
export type StytchResponse<Body> =
  { readonly kind: 'ok'; readonly body: Body } | StytchRejection | StytchUnavailable;

/** Stytch has looked at what was sent and said no. */
export interface StytchRejection {
  readonly kind: 'rejected';
  readonly status: number;
  /** Stytch's name for the reason, e.g. `session_not_found`; empty when it gave none. */
  readonly errorType: string;
  /** Stytch's id of the call, for its support. */
  readonly requestId: string;
}

/** It cannot be told: no answer, an answer nobody can read, or our own side is at fault. */
export interface StytchUnavailable {
  readonly kind: 'unavailable';
  readonly reason:
    | 'unreachable' // no answer: see the transport failure in the log
    | 'circuit_open' // not asked: it has not answered for a while
    | 'server_error'
    | 'rate_limited'
    | 'credentials_refused' // our project id or secret, never the person's session
    | 'unreadable'; // an answer that is none
  readonly retryAfterSeconds?: number;
}
