import type { ExecutionContext } from '@nestjs/common';
import type { StytchTransport } from '../ports/transport.js';

/** What {@link messages} needs. */
export interface MessagesOptions {
  /**
   * Returns the token that came with a message: a session JWT, or an access token of an M2M client or a connected
   * app. Anything but a string counts as none: a protected handler then refuses with `token_missing`.
   */
  readonly credentialsOf: (context: ExecutionContext) => unknown;
}

/**
 * Makes `@Protected()` work for message and event patterns of `@nestjs/microservices`. A message has no cookies,
 * so its handler has to accept tokens: `@Protected({ credentials: ['m2m'] })`. A refusal is an `RpcException` with
 * `status`, `code` and `message`; nobody learns of the refusal of an event.
 *
 * @example
 * ```ts
 * messages({ credentialsOf: (context) => context.switchToRpc().getData<{ token?: unknown }>().token });
 * ```
 */
export const messages = ({ credentialsOf }: MessagesOptions): StytchTransport => ({
  contextType: 'rpc',
  credentials: ['bearer', 'm2m', 'connected-app'],
  callOf(context) {
    const token = credentialsOf(context);
    return {
      bearerToken: typeof token === 'string' ? token : '',
      target: context.switchToRpc().getContext<object>(),
    };
  },
});
