import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Client } from '../identity/client.js';
import { isSession } from '../identity/principal.js';
import { principalOfContext } from './current-principal.decorator.js';

/**
 * Injects the client of the request: an {@link M2MClient} with `@Protected({ credentials: ['m2m'] })`, a
 * {@link ConnectedApp} with `connected-app`, and `undefined` if the request has a session.
 *
 * @example
 * ```ts
 * @Protected({ credentials: ['m2m'] })
 * @RequireScopes('write:orders')
 * @Post('orders')
 * create(@CurrentClient() client: M2MClient) {
 *   return this.orders.create({ partner: client.clientId });
 * }
 * ```
 */
export const CurrentClient = createParamDecorator(
  (_: unknown, context: ExecutionContext): Client | undefined => {
    const principal = principalOfContext(context);
    return principal === undefined || isSession(principal) ? undefined : principal;
  },
);
