import type { IncomingMessage } from 'node:http';
import { isPageNavigation, queryOf, requestTarget, wantsPage } from './page-navigation.js';

const requestWith = (headers: Record<string, string>, method = 'GET') =>
  ({ method, headers }) as unknown as IncomingMessage;
const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('isPageNavigation', () => {
  it.each<[mode: string, destination: string, expected: boolean]>([
    ['navigate', 'document', true],
    ['navigate', 'iframe', false],
    ['navigate', 'embed', false],
    ['cors', 'empty', false],
    ['no-cors', 'image', false],
    ['same-origin', 'document', false],
  ])('decides by Fetch Metadata: mode %s and destination %s give %s', (mode, destination, expected) => {
    const headers = { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination };

    expect(isPageNavigation(requestWith(headers))).toBe(expected);
    expect(isPageNavigation(requestWith({ ...headers, accept: browserAccept }))).toBe(expected);
    expect(isPageNavigation(requestWith({ ...headers, accept: 'application/json' }))).toBe(expected);
  });

  it.each([{ 'sec-fetch-mode': 'navigate' }, { 'sec-fetch-dest': 'document' }])(
    'is false for %j alone, although the request accepts HTML',
    (header) => {
      expect(isPageNavigation(requestWith({ ...header, accept: browserAccept }))).toBe(false);
    },
  );

  it('decides by Accept for a browser without Fetch Metadata', () => {
    expect(isPageNavigation(requestWith({ accept: browserAccept }))).toBe(true);
    expect(isPageNavigation(requestWith({ accept: '*/*' }))).toBe(false);
    expect(isPageNavigation(requestWith({}))).toBe(false);
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD'])('is false for a %s request', (method) => {
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: browserAccept };

    expect(isPageNavigation(requestWith(headers, method))).toBe(false);
  });
});

describe('wantsPage', () => {
  it.each([
    'text/html',
    'Text/HTML',
    browserAccept,
    'application/json, text/html;q=0.5',
    'application/json,\ttext/html ,*/*',
  ])('is true for Accept: %s', (accept) => {
    expect(wantsPage(requestWith({ accept }, 'POST'))).toBe(true);
  });

  it.each(['', '*/*', 'text/*', 'application/json', 'text/html5', 'x-text/html', 'a/b;c=text/html'])(
    'is false for Accept: "%s"',
    (accept) => {
      expect(wantsPage(requestWith({ accept }))).toBe(false);
    },
  );

  it('is false for a request without Accept', () => {
    expect(wantsPage(requestWith({}))).toBe(false);
  });
});

describe('requestTarget', () => {
  const targetOf = (request: object) => requestTarget(request as unknown as IncomingMessage);

  it('returns the URL of the request', () => {
    expect(targetOf({ url: '/orders?page=2' })).toBe('/orders?page=2');
  });

  it('returns the original URL if a router of Express shortened it', () => {
    expect(targetOf({ url: '/2', originalUrl: '/orders/2' })).toBe('/orders/2');
  });

  it('returns / for a request without a URL', () => {
    expect(targetOf({})).toBe('/');
  });
});

describe('queryOf', () => {
  it.each<[target: string, parameters: Record<string, string>]>([
    ['/', {}],
    ['/?', {}],
    [
      '/callback?token=a%20b&stytch_token_type=magic_links',
      { token: 'a b', stytch_token_type: 'magic_links' },
    ],
    ['/callback?a=1?b=2', { a: '1?b=2' }],
    ['/callback?a=1#?b=2', { a: '1' }],
    ['http://[invalid/callback?a=1', { a: '1' }],
    ['//?a=1', { a: '1' }],
    ['/?a=%E0%A4%A', { a: '\uFFFD%A' }],
  ])('reads the query of %s', (target, parameters) => {
    expect(Object.fromEntries(queryOf(target))).toEqual(parameters);
  });

  it('returns all values of a parameter that occurs several times', () => {
    expect(queryOf('/?a=1&a=2').getAll('a')).toEqual(['1', '2']);
  });
});
