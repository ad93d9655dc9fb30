import { UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { Alternative } from './alternative.js';

/** The cost of a guard in Nest itself. */
export function emptyGuard(): Alternative {
  const guard: CanActivate = { canActivate: () => true };
  return { providers: [{ provide: APP_GUARD, useValue: guard }] };
}

/** One guard bound globally and one at the controller, as with `@Protected()`. */
export const twoEmptyGuards = (): Alternative => ({
  ...emptyGuard(),
  controllerDecorator: UseGuards({ canActivate: () => true }),
});

const attached = Symbol('cookie');

/**
 * What every guard of this kind does, without verifying anything: it reads the Cookie header, attaches a value to
 * the request, and sets the two headers that keep the response out of shared caches.
 */
export const guardThatVerifiesNothing = (): Alternative => ({
  providers: [
    {
      provide: APP_GUARD,
      inject: [HttpAdapterHost],
      useFactory: ({ httpAdapter }: HttpAdapterHost): CanActivate => ({
        canActivate(context: ExecutionContext) {
          const wrapped = context.getArgByIndex<WrappedRequest>(0);
          const request = wrapped.raw ?? wrapped;
          request[attached] = request.headers.cookie;
          const response = context.getArgByIndex<unknown>(1);
          httpAdapter.setHeader(response, 'cache-control', 'private');
          httpAdapter.setHeader(response, 'vary', 'Cookie');
          return true;
        },
      }),
    },
  ],
  controllerDecorator: UseGuards({ canActivate: () => true }),
});

/** Fastify wraps Node's request, Express extends it. */
type WrappedRequest = IncomingMessage & { raw?: WrappedRequest; [attached]?: string | undefined };
