import type { PlatformResponse } from '../cookies/http-exchange.js';

/**
 * What depends on a session is for one person: caches on the way must not keep it, and must tell
 * answers apart by Cookie. Set before the handler runs, so that a handler that says otherwise is
 * heard.
 */
export function markAsPersonal(response: PlatformResponse): void {
  if (response.getHeader('cache-control') === undefined) response.header('cache-control', 'private');
  const vary = response.getHeader('vary');
  if (vary === undefined) response.header('vary', 'Cookie');
  else if (!tellsCookiesApart.test(String(vary)))
    response.header('vary', `${[vary].flat().join(', ')}, Cookie`);
}

const tellsCookiesApart = /(^|,)\s*(\*|cookie)\s*(,|$)/i;
