import { parseCookie } from 'cookie';
import type { IncomingMessage } from 'node:http';
import { jwtCookie } from './alternative.js';

/** Reads the session cookie without cookie-parser, from a request of Express, Fastify or Node. */
export function sessionCookieOf(request: Pick<IncomingMessage, 'headers'>): string | null {
  return parseCookie(request.headers.cookie ?? '')[jwtCookie] ?? null;
}
