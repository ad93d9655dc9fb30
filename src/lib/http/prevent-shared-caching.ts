import type { ResponseHeaders } from './http-exchange.js';

/**
 * Marks a response as specific to one person, so that shared caches do not store it. The headers are
 * set before the handler runs, so that the handler can override them.
 */
export function preventSharedCaching(headers: ResponseHeaders): void {
  if (headers.getHeader('cache-control') === undefined) headers.setHeader('cache-control', 'private');
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
