import type { ArgumentsHost } from '@nestjs/common';
import { IncomingMessage, ServerResponse } from 'node:http';

/** A request and its response, the same under Express and Fastify. Unwrapped once per request. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where to set headers. Fastify stores headers separately, and they override those of Node's response. */
  readonly headers: ResponseHeaders;
  /** The request of Express or Fastify, for hooks of the application. */
  readonly platformRequest: unknown;
  /** The response of Express or Fastify, for Nest's HTTP adapter. */
  readonly platformResponse: unknown;
  /** The client's IP address according to the platform's setting for trusted proxies. */
  readonly clientIp: string | undefined;
}

/** The part of an exchange that identifies the client. */
export type HttpClient = Pick<HttpExchange, 'request' | 'clientIp'>;

export interface ResponseHeaders {
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string): unknown;
}

/** The part of Fastify's reply that is used here. */
interface FastifyReply {
  getHeader(name: string): number | string | string[] | undefined;
  header(name: string, value: string): unknown;
}

/**
 * The HTTP exchange of a handler, or `undefined` if it was not called over HTTP. Handlers made with
 * Nest's `ExternalContextCreator` may have a context of type `http` and no request, so the arguments
 * are checked too.
 */
export function httpExchangeOf(context: ArgumentsHost): HttpExchange | undefined {
  if (context.getType() !== 'http') return undefined;
  // switchToHttp() would create three functions.
  return httpExchange(context.getArgByIndex(0), context.getArgByIndex(1));
}

/**
 * The HTTP exchange of a request and response of Express or Fastify.
 * @throws {TypeError} for anything else
 */
export function requireExchange(platformRequest: unknown, platformResponse: unknown): HttpExchange {
  const exchange = httpExchange(platformRequest, platformResponse);
  if (exchange === undefined) throw new TypeError('Pass the request and response of Express or Fastify.');
  return exchange;
}

/** Like {@link requireExchange}, for a guard or filter of an HTTP controller. */
export function requireExchangeOf(host: ArgumentsHost): HttpExchange {
  return requireExchange(host.getArgByIndex(0), host.getArgByIndex(1));
}

export function httpExchange(platformRequest: unknown, platformResponse: unknown): HttpExchange | undefined {
  // Express gives each of Node's objects a new prototype, which makes property access slow on Node 20.
  // So the class is checked first, and the shape only if that fails.
  if (platformRequest instanceof IncomingMessage && isNodeResponse(platformResponse)) {
    return new PlatformExchange(
      platformRequest,
      platformResponse,
      platformResponse,
      platformRequest,
      platformResponse,
    );
  }
  const request = unwrap(platformRequest);
  const response = unwrap(platformResponse);
  if (!isRequest(request) || !isResponse(response)) return undefined;
  const headers = platformResponse === response ? response : replyHeaders(platformResponse);
  return headers && new PlatformExchange(request, response, headers, platformRequest, platformResponse);
}

/**
 * The client of a request of Node, Express or Fastify; `undefined` for anything else. A request has methods:
 * an object that a client sent has none, so its `ip` and `headers` are not mistaken for those of a request.
 */
export function httpClientOf(platformRequest: unknown): HttpClient | undefined {
  const request = unwrap(platformRequest);
  if (!isRequest(request) || typeof request.on !== 'function') return undefined;
  return {
    request,
    get clientIp() {
      return clientIpOf(platformRequest, request);
    },
  };
}

class PlatformExchange implements HttpExchange {
  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly headers: ResponseHeaders,
    readonly platformRequest: unknown,
    readonly platformResponse: unknown,
  ) {}

  /** Computed on demand: Express parses X-Forwarded-For for it. */
  get clientIp(): string | undefined {
    return clientIpOf(this.platformRequest, this.request);
  }
}

function clientIpOf(platformRequest: unknown, request: IncomingMessage): string | undefined {
  const { ip } = platformRequest as { ip?: unknown };
  return typeof ip === 'string' ? ip : request.socket.remoteAddress;
}

const isNodeResponse = (response: unknown): response is ServerResponse => response instanceof ServerResponse;

/** Fastify wraps Node's objects and exposes them as `raw`; Express extends them. */
function unwrap(wrapped: unknown): unknown {
  return (wrapped as { raw?: unknown } | null | undefined)?.raw ?? wrapped;
}

/** Checks the shape, not the class: test tools inject requests that are not an IncomingMessage. */
function isRequest(value: unknown): value is IncomingMessage {
  const request = value as Partial<IncomingMessage> | null | undefined;
  return typeof request?.method === 'string' && typeof request.headers === 'object';
}

function isResponse(value: unknown): value is ServerResponse {
  const response = value as Partial<ServerResponse> | null | undefined;
  return typeof response?.setHeader === 'function' && typeof response.writeHead === 'function';
}

function replyHeaders(platformResponse: unknown): ResponseHeaders | undefined {
  const reply = platformResponse as Partial<FastifyReply> | null | undefined;
  const isReply = typeof reply?.getHeader === 'function' && typeof reply.header === 'function';
  return isReply ? new FastifyReplyHeaders(reply as FastifyReply) : undefined;
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
