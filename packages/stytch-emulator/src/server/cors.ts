import { type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** What Stytch's browser SDK calls from the application's pages. */
export const browserPaths: readonly string[] = ['/sdk/v1/*', '/v1/public/oauth/:provider/start'];

export const isBrowserPath = (path: string): boolean =>
  path.startsWith('/sdk/v1/') || /^\/v1\/public\/oauth\/[^/]+\/start$/.test(path);

/** Without the headers of the CORS protocol, a page would not see that an operation is not implemented. */
export const allowAnyOrigin: MiddlewareHandler = cors({ origin: (origin) => origin, credentials: true });
