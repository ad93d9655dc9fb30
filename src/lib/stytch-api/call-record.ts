/** Why a call ended without an answer that can be read. */
export type TransportFailure =
  | 'deadline' // the total time ran out
  | 'connection' // refused, reset, unresolvable, a certificate that does not check out
  | 'origin_refused' // a host that is not Stytch's
  | 'redirect_refused'
  | 'encoding_refused'
  | 'too_large'
  | 'closed'; // the application is shutting down

/**
 * What happened on the wire during one call. The SDK drops the status of an answer it cannot parse
 * and every response header, so they are noted here, below it.
 */
export interface CallRecord {
  /** When the call must have ended, on the monotonic clock of this machine. */
  deadlineAtMs?: number;
  status?: number;
  retryAfterSeconds?: number;
  failure?: TransportFailure;
  /** The system's name for what broke the connection: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, … */
  cause?: string;
}
