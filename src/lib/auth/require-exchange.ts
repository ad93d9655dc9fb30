import { httpExchange, type HttpExchange } from '../cookies/http-exchange.js';

/** The exchange behind what a controller was handed. */
export function requireExchange(platformRequest: unknown, platformResponse: unknown): HttpExchange {
  const exchange = httpExchange(platformRequest, platformResponse);
  if (exchange === undefined) throw new TypeError('Pass the request and the response of Express or Fastify.');
  return exchange;
}
