import type { IncomingMessage } from 'node:http';
import type { ResolvedOptions } from '../options/resolve-options.js';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something was sent by a page that has no business to. Browsers
 * attach the cookies whoever asks; what tells the asker is Sec-Fetch-Site (W3C Fetch Metadata) and,
 * from browsers without it, Origin. A request with neither comes from no browser and passes.
 */
export function isCrossSiteRequest(request: IncomingMessage, options: ResolvedOptions): boolean {
  if (safeMethods.has(request.method ?? '')) return false;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site === 'same-origin' || site === 'none') return false;
  if (site === undefined && origin === undefined) return false;
  // An origin of "null" (sandboxed frames, no-referrer pages) is nobody in particular.
  return origin !== options.appUrl && !options.trustedOrigins.has(origin ?? '');
}
