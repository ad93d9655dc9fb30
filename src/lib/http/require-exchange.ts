import { httpExchange, type HttpExchange } from './http-exchange.js';

/** The exchange behind what a controller was handed. */
export function requireExchange(platformRequest: unknown, platformResponse: unknown): HttpExchange {
  const exchange = httpExchange(platformRequest, platformResponse);
  if (exchange === undefined) throw new TypeError('Pass the request and the response of Express or Fastify.');
  return exchange;
}

/** The address of the person as the platform tells it, by its own setting for trusted proxies. */
export function ipOf(platformRequest: unknown): string | undefined {
  const { ip, socket } = platformRequest as { ip?: unknown; socket?: { remoteAddress?: string } };
  return typeof ip === 'string' ? ip : socket?.remoteAddress;
}
