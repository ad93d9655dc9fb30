import type { IncomingMessage } from 'node:http';
import type { Session } from '../identity/session.js';

/**
 * A symbol, so that no other property of the request is overwritten or mistaken for a session. It is
 * registered globally because an application may load both builds (ESM and CommonJS) of this package.
 */
const attached = Symbol.for('nestjs-stytch:session');

type WithSession = IncomingMessage & { [attached]?: Session };

export function attachSession(request: IncomingMessage, session: Session): void {
  (request as WithSession)[attached] = session;
}

/**
 * The session that the guard attached to a request, for interceptors, filters and loggers, which can't
 * use `@CurrentSession()`. Middleware runs before the guard.
 *
 * @param request the request of Node, Express or Fastify
 */
export function sessionOf(request: object): Session | undefined {
  const raw = (request as { raw?: WithSession }).raw ?? request;
  return (raw as WithSession)[attached];
}
