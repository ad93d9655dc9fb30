import type { IncomingMessage } from 'node:http';
import type { Session } from '../identity/session.js';

/**
 * A symbol of our own, so that nothing else on the request is overwritten or taken for a session.
 * Registered, because an application may load both builds of this package.
 */
const attached = Symbol.for('nestjs-stytch:session');

type WithSession = IncomingMessage & { [attached]?: Session };

export function attachSession(request: IncomingMessage, session: Session): void {
  (request as WithSession)[attached] = session;
}

/**
 * The session the guard found for a request; for middleware, interceptors and loggers, where
 * `@CurrentSession()` cannot be written. Takes Node's request, Express's or Fastify's.
 */
export function sessionOf(request: object): Session | undefined {
  const raw = (request as { raw?: WithSession }).raw ?? request;
  return (raw as WithSession)[attached];
}
