import type { ExecutionContext } from '@nestjs/common';
import { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response as Node has them, under Express and Fastify alike. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where headers are set: Fastify keeps its own beside Node's, and its own win. */
  readonly headers: ResponseHeaders;
}

export interface ResponseHeaders {
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string): unknown;
}

/** As much of Fastify's reply as is used here. */
interface FastifyReply {
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: string): unknown;
}

/**
 * The HTTP exchange behind a handler; `undefined` where there is none. Handlers made with Nest's
 * ExternalContextCreator may call their context `http` and hold no request, so the arguments are
 * looked at, not the name alone.
 */
export function httpExchangeOf(context: ExecutionContext): HttpExchange | undefined {
  if (context.getType() !== 'http') return undefined;
  const http = context.switchToHttp();
  return httpExchange(http.getRequest(), http.getResponse());
}

/** The same from a controller's own request and response. */
export function httpExchange(platformRequest: unknown, platformResponse: unknown): HttpExchange | undefined {
  // Express's objects are Node's own, each with a prototype put in place for it, which makes every
  // look at a property slow: so their class is asked first, and their shape only where that is no answer.
  if (platformRequest instanceof IncomingMessage && isNodeResponse(platformResponse)) {
    return { request: platformRequest, response: platformResponse, headers: platformResponse };
  }
  const request = unwrap(platformRequest);
  const response = unwrap(platformResponse);
  if (!isRequest(request) || !isResponse(response)) return undefined;
  if (platformResponse === response) return { request, response, headers: response };
  return isReply(platformResponse)
    ? { request, response, headers: new FastifyReplyHeaders(platformResponse) }
    : undefined;
}

const isNodeResponse = (response: unknown): response is ServerResponse => response instanceof ServerResponse;

/** Fastify wraps Node's objects and keeps them as `raw`; Express extends them. */
function unwrap(wrapped: unknown): unknown {
  return (wrapped as { raw?: unknown } | null | undefined)?.raw ?? wrapped;
}

/** By shape, not by class: test harnesses inject requests that are no IncomingMessage. */
function isRequest(value: unknown): value is IncomingMessage {
  const request = value as Partial<IncomingMessage> | null | undefined;
  return typeof request?.method === 'string' && typeof request.headers === 'object';
}

function isResponse(value: unknown): value is ServerResponse {
  const response = value as Partial<ServerResponse> | null | undefined;
  return typeof response?.setHeader === 'function' && typeof response.writeHead === 'function';
}

function isReply(value: unknown): value is FastifyReply {
  const reply = value as Partial<FastifyReply> | null | undefined;
  return typeof reply?.getHeader === 'function' && typeof reply.header === 'function';
}

class FastifyReplyHeaders implements ResponseHeaders {
  constructor(private readonly reply: FastifyReply) {}

  getHeader(name: string): number | string | string[] | undefined {
    return this.reply.getHeader(name);
  }

  setHeader(name: string, value: string): void {
    this.reply.header(name, value);
  }
}
