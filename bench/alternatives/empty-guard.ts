import { UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { jwtCookie, type Alternative } from './alternative.js';

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

/**
 * What every guard of this kind does, without verifying anything: it reads the Cookie header, attaches a value to
 * the request, and sets the two headers that keep the response out of shared caches.
 */
export const guardThatVerifiesNothing = (): Alternative => guardThatAttaches((cookie) => cookie);

/**
 * The least that a guard with a cache has to do for a token seen before: find it in the Cookie header, look it up in a
 * map and compare its expiry. It refuses nobody.
 */
export function guardThatFindsTokens(): Alternative {
  const verified = new Map<string, { readonly token: string; readonly expiresAtMs: number }>();
  return guardThatAttaches((cookie) => {
    const from = cookie.indexOf(`${jwtCookie}=`) + jwtCookie.length + 1;
    const to = cookie.indexOf(';', from);
    const token = cookie.slice(from, to === -1 ? cookie.length : to);
    const key = token.slice(-32);
    const found = verified.get(key);
    if (found?.token === token && Date.now() < found.expiresAtMs) return found;
    verified.set(key, { token, expiresAtMs: Date.now() + 300_000 });
    return undefined;
  });
}

const attached = Symbol('attached');

function guardThatAttaches(valueOf: (cookie: string) => unknown): Alternative {
  return {
    providers: [
      {
        provide: APP_GUARD,
        inject: [HttpAdapterHost],
        useFactory: ({ httpAdapter }: HttpAdapterHost): CanActivate => ({
          canActivate(context: ExecutionContext) {
            const wrapped = context.getArgByIndex<WrappedRequest>(0);
            const request = wrapped.raw ?? wrapped;
            request[attached] = valueOf(request.headers.cookie ?? '');
            const response = context.getArgByIndex<unknown>(1);
            httpAdapter.setHeader(response, 'cache-control', 'private');
            httpAdapter.setHeader(response, 'vary', 'Cookie');
            return true;
          },
        }),
      },
    ],
    controllerDecorator: UseGuards({ canActivate: () => true }),
  };
}

/** Fastify wraps Node's request, Express extends it. */
type WrappedRequest = IncomingMessage & { raw?: WrappedRequest; [attached]?: unknown };
