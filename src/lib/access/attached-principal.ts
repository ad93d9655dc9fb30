import type { Client } from '../identity/client.js';
import { isSession, type Principal } from '../identity/principal.js';
import type { Session } from '../identity/session.js';

/**
 * A symbol, so that no other property of the request is overwritten or mistaken for a session. It is
 * registered globally because an application may load both builds (ESM and CommonJS) of this package.
 */
const attached = Symbol.for('nestjs-stytch:principal');

type WithPrincipal = object & { [attached]?: Principal };

/** @param target a request of Node, or an argument of a handler */
export function attachPrincipal(target: object, principal: Principal): void {
  (target as WithPrincipal)[attached] = principal;
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

/**
 * What is attached to one of the arguments of a handler. What a client sent has no symbols as keys. The last
 * argument is asked first: those of a call alone come after those that several share.
 */
export function principalOfArguments(args: readonly unknown[]): Principal | undefined {
  for (const argument of args.toReversed()) {
    const principal =
      typeof argument === 'object' && argument !== null ? (argument as WithPrincipal)[attached] : undefined;
    if (principal !== undefined) return principal;
  }
  return undefined;
}

/** Fastify exposes the request of Node as `raw`. */
const rawOf = (request: object): WithPrincipal => (request as { raw?: object }).raw ?? request;

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
