import type { ExecutionContext } from '@nestjs/common';
import { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response as Node has them, under Express and Fastify alike. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /**
   * The response as the platform has it. Headers are set here: Fastify keeps its own beside Node's,
   * and its own win.
   */
  readonly platformResponse: PlatformResponse;
}

/** What Express's response and Fastify's reply have in common. */
export interface PlatformResponse {
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
  if (
    platformRequest instanceof IncomingMessage &&
    platformResponse instanceof ServerResponse &&
    isPlatformResponse(platformResponse)
  ) {
    return { request: platformRequest, response: platformResponse, platformResponse };
  }
  const request = underneath(platformRequest);
  const response = underneath(platformResponse);
  return isRequest(request) && isResponse(response) && isPlatformResponse(platformResponse)
    ? { request, response, platformResponse }
    : undefined;
}

/** Fastify wraps Node's objects and keeps them as `raw`; Express extends them. */
function underneath(wrapped: unknown): unknown {
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

function isPlatformResponse(value: unknown): value is PlatformResponse {
  const response = value as Partial<PlatformResponse> | null | undefined;
  return typeof response?.getHeader === 'function' && typeof response.header === 'function';
}
