import { setTimeout as delay } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, type MiddlewareHandler, type Next } from 'hono';
import { type EmulatorEnv } from '../../wire/env.js';
import { type FaultEffect } from './fault.js';
import { type Faults } from './faults.js';

/** Middleware that injects the first matching fault. */
export function applyFault(faults: Faults): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const fault = faults.take(c.req.method, c.req.path);
    return fault ? inject(fault, c, next) : next();
  };
}

async function inject(
  fault: FaultEffect,
  c: Context<EmulatorEnv>,
  next: Next,
): Promise<Response | undefined> {
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
      c.res = await withBodyStream(c.res, stall);
      return undefined;
    case 'drip':
      await next();
      c.res = await withBodyStream(c.res, (body) => drip(body, fault.ms));
      return undefined;
  }
}

function mayHaveBody(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** The same response with its Content-Length, whose body is sent by another stream. */
async function withBodyStream(
  response: Response,
  toStream: (body: Uint8Array<ArrayBuffer>) => ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('content-length', String(body.length));
  return new Response(toStream(body), { status: response.status, headers });
}

function stall(body: Uint8Array<ArrayBuffer>) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(body.subarray(0, Math.floor(body.length / 2)));
    },
  });
}

function drip(body: Uint8Array<ArrayBuffer>, ms: number) {
  let position = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (position > 0) await delay(ms);
      controller.enqueue(body.subarray(position, position + 1));
      position += 1;
      if (position >= body.length) controller.close();
    },
  });
}
