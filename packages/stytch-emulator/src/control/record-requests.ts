import { type MiddlewareHandler } from 'hono';
import { type EmulatorClock } from '../clock.js';
import { type EmulatorEnv } from '../wire/env.js';
import { isForm, parseForm } from '../wire/form.js';
import { parseJsonObject } from '../wire/json.js';
import { type RequestLog } from './request-log.js';

/** Records every request on arrival, and the status of its response. */
export function recordRequests(requests: RequestLog, clock: EmulatorClock): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const recordStatus = requests.record({
      method: c.req.method,
      path: c.req.path,
      query: c.req.query(),
      atMs: clock.nowMs(),
      body: readBody(c.get('body'), c.req.header('content-type')) ?? null,
      headers: c.req.header(),
    });
    await next();
    // A fault may have closed the connection without a response.
    if (!c.env.incoming.socket.destroyed) recordStatus(c.res.status);
  };
}

function readBody(text: string, contentType: string | undefined): Record<string, unknown> | undefined {
  return isForm(contentType) ? parseForm(text) : parseJsonObject(text);
}
