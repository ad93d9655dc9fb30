import { type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** Whether Stytch's browser SDK calls the path from the application's pages. */
export const isBrowserPath = (path: string): boolean =>
  path.startsWith('/sdk/v1/') || /^\/v1\/(b2b\/)?public\/(oauth|sso)\/([^/]+\/)*start$/.test(path);

/** Without the headers of the CORS protocol, a page would not see that an operation is not implemented. */
export const corsForBrowserPaths: MiddlewareHandler = (c, next) =>
  isBrowserPath(c.req.path) ? allowAnyOrigin(c, next) : next();

const allowAnyOrigin = cors({ origin: (origin) => origin, credentials: true });
