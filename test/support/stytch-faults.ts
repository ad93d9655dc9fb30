import type { FaultEffect } from 'stytch-emulator';

type StatusFault = FaultEffect & { kind: 'status' };

/** An error response in the format of Stytch's API: https://stytch.com/docs/api/errors */
export function stytchError(
  status: number,
  errorType: string,
  {
    message = 'A message from Stytch.',
    headers,
  }: { message?: string; headers?: Record<string, string> } = {},
): StatusFault {
  const body = {
    status_code: status,
    request_id: 'request-id-test-1',
    error_type: errorType,
    error_message: message,
    error_url: 'https://stytch.com/docs/api/errors',
  };
  return { ...jsonResponse(JSON.stringify(body), status), ...(headers && { headers }) };
}

/** A response with this JSON text, well-formed or not. */
export function jsonResponse(body: string, status = 200): StatusFault {
  return { kind: 'status', status, contentType: 'application/json', body };
}

/** A response of `POST /v1/sessions/authenticate`. */
export function authenticateResponse(fields: Record<string, unknown>): string {
  return JSON.stringify({ status_code: 200, request_id: 'request-id-test-1', ...fields });
}
