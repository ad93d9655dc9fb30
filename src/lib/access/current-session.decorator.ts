import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf } from '../http/http-exchange.js';
import type { Session } from '../identity/session.js';
import { sessionOf } from './attached-principal.js';

/**
 * Injects the session of the request: a {@link UserSession} with `@Protected()`, a `UserSession` or
 * `undefined` with `@OptionalSession()`, and `undefined` otherwise.
 *
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentSession() session: UserSession) {
 *   return { userId: session.userId };
 * }
 * ```
 */
export const CurrentSession = createParamDecorator(
  (_: unknown, context: ExecutionContext): Session | undefined => {
    const exchange = httpExchangeOf(context);
    return exchange && sessionOf(exchange.request);
  },
);
