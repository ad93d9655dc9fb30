import type { StytchCallKind } from '../ports/call-kind.js';

/** Why a call has no readable response. */
export type TransportFailure =
  | 'deadline'
  | 'connection' // refused, reset, unresolved host, untrusted certificate
  | 'origin_refused' // not a host of Stytch
  | 'redirect_refused'
  | 'encoding_refused'
  | 'too_large'
  | 'closed'; // the application is shutting down

/** A call of this package, with its limits. */
export interface OutgoingCall {
  readonly kind: StytchCallKind;
  /** On the system's monotonic clock. */
  readonly deadlineAtMs: number;
  readonly maxBodyBytes: number;
  readonly record: CallRecord;
}

/**
 * What the transport reports about one call. The SDK discards response headers, and the status of
 * responses it cannot parse.
 */
export interface CallRecord {
  method?: string;
  status?: number;
  /** Stytch's id of the request. */
  requestId?: string;
  retryAfterSeconds?: number;
  failure?: TransportFailure;
  /** The error code of a failed connection: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, … */
  cause?: string;
}
