import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { isSession } from '../identity/principal.js';
import type { Session } from '../identity/session.js';
import { principalOfContext } from './current-principal.decorator.js';

/**
 * Injects the session of the request with `@Protected()`, the session or `undefined` with
 * `@OptionalSession()`, and `undefined` otherwise. It is a {@link UserSession} with `StytchModule`, and a
 * {@link MemberSession} with `StytchB2BModule`.
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
  (_: unknown, context: ExecutionContext): Session | undefined => sessionOfContext(context),
);

/** The session of a call to a handler, whatever its transport. */
export function sessionOfContext(context: ExecutionContext): Session | undefined {
  const principal = principalOfContext(context);
  return principal !== undefined && isSession(principal) ? principal : undefined;
}
