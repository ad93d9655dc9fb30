import type { ResponseHeaders } from './http-exchange.js';

/**
 * What depends on a session is for one person: caches on the way must not keep it, and must tell
 * answers apart by Cookie. Set before the handler runs, so that a handler that says otherwise is
 * heard.
 */
export function preventSharedCaching(headers: ResponseHeaders): void {
  if (headers.getHeader('cache-control') === undefined) headers.setHeader('cache-control', 'private');
  const vary = headers.getHeader('vary');
  if (vary === undefined) headers.setHeader('vary', 'Cookie');
  else if (!variesByCookie.test(String(vary)))
    headers.setHeader('vary', `${[vary].flat().join(', ')}, Cookie`);
}

const variesByCookie = /(^|,)\s*(\*|cookie)\s*(,|$)/i;
