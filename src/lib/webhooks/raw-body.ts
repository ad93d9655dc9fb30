import type { HttpExchange } from '../http/http-exchange.js';

/**
 * The body of a request as it was received. Nest stores it with `rawBody: true`; a raw body parser of the
 * application leaves it as the body.
 */
export function rawBodyOf({ platformRequest }: HttpExchange): Uint8Array | undefined {
  const { rawBody, body } = platformRequest as { rawBody?: unknown; body?: unknown };
  return [rawBody, body].find((one) => one instanceof Uint8Array);
}
