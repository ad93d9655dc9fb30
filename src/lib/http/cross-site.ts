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
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  options: Pick<ResolvedOptions, 'appUrl' | 'trustedOrigins'>,
): boolean {
  return changesState(request) && isFromAnotherSite(request, options);
}

export const changesState = ({ method }: Pick<IncomingMessage, 'method'>): boolean =>
  !safeMethods.has(method ?? '');

export function isFromAnotherSite(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { appUrl, trustedOrigins }: Pick<ResolvedOptions, 'appUrl' | 'trustedOrigins'>,
): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site === 'same-origin' || site === 'none') return false;
  if (site === undefined && origin === undefined) return false;
  // The origin "null" (sandboxed frames, pages without a referrer) identifies no site.
  return origin !== appUrl && !trustedOrigins.has(origin ?? '');
}
