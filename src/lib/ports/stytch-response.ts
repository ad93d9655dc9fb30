/** The result of a call to Stytch. Contains nothing that was sent. */
export type StytchResponse<Body> =
  { readonly kind: 'ok'; readonly body: Body } | StytchRejection | StytchUnavailable;

/** Stytch processed the request and rejected it. */
export interface StytchRejection {
  readonly kind: 'rejected';
  readonly status: number;
  /** Stytch's `error_type`, for example `session_not_found`; empty if there was none. */
  readonly errorType: string;
  /** Stytch's request id, for their support. */
  readonly requestId: string;
}

/** Unknown: no response, an unreadable response, or a misconfiguration on our side. */
export interface StytchUnavailable {
  readonly kind: 'unavailable';
  readonly reason:
    | 'unreachable' // no response; the transport failure is logged
    | 'closed' // the application is shutting down
    | 'circuit_open' // not sent: the circuit breaker is open
    | 'overloaded' // not sent: it could not have completed before its deadline
    | 'server_error'
    | 'rate_limited' // by Stytch; not sent if calls are paused since
    | 'credentials_refused' // the project id or the secret, not the session
    | 'wrong_product' // the project is one of Stytch's other product
    | 'unreadable'; // not a response of Stytch's API
  /** When to try again, in seconds. Missing if nothing states it. */
  readonly retryAfterSeconds?: number;
}
