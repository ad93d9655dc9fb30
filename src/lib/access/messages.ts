import type { ExecutionContext } from '@nestjs/common';
import { requireFactoryOptions } from '../options/check-options.js';
import type { OptionDefinitions } from '../options/option-definition.js';
import { functionValue } from '../options/value-checks.js';
import type { StytchTransport } from '../ports/transport.js';

/** What {@link messages} needs. */
export interface MessagesOptions {
  /**
   * Returns the token that came with a message: a session JWT, or an access token of an M2M client or a connected
   * app. Anything but a string counts as none: a protected handler then refuses with `token_missing`.
   */
  readonly credentialsOf: (context: ExecutionContext) => unknown;
}

const messagesOptions = {
  credentialsOf: {
    ...functionValue,
    required: true,
    fix: 'Pass a function that finds the token of a message.',
  },
} satisfies OptionDefinitions<MessagesOptions>;

/**
 * Makes `@Protected()` work for message and event patterns of `@nestjs/microservices`. A message has no cookies,
 * so its handler has to accept tokens: `@Protected({ credentials: ['m2m'] })`. A refusal is an `RpcException` with
 * `status`, `code` and `message`; nobody learns of the refusal of an event.
 *
 * @example
 * ```ts
 * messages({ credentialsOf: (context) => context.switchToRpc().getData<{ token?: unknown } | undefined>()?.token });
 * ```
 * @throws {StytchOptionsError} for options that are not valid
 */
export function messages(options: MessagesOptions): StytchTransport {
  requireFactoryOptions(options, messagesOptions);
  return {
    contextType: 'rpc',
    credentials: ['bearer', 'm2m', 'connected-app'],
    callOf(context) {
      const token = options.credentialsOf(context);
      return {
        bearerToken: typeof token === 'string' ? token : '',
        target: context.switchToRpc().getContext<object>(),
      };
    },
  };
}
