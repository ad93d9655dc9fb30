import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { httpExchangeOf } from '../http/http-exchange.js';
import type { Client } from '../identity/client.js';
import { clientOf } from './attached-principal.js';

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
    const exchange = httpExchangeOf(context);
    return exchange && clientOf(exchange.request);
  },
);
