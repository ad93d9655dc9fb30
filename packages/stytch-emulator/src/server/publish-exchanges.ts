import { channel } from 'node:diagnostics_channel';
import { type HonoRequest, type MiddlewareHandler } from 'hono';
import { type EmulatorEnv } from '../wire/env.js';

/** A request of the API and the response of the emulator, without the effect of injected faults. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether an SDK of Stytch sent the request, of a backend or of a browser. */
  readonly isFromSdk: boolean;
  readonly requestBody: string;
  readonly status: number;
  readonly responseBody: string;
}

const exchanges = channel('stytch-emulator:exchange');

/** Publishes each exchange to subscribers in this process: the tests check them against Stytch's OpenAPI document. */
export const publishExchanges: MiddlewareHandler<EmulatorEnv> = async (c, next) => {
  await next();
  if (!exchanges.hasSubscribers) return;
  exchanges.publish({
    method: c.req.method,
    path: c.req.path,
    query: c.req.query(),
    isFromSdk: isFromSdk(c.req),
    requestBody: c.get('body'),
    status: c.res.status,
    responseBody: await c.res.clone().text(),
  } satisfies Exchange);
};

function isFromSdk(request: HonoRequest): boolean {
  return (
    (request.header('user-agent') ?? '').startsWith('Stytch ') || request.header('x-sdk-client') !== undefined
  );
}
