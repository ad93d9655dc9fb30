import type { ResponseHeaders } from './http-exchange.js';

/** With a field name, as in `private="set-cookie"`, a directive is about that header only. */
const preventsSharedCaching = /(^|,)\s*(private|no-store|no-cache)\s*(,|$)/i;

/**
 * Marks a response as specific to one person, so that shared caches do not serve it to others. The headers are
 * set before the handler runs, so that the handler can override them. Middleware can't: what it sets is about
 * all routes, and often `public`.
 */
export function preventSharedCaching(headers: ResponseHeaders): void {
  const current = headers.getHeader('cache-control');
  if (current === undefined || !preventsSharedCaching.test(String(current)))
    headers.setHeader('cache-control', 'private');
  addToVary(headers, 'Cookie');
}

const isNamedInVary = {
  Cookie: /(^|,)\s*(\*|cookie)\s*(,|$)/i,
  Authorization: /(^|,)\s*(\*|authorization)\s*(,|$)/i,
};

/** States that the response depends on a header of the request. */
export function addToVary(headers: ResponseHeaders, name: keyof typeof isNamedInVary): void {
  const vary = headers.getHeader('vary');
  if (vary === undefined) headers.setHeader('vary', name);
  else if (!isNamedInVary[name].test(String(vary)))
    headers.setHeader('vary', `${[vary].flat().join(', ')}, ${name}`);
}
