import { stringifySetCookie, type SetCookie } from 'cookie';
import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';

interface PendingCookie {
  readonly cookie: SetCookie;
  readonly isStillValid: () => boolean;
}

/** Cookies to set when the headers are sent, by name, domain and path. The last write wins. */
const pending = new WeakMap<ServerResponse, Map<string, PendingCookie>>();

/**
 * Sets a cookie and `Cache-Control: no-store` when the response headers are sent, so that a handler that
 * overwrites these headers can neither drop the cookie nor make the response cacheable.
 *
 * @param isStillValid called when the headers are sent; the cookie is skipped if it returns `false`
 */
export function writeCookie(
  response: ServerResponse,
  cookie: SetCookie,
  isStillValid: () => boolean = () => true,
): void {
  let cookies = pending.get(response);
  if (cookies === undefined) {
    cookies = new Map();
    pending.set(response, cookies);
    onHeaders(response, () => {
      appendCookies(response);
    });
  }
  cookies.set(`${cookie.name};${cookie.domain ?? ''};${cookie.path ?? ''}`, { cookie, isStillValid });
}

/** Deletes the cookie with the same name, path and domain. */
export const expiredCookie = (cookie: Omit<SetCookie, 'value'>): SetCookie => ({
  ...cookie,
  value: '',
  maxAge: 0,
  expires: new Date(0),
});

function appendCookies(response: ServerResponse): void {
  const existing = [response.getHeader('set-cookie') ?? []].flat().map(String);
  const added = [...(pending.get(response)?.values() ?? [])]
    .filter(({ isStillValid }) => isStillValid())
    .map(({ cookie }) => stringifySetCookie(cookie));
  if (added.length > 0) response.setHeader('set-cookie', [...existing, ...added]);
  response.setHeader('cache-control', 'no-store');
}
