import type { IncomingMessage } from 'node:http';

/** Request headers with which browsers mark speculative loads. */
const prefetchHeaders: readonly [name: string, value: RegExp][] = [
  ['sec-purpose', /prefetch|prerender/i],
  ['purpose', /prefetch|preview/i],
  ['x-purpose', /prefetch|preview/i],
  ['x-moz', /prefetch/i],
];

/**
 * Whether a request is not a visit to the link: a browser prefetch, a HEAD request by an email scanner (Nest runs GET
 * handlers on HEAD), or an image, a script or a frame of a page. Such a request must not consume a
 * single-use link. A program that sends no Fetch Metadata may.
 */
export function isPrefetch({ method, headers }: IncomingMessage): boolean {
  if (method === 'HEAD' || isPartOfPage(headers)) return true;
  return prefetchHeaders.some(([name, value]) => value.test([headers[name] ?? ''].flat().join()));
}

/** Old browsers send `Sec-Fetch-Mode` without `Sec-Fetch-Dest`. */
function isPartOfPage(headers: IncomingMessage['headers']): boolean {
  const { 'sec-fetch-mode': mode = 'navigate', 'sec-fetch-dest': destination = 'document' } = headers;
  return mode !== 'navigate' || destination !== 'document';
}
