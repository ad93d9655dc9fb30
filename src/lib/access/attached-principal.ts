import type { IncomingMessage } from 'node:http';
import type { Client } from '../identity/client.js';
import { isSession, type Principal } from '../identity/principal.js';
import type { Session } from '../identity/session.js';

/**
 * A symbol, so that no other property of the request is overwritten or mistaken for a session. It is
 * registered globally because an application may load both builds (ESM and CommonJS) of this package.
 */
const attached = Symbol.for('nestjs-stytch:principal');

type WithPrincipal = IncomingMessage & { [attached]?: Principal };

export function attachPrincipal(request: IncomingMessage, principal: Principal): void {
  (request as WithPrincipal)[attached] = principal;
}

/**
 * Attaches a session to a request, so that `@CurrentSession()`, `@CurrentPrincipal()` and {@link sessionOf}
 * return it: for a guard of the application in place of `@Protected()`.
 *
 * @param request the request of Node, Express or Fastify
 * @param session of `StytchSessions.authenticate()`
 */
export function attachSession(request: object, session: Session): void {
  attachPrincipal(rawOf(request), session);
}

/**
 * What the guard authenticated a request as, for interceptors, filters and loggers, which can't use
 * `@CurrentPrincipal()`. Middleware runs before the guard.
 *
 * @param request the request of Node, Express or Fastify
 */
export function principalOf(request: object): Principal | undefined {
  return rawOf(request)[attached];
}

/** Fastify exposes the request of Node as `raw`. */
const rawOf = (request: object): WithPrincipal =>
  ((request as { raw?: object }).raw ?? request) as WithPrincipal;

/** {@link principalOf} if it is a session. */
export function sessionOf(request: object): Session | undefined {
  const principal = principalOf(request);
  return principal !== undefined && isSession(principal) ? principal : undefined;
}

/** {@link principalOf} if it is a client. */
export function clientOf(request: object): Client | undefined {
  const principal = principalOf(request);
  return principal === undefined || isSession(principal) ? undefined : principal;
}
