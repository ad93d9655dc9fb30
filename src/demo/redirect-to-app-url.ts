import { type NextFunction, type Request, type Response } from 'express';
import { isLoopback } from './is-loopback.js';

/**
 * Redirects requests with another loopback name to `appUrl`. Browsers store separate cookies for localhost,
 * 127.0.0.1 and [::1], so a sign-in that starts on one of them could not be completed on another.
 */
export function redirectToAppUrl(appUrl: string) {
  const { origin, host, hostname, port } = new URL(appUrl);

  return (request: Request, response: Response, next: NextFunction): void => {
    const requested = parseHost(request.headers.host);
    // Another port belongs to a proxy; redirecting what it forwards would cause a loop.
    const isOtherName = requested !== undefined && requested.host !== host && requested.port === port;
    const isPath = request.originalUrl.startsWith('/');
    if (isOtherName && isPath && isLoopback(requested.hostname) && isLoopback(hostname)) {
      response.setHeader('cache-control', 'no-store');
      // 307 keeps method and body (RFC 9110 section 15.4.8).
      response.redirect(307, origin + request.originalUrl);
    } else {
      next();
    }
  };
}

function parseHost(host: string | undefined): URL | undefined {
  const address = `http://${host ?? ''}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}
