import { type MiddlewareHandler } from 'hono';
import { ApiError } from '../wire/api-error.js';
import { isLoopback } from '../wire/loopback.js';

export interface ForeignRequestRules {
  /** Allowed host names besides loopback names. */
  hosts: readonly string[];
  /** Pages that other sites may link to. */
  linkedPages: readonly string[];
  /** Targets of links in emails, which may be opened from a webmail site. */
  linkTargets: readonly string[];
  /** Whether pages of all sites may call the path. */
  isOpen: (path: string) => boolean;
}

/**
 * Rejects requests from web pages of other sites. The Host check prevents DNS rebinding, where a foreign
 * name resolves to this machine. The check of Sec-Fetch-Site, or of Origin in browsers without it, also rejects
 * pages on other ports.
 */
export function rejectForeignRequests(rules: ForeignRequestRules): MiddlewareHandler {
  const hosts = rules.hosts.map((host) => host.toLowerCase());
  return (c, next) => {
    if (!isAllowedHost(c.req.header('host') ?? '', hosts)) {
      throw new ApiError(
        403,
        'emulator_host_refused',
        'The Host header must be a loopback name, or a host that the emulator was started with.',
      );
    }
    if (!isOwnPage(c.req) && !isAllowedNavigation(c.req, rules) && !rules.isOpen(c.req.path)) {
      throw new ApiError(
        403,
        'emulator_cross_site_refused',
        'The emulator does not accept requests from pages of other sites.',
      );
    }
    return next();
  };
}

function isAllowedHost(host: string, hosts: readonly string[]): boolean {
  const [, hostname = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]/@]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  return isLoopback(hostname) || hosts.includes(hostname.toLowerCase());
}

interface PageRequest {
  method: string;
  path: string;
  header(name: string): string | undefined;
}

/** Whether a page of the emulator sent the request, or no page. */
function isOwnPage(request: PageRequest): boolean {
  const site = request.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = request.header('origin');
  return (
    origin === undefined || origin.toLowerCase() === `http://${request.header('host') ?? ''}`.toLowerCase()
  );
}

/**
 * Following a link from another site is safe: it changes nothing, and the pages cannot be framed, so the
 * other site cannot read them.
 */
function isAllowedNavigation(
  request: PageRequest,
  { linkedPages, linkTargets }: ForeignRequestRules,
): boolean {
  const isNavigation =
    request.header('sec-fetch-mode') === 'navigate' && request.header('sec-fetch-dest') === 'document';
  return (
    request.method === 'GET' &&
    (linkTargets.includes(request.path) || (isNavigation && linkedPages.includes(request.path)))
  );
}
