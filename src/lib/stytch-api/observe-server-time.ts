import type { IncomingHttpHeaders } from 'node:http';
import type { ServerTimeObserver } from '../ports/server-time-observer.js';

/**
 * Reports the time of a response. A shared cache may respond to a key fetch: by RFC 9110 its `Date` is
 * `Age` seconds old, but some caches send the current time in `Date`, so both are reported.
 */
export function observeServerTime(observer: ServerTimeObserver, { date, age }: IncomingHttpHeaders): void {
  const dateMs = typeof date === 'string' ? Date.parse(date) : NaN;
  if (Number.isNaN(dateMs)) return;
  observer.observe(dateMs);
  if (typeof age === 'string' && /^[1-9]\d{0,7}$/.test(age)) observer.observe(dateMs + Number(age) * 1000);
}
