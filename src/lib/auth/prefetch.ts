import type { IncomingMessage } from 'node:http';

/** Request headers with which browsers mark speculative loads. */
const prefetchHeaders: readonly [name: string, value: RegExp][] = [
  ['sec-purpose', /prefetch|prerender/i],
  ['purpose', /prefetch|preview/i],
  ['x-purpose', /prefetch|preview/i],
  ['x-moz', /prefetch/i],
];

/**
 * Whether a request is speculative: a browser prefetch, or a HEAD request by an email scanner (Nest runs
 * GET handlers on HEAD). Such a request must not consume a single-use link.
 */
export function isPrefetch({ method, headers }: IncomingMessage): boolean {
  if (method === 'HEAD') return true;
  return prefetchHeaders.some(([name, value]) => value.test([headers[name] ?? ''].flat().join()));
}
