import type { IncomingMessage } from 'node:http';
import { isPrefetch } from './prefetch.js';

const isPrefetchWith = (headers: Record<string, string | string[]>, method = 'GET') =>
  isPrefetch({ method, headers } as unknown as IncomingMessage);

describe('isPrefetch', () => {
  it.each([
    ['sec-purpose', 'prefetch'],
    ['sec-purpose', 'prefetch;prerender'],
    ['sec-purpose', 'prerender'],
    ['purpose', 'prefetch'],
    ['purpose', 'preview'],
    ['x-purpose', 'prefetch'],
    ['x-purpose', 'preview'],
    ['x-moz', 'prefetch'],
  ])('treats a request with "%s: %s" as speculative', (name, value) => {
    expect(isPrefetchWith({ [name]: value })).toBe(true);
  });

  it('ignores the case of the header value', () => {
    expect(isPrefetchWith({ 'sec-purpose': 'Prefetch' })).toBe(true);
  });

  it('recognizes a header that is sent several times', () => {
    expect(isPrefetchWith({ 'x-moz': ['other', 'prefetch'] })).toBe(true);
  });

  it('treats a HEAD request as speculative, because Nest runs GET handlers for it', () => {
    expect(isPrefetchWith({}, 'HEAD')).toBe(true);
  });

  it.each(['GET', 'POST'])('treats a %s request without these headers as not speculative', (method) => {
    expect(isPrefetchWith({ accept: 'text/html', 'sec-fetch-mode': 'navigate' }, method)).toBe(false);
  });

  it.each([
    ['no-cors', 'image'],
    ['no-cors', 'script'],
    ['navigate', 'iframe'],
    ['navigate', 'object'],
    ['cors', 'empty'],
    ['same-origin', 'empty'],
    ['', ''],
  ])('treats a request with Sec-Fetch-Mode "%s" and Sec-Fetch-Dest "%s" as part of a page', (mode, dest) => {
    expect(isPrefetchWith({ 'sec-fetch-mode': mode, 'sec-fetch-dest': dest })).toBe(true);
  });

  it('treats a request that loads a document as not speculative', () => {
    expect(isPrefetchWith({ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBe(false);
  });

  it.each([
    ['sec-purpose', 'navigation'],
    ['purpose', ''],
    ['x-purpose', 'instant'],
    ['x-moz', 'livebookmarks'],
    ['x-moz', 'preview'],
  ])('treats a request with "%s: %s" as not speculative', (name, value) => {
    expect(isPrefetchWith({ [name]: value })).toBe(false);
  });
});
