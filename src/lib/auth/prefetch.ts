import type { IncomingMessage } from 'node:http';

/** What browsers send when they load a page that nobody has opened yet. */
const prefetchHeaders: readonly [name: string, value: RegExp][] = [
  ['sec-purpose', /prefetch|prerender/i],
  ['purpose', /prefetch|preview/i],
  ['x-purpose', /prefetch|preview/i],
  ['x-moz', /prefetch/i],
];

/**
 * Whether a request was sent in advance: by a browser, or by a mail scanner that asks by HEAD, on which
 * Nest runs GET handlers. It must not use up a link: the person may never come.
 */
export function isPrefetch({ method, headers }: IncomingMessage): boolean {
  if (method === 'HEAD') return true;
  return prefetchHeaders.some(([name, value]) => value.test([headers[name] ?? ''].flat().join()));
}
