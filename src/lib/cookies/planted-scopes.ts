import { isIP } from 'node:net';

/** Which cookies a Set-Cookie header with the same name addresses: a cookie is identified by all three. */
export interface CookieScope {
  readonly domain: string;
  readonly path: string;
}

/** With two names, 20 Set-Cookie headers: 3 KB, which proxies accept. */
const maxScopes = 10;
const maxPathLength = 100;

/**
 * The domains and paths with which other hosts of a site can plant a cookie for a page: the host itself,
 * which a subdomain of it may name, and each parent domain; `/` and each prefix of the page's path. The
 * most likely come first; the number is bounded. A cookie of the host only is never among them.
 *
 * @param except a domain that is left out
 */
export function plantedScopes(host: string, target: string, except?: string): CookieScope[] {
  const domains = domainsOf(host).filter((domain) => domain !== except);
  return pathsOf(target)
    .flatMap((path) => domains.map((domain) => ({ domain, path })))
    .slice(0, maxScopes);
}

/**
 * The host and its parents. Names without a dot and IP addresses are left out: browsers take such a
 * `Domain`, if it is the host itself, for that of a cookie of the host only.
 */
function domainsOf(host: string): string[] {
  // In a URL an IPv6 address has brackets.
  if (isIP(host) !== 0 || host.startsWith('[')) return [];
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/** A path matches a cookie path with or without the slash at its end (RFC 6265 section 5.1.4). */
function pathsOf(target: string): string[] {
  const [path = ''] = /^\/[^?#]*/.exec(target) ?? [];
  const paths = new Set(['/']);
  for (let slash = path.indexOf('/', 1); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    paths.add(path.slice(0, slash)).add(path.slice(0, slash + 1));
  }
  paths.add(path);
  return [...paths].filter((one) => cookiePath.test(one) && one.length <= maxPathLength);
}

/** What an attribute of Set-Cookie can hold: printable ASCII without a semicolon. */
const cookiePath = /^\/[!-:=-~]*$/;
