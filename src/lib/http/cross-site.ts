import type { IncomingMessage } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a state-changing request was sent by a page of a site that is neither `appUrl` nor in
 * `trustedOrigins`. Browsers attach cookies to such requests. They identify the sender with
 * `Sec-Fetch-Site` (W3C Fetch Metadata), and older ones with `Origin`. A request with neither header
 * does not come from a browser and is accepted.
 */
export function isCrossSiteRequest(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  { appUrl, trustedOrigins }: Pick<ResolvedOptions, 'appUrl' | 'trustedOrigins'>,
): boolean {
  if (safeMethods.has(method ?? '')) return false;
  const { origin, 'sec-fetch-site': site } = headers;
  if (site === 'same-origin' || site === 'none') return false;
  if (site === undefined && origin === undefined) return false;
  // The origin "null" (sandboxed frames, pages without a referrer) identifies no site.
  return origin !== appUrl && !trustedOrigins.has(origin ?? '');
}
