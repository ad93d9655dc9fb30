import { type MiddlewareHandler } from 'hono';
import { ApiError } from '../api/api-error.js';
import { isLoopback } from './loopback.js';

/**
 * Keeps web pages from elsewhere out. The Host check stops a foreign name that resolves to this machine
 * (DNS rebinding), the Sec-Fetch-Site check stops requests from other sites, the pages of other ports included.
 *
 * @param hosts host names that were chosen explicitly and are welcome beside loopback names
 */
export function refuseStrangers(hosts: readonly string[]): MiddlewareHandler {
  return (c, next) => {
    if (!isKnownHost(c.req.header('host') ?? '', hosts)) {
      throw new ApiError(
        'emulator_host_refused',
        'The emulator answers on loopback names, and on the host it was started with.',
      );
    }
    if (!isOwnRequest(c.req.header('sec-fetch-site')) && !isWelcomeNavigation(c.req)) {
      throw new ApiError(
        'emulator_cross_site_refused',
        'The emulator answers no requests from pages of other sites.',
      );
    }
    return next();
  };
}

function isKnownHost(host: string, hosts: readonly string[]): boolean {
  const [, hostname = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]/@]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return isLoopback(hostname) || hosts.includes(hostname.toLowerCase());
}

function isOwnRequest(site: string | undefined): boolean {
  return site === undefined || site === 'same-origin' || site === 'none';
}

// Somebody clicks: the link in a mail, read anywhere, or a link to the inbox on the application's page.
// Neither changes anything, and a page that cannot be framed shows nothing to the site it was opened from.
function isWelcomeNavigation(request: {
  method: string;
  path: string;
  header(name: string): string | undefined;
}) {
  const isNavigation =
    request.header('sec-fetch-mode') === 'navigate' && request.header('sec-fetch-dest') === 'document';
  return (
    request.method === 'GET' &&
    (request.path === '/v1/magic_links/redirect' || (request.path === '/' && isNavigation))
  );
}
