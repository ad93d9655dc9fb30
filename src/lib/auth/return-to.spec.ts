import { safeReturnTo } from './return-to.js';

const appUrl = 'https://app.example.com';
const returnOrigins = new Set(['https://www.example.com']);
const read = (asked: unknown) => safeReturnTo(asked, { appUrl, returnOrigins, fallback: '/welcome' });

describe('a return address', () => {
  it.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/orders?page=2#top', '/orders?page=2#top'],
    ['/a/./b/../c', '/a/c'],
    ['/a//b', '/a//b'],
    ['/%2F/evil.example', '/%2F/evil.example'],
    ['/%5Cevil.example', '/%5Cevil.example'],
    ['/:8080', '/:8080'],
    ['/?//evil.example', '/?//evil.example'],
  ])('is kept as a path of this application: %s', (asked, kept) => {
    expect(read(asked)).toBe(kept);
  });

  it.each(
    [
      'https://',
      'http:',
      '',
      '//',
      '/',
      '/\\',
      '\\/',
      '/\t',
      '/\n',
      '/.',
      '/./',
      '/..',
      '/a/..',
      '/%2e',
      '/%2E/.',
      ' ',
    ]
      .flatMap((before) => [`${before}/evil.example`, `${before}evil.example`, `${before}/\\evil.example`])
      .concat('/\u00a0/evil.example', '/\u2028/evil.example', '/\u007f/evil.example', `/${'a'.repeat(2048)}`),
  )('leads nowhere else, however it is written: %j', (asked) => {
    const kept = read(asked);

    const reached = new URL(kept, appUrl);
    expect(reached.origin).toBe(appUrl);
    expect(kept).toMatch(/^\/(?![/\\])/);
    // Read once more, as from the cookie, it is the same.
    expect(read(kept)).toBe(kept);
  });

  it('is measured as it will be written', () => {
    expect(read(`/${'ü'.repeat(2000)}`)).toBe('/welcome');
    expect(read(`/${'a'.repeat(2047)}`)).toHaveLength(2048);
  });

  it.each([undefined, null, 7, true, {}, ['/orders'], new URL('https://app.example.com/')])(
    'is a text and nothing else: %p',
    (asked) => {
      expect(read(asked)).toBe('/welcome');
    },
  );
});
