import { parseCookie } from 'cookie';
import type { IncomingMessage } from 'node:http';
import { jwtCookie } from './alternative.js';

/** How an application without cookie-parser reads a cookie. Express's request, Fastify's or Node's. */
export function sessionCookieOf(request: Pick<IncomingMessage, 'headers'>): string | null {
  return parseCookie(request.headers.cookie ?? '')[jwtCookie] ?? null;
}
