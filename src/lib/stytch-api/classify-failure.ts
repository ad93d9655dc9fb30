import type { StytchRejection, StytchUnavailable } from '../ports/stytch-response.js';
import type { CallRecord } from './call-record.js';

/** Errors about this application's credentials or project. They say nothing about a session. */
const credentialErrorTypes = new Set([
  'unauthorized_credentials',
  'unauthorized_credentials_homepage',
  'invalid_authorization_header',
  'invalid_project_id_authentication',
  'invalid_secret_authentication',
  'unauthorized_project_id_live',
  'unauthorized_project_id_test',
  'project_not_found',
  'route_not_found',
  'use_https',
]);

/** A consumer project was called with an operation for B2B projects, or the reverse. */
const wrongProductErrorTypes = new Set(['invalid_b2b_endpoint', 'invalid_consumer_endpoint']);

/**
 * Classifies a failed call. Prefers the status of the transport, because the SDK discards it if the
 * body is not the JSON it expects.
 *
 * @param checksPassword whether `unauthorized_credentials` means a wrong password
 */
export function classifyFailure(
  error: unknown,
  call: CallRecord,
  { checksPassword = false } = {},
): StytchRejection | StytchUnavailable {
  const stytchError = readStytchError(error);
  const status = call.status ?? stytchError?.status;
  const retryAfter =
    call.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: call.retryAfterSeconds };

  if (call.failure === 'closed') return { kind: 'unavailable', reason: 'closed' };
  if (call.failure !== undefined || status === undefined) {
    return { kind: 'unavailable', reason: 'unreachable', ...retryAfter };
  }
  // A lock of one user says nothing about other calls.
  const isUserLocked = stytchError?.errorType === 'user_lock_limit_reached';
  if (status === 429 && !isUserLocked) return { kind: 'unavailable', reason: 'rate_limited', ...retryAfter };
  if (status >= 500) return { kind: 'unavailable', reason: 'server_error', ...retryAfter };
  if (stytchError === undefined || status < 400)
    return { kind: 'unavailable', reason: 'unreadable', ...retryAfter };
  if (wrongProductErrorTypes.has(stytchError.errorType)) {
    return { kind: 'unavailable', reason: 'wrong_product', ...retryAfter };
  }
  const isWrongPassword = checksPassword && stytchError.errorType === 'unauthorized_credentials';
  if (credentialErrorTypes.has(stytchError.errorType) && !isWrongPassword) {
    return { kind: 'unavailable', reason: 'credentials_refused', ...retryAfter };
  }
  return { kind: 'rejected', status, errorType: stytchError.errorType, requestId: stytchError.requestId };
}

/** Strict, because request ids are logged and recorded, and a token in this field must not be. */
const requestIdPattern = /^request-id-(test|live)-[0-9a-f-]{1,60}$/;

/** The fields of the SDK's StytchError; `undefined` for other errors. */
function readStytchError(
  error: unknown,
): { status: number; errorType: string; requestId: string } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status_code, error_type, request_id } = error as Record<string, unknown>;
  if (typeof status_code !== 'number' || typeof error_type !== 'string') return undefined;
  return {
    status: status_code,
    errorType: /^[a-z0-9_]{1,100}$/.test(error_type) ? error_type : '',
    requestId: readRequestId({ request_id }) ?? '',
  };
}

/** Stytch's request id in a response or in an error of the SDK. */
export function readRequestId(response: unknown): string | undefined {
  const { request_id: requestId } = (response ?? {}) as Record<string, unknown>;
  return typeof requestId === 'string' && requestIdPattern.test(requestId) ? requestId : undefined;
}
