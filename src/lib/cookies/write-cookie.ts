import { stringifySetCookie, type SetCookie } from 'cookie';
import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';

interface WaitingCookie {
  readonly cookie: SetCookie;
  readonly isStillGood: () => boolean;
}

/** Cookies waiting for the headers of a response, by name and domain: the last word counts. */
const waiting = new WeakMap<ServerResponse, Map<string, WaitingCookie>>();

/**
 * Sets a cookie when the response's headers are sent. Not before: what a handler does to
 * Set-Cookie or Cache-Control meanwhile can then neither drop the cookie nor let a cache keep it.
 *
 * @param isStillGood asked when the headers are sent: a handler may take long
 */
export function writeCookie(
  response: ServerResponse,
  cookie: SetCookie,
  isStillGood: () => boolean = () => true,
): void {
  let cookies = waiting.get(response);
  if (cookies === undefined) {
    cookies = new Map();
    waiting.set(response, cookies);
    onHeaders(response, () => {
      appendCookies(response);
    });
  }
  cookies.set(`${cookie.name};${cookie.domain ?? ''}`, { cookie, isStillGood });
}

/** A cookie that makes browsers drop the one of the same name, path and domain. */
export const goneCookie = (cookie: Omit<SetCookie, 'value'>): SetCookie => ({
  ...cookie,
  value: '',
  maxAge: 0,
  expires: new Date(0),
});

function appendCookies(response: ServerResponse): void {
  const already = [response.getHeader('set-cookie') ?? []].flat().map(String);
  const ours = [...(waiting.get(response)?.values() ?? [])]
    .filter(({ isStillGood }) => isStillGood())
    .map(({ cookie }) => stringifySetCookie(cookie));
  if (ours.length > 0) response.setHeader('set-cookie', [...already, ...ours]);
  response.setHeader('cache-control', 'no-store');
}
