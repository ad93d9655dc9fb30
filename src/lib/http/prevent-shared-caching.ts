import type { ResponseHeaders } from './http-exchange.js';

/**
 * Marks a response as specific to one person, so that shared caches do not store it. The headers are
 * set before the handler runs, so that the handler can override them.
 */
export function preventSharedCaching(headers: ResponseHeaders): void {
  if (headers.getHeader('cache-control') === undefined) headers.setHeader('cache-control', 'private');
  const vary = headers.getHeader('vary');
  if (vary === undefined) headers.setHeader('vary', 'Cookie');
  else if (!variesByCookie.test(String(vary)))
    headers.setHeader('vary', `${[vary].flat().join(', ')}, Cookie`);
}

const variesByCookie = /(^|,)\s*(\*|cookie)\s*(,|$)/i;
