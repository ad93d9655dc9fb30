import type { ExecutionContext } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { Refusal } from '../lib/index.js';
import { errorOf, isWsClient } from './socket.js';

/** The errors that are sent for refused messages: those of other exceptions are left to Nest. */
const errors = new WeakSet<object>();
const listening = new WeakSet<object>();

/**
 * The exception for a refused message, of which the client gets an event `exception`, in Nest's form. A client of socket.io that
 * waits for an acknowledgement gets the same, since Nest calls it for results only.
 */
export function messageRefusal(refusal: Refusal, context: ExecutionContext): WsException {
  const error = errorOf(refusal);
  errors.add(error);
  const [client, , ...others] = context.getArgs<[object, ...unknown[]]>();
  sendErrorsTo(client);
  const acknowledge = others.find((argument) => typeof argument === 'function');
  acknowledge?.(error);
  return new WsException(error);
}

/** Nest 11 emits exceptions on the client of ws itself, where nobody listens. Nest 12 sends them. */
function sendErrorsTo(client: object): void {
  if (!isWsClient(client) || listening.has(client)) return;
  listening.add(client);
  client.on('exception', (error) => {
    if (errors.has(error as object)) client.send(JSON.stringify({ event: 'exception', data: error }));
  });
}
