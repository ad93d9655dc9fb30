import { type Context } from 'hono';
import { type ErrorStatus } from './api-error.js';
import { toWireJson } from './json.js';

/** Responds with the fields and with the two that every response of Stytch has. */
export function respond(
  c: Context,
  status: ErrorStatus | 200 | 201 | 302,
  fields: Record<string, unknown>,
  requestId: string,
): Response {
  return c.body(toWireJson({ ...fields, request_id: requestId, status_code: status }), status, {
    'content-type': 'application/json',
  });
}
