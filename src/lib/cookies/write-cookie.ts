import { stringifySetCookie, type SetCookie } from 'cookie';
import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';

interface PendingCookie {
  readonly cookie: SetCookie;
  readonly isStillValid: () => boolean;
}

/** Cookies waiting for the headers of a response, by name and domain: the last word counts. */
const pending = new WeakMap<ServerResponse, Map<string, PendingCookie>>();

/**
 * Sets a cookie when the response's headers are sent. Not before: what a handler does to
 * Set-Cookie or Cache-Control meanwhile can then neither drop the cookie nor let a cache keep it.
 *
 * @param isStillValid asked when the headers are sent: a handler may take long
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
  cookies.set(`${cookie.name};${cookie.domain ?? ''}`, { cookie, isStillValid });
}

/** A cookie that makes browsers drop the one of the same name, path and domain. */
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
