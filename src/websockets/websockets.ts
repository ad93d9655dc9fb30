import type { ExecutionContext } from '@nestjs/common';
import type { StytchTransport } from '../lib/index.js';
import { LimitedLog, requireFactoryOptions, systemClock, withDefaults } from '../lib/internal.js';
import { Connections } from './connections.js';
import { messageRefusal } from './message-refusal.js';
import { SocketSessions } from './socket-sessions.js';
import { webSocketsOptions, type WebSocketsOptions } from './websockets.options.js';

export type { WebSocketsOptions };

/**
 * Makes `@Protected()` and the other decorators work for the messages of gateways, on ws and socket.io.
 *
 * The gateway calls `SocketSessions.admit()` in `handleConnection`. Messages on a socket that was not admitted have no
 * credentials, and a handler that needs some refuses them. The client of a refused message gets the event `exception`,
 * whose data has `status`, `code` and `message`.
 *
 * @example
 * ```ts
 * StytchModule.forRootAsync({ ...stytchConfig.asProvider(), transports: [websockets()] });
 * ```
 * @throws {StytchOptionsError} for options that are not valid
 */
export function websockets(options: WebSocketsOptions = {}): StytchTransport {
  requireFactoryOptions(options, webSocketsOptions);
  const connections = new Connections(withDefaults(options, webSocketsOptions));
  const log = new LimitedLog(systemClock);
  return {
    contextType: 'ws',
    providers: [{ provide: Connections, useValue: connections }, SocketSessions],
    callOf(context) {
      const target = clientOf(context);
      return { ...(connections.credentialsOf(target) ?? noCredentials), target };
    },
    toError(refusal, context) {
      if (!connections.has(clientOf(context))) log.log('warn', neverAdmitted(context));
      return messageRefusal(refusal, context);
    },
  };
}

const clientOf = (context: ExecutionContext): object => context.switchToWs().getClient<object>();

/** A request without credentials and without an address, so that the guard requires them as it would of a request. */
const noCredentials = { request: { method: 'GET', url: '/', headers: {}, socket: {}, on: () => undefined } };

const neverAdmitted = (context: ExecutionContext): string =>
  `A message to ${context.getClass().name} was refused, because its socket was never admitted. Call SocketSessions.admit(client, request) in handleConnection of that gateway.`;
