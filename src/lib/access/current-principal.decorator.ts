import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf } from '../http/http-exchange.js';
import type { Principal } from '../identity/principal.js';
import { principalOf, principalOfArguments } from './attached-principal.js';

/**
 * Injects what the request was authenticated as, for handlers that accept several kinds of credentials: a
 * session or a client, told apart by `kind`.
 *
 * @example
 * ```ts
 * @Protected({ credentials: ['cookie', 'm2m'] })
 * @Get('documents')
 * list(@CurrentPrincipal() principal: Principal) {
 *   return principal.kind === 'user' ? this.documents.of(principal.userId) : this.documents.shared();
 * }
 * ```
 */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined => principalOfContext(context),
);

/** What a call to a handler was authenticated as, whatever its transport. */
export function principalOfContext(context: ExecutionContext): Principal | undefined {
  if (context.getType() !== 'http') return principalOfArguments(context.getArgs());
  const exchange = httpExchangeOf(context);
  return exchange && principalOf(exchange.request);
}
