import { type MiddlewareHandler } from 'hono';
import { type EmulatorClock } from '../clock.js';
import { type RequestLog } from '../request-log.js';
import { type EmulatorEnv } from '../server/env.js';
import { parseJsonObject } from './json.js';

/** Notes every request when it arrives, and its status when it is answered. */
export function recordRequests(requests: RequestLog, clock: EmulatorClock): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const answered = requests.record({
      method: c.req.method,
      path: c.req.path,
      query: c.req.query(),
      atMs: clock.nowMs(),
      body: parseJsonObject(c.get('body')) ?? null,
      headers: c.req.header(),
    });
    await next();
    // A fault may have cut the connection: then nothing was answered.
    if (!c.env.incoming.socket.destroyed) answered(c.res.status);
  };
}
