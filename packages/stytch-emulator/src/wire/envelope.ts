import { type Context } from 'hono';
import { type ErrorStatus } from './api-error.js';
import { toWireJson } from './json.js';

type Status = ErrorStatus | 200 | 201 | 302;

/** Responds with the fields and with the two that every response of Stytch has. */
export function respond(
  c: Context,
  status: Status,
  fields: Record<string, unknown>,
  requestId: string,
): Response {
  return respondJson(c, status, { ...fields, request_id: requestId, status_code: status });
}

/** As `respond`, in the envelope that successful responses to browser SDKs have. */
export function respondToSdk(c: Context, fields: Record<string, unknown>, requestId: string): Response {
  return respondJson(c, 200, { data: { ...fields, request_id: requestId, status_code: 200 } });
}

function respondJson(c: Context, status: Status, body: Record<string, unknown>): Response {
  return c.body(toWireJson(body), status, { 'content-type': 'application/json' });
}
