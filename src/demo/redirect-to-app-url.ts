import { type NextFunction, type Request, type Response } from 'express';

/**
 * To a browser localhost, 127.0.0.1 and [::1] are three sites, each with cookies of its own: a login
 * begun on one would end on the other without them. So there is one name, that of `appUrl`, and
 * requests on the others go there before any cookie is set.
 */
export function redirectToAppUrl(appUrl: string) {
  const { origin, host, hostname, port } = new URL(appUrl);

  return (request: Request, response: Response, next: NextFunction): void => {
    const asked = parseHost(request.headers.host);
    // Another port is a proxy's business: redirecting what it forwards would go round in circles.
    const isOtherName = asked !== undefined && asked.host !== host && asked.port === port;
    const isAddress = request.originalUrl.startsWith('/');
    if (isOtherName && isAddress && isLoopback(asked.hostname) && isLoopback(hostname)) {
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

const isLoopback = (hostname: string) =>
  /^(.+\.)?localhost$/.test(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]';
