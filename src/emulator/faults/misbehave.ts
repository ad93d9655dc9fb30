import { setTimeout as delay } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, type MiddlewareHandler, type Next } from 'hono';
import { type Faults } from './faults.js';
import { type Misbehaviour } from './fault.js';
import { type EmulatorEnv } from '../server/env.js';

type EmulatorContext = Context<EmulatorEnv>;

/** Lets a request meet the fault that waits for it. */
export function misbehave(faults: Faults): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const fault = faults.take(c.req.method, c.req.path);
    return fault ? meet(fault, c, next) : next();
  };
}

async function meet(fault: Misbehaviour, c: EmulatorContext, next: Next): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'status':
      return new Response(mayHaveBody(fault.status) ? (fault.body ?? '') : null, {
        status: fault.status,
        headers: {
          ...(fault.contentType !== undefined && { 'content-type': fault.contentType }),
          ...fault.headers,
        },
      });
    case 'redirect':
      return new Response(null, { status: fault.status ?? 302, headers: { location: fault.to } });
    case 'hang':
      return new Promise(() => undefined);
    case 'reset':
      c.env.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    case 'delay':
      await delay(fault.ms);
      await next();
      return undefined;
    case 'stall-body':
      await next();
      c.res = await slowed(c.res, stalling);
      return undefined;
    case 'drip':
      await next();
      c.res = await slowed(c.res, (body) => dripping(body, fault.ms));
      return undefined;
  }
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** The same answer, complete with its length, whose body comes in another way. */
async function slowed(
  answer: Response,
  deliver: (body: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const body = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(body.length));
  return new Response(deliver(body), { status: answer.status, headers });
}

function stalling(body: Uint8Array<ArrayBuffer>) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(body.subarray(0, Math.floor(body.length / 2)));
    },
  });
}

function dripping(body: Uint8Array<ArrayBuffer>, ms: number) {
  let at = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at > 0) await delay(ms);
      controller.enqueue(body.subarray(at, at + 1));
      at += 1;
      if (at >= body.length) controller.close();
    },
  });
}
