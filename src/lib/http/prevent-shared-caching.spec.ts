import { addToVary, preventSharedCaching } from './prevent-shared-caching.js';

/** The headers afterwards, given those before. */
function headersAfter(
  before: Record<string, string | string[]>,
  change = preventSharedCaching,
): Record<string, unknown> {
  const headers = new Map<string, string | string[]>(Object.entries(before));
  change({
    getHeader: (name) => headers.get(name),
    setHeader: (name, value) => headers.set(name, value),
  });
  return Object.fromEntries(headers);
}

describe('preventSharedCaching', () => {
  it('allows only private caches and varies the response by Cookie', () => {
    expect(headersAfter({})).toEqual({ 'cache-control': 'private', vary: 'Cookie' });
  });

  it.each<[string | string[]]>([
    ['no-store'],
    ['no-cache'],
    ['private, max-age=60'],
    ['max-age=60,PRIVATE'],
    [['max-age=60', 'private']],
  ])('leaves Cache-Control: %j unchanged', (value) => {
    expect(headersAfter({ 'cache-control': value })).toEqual({ 'cache-control': value, vary: 'Cookie' });
  });

  it.each<[string | string[]]>([
    ['public, max-age=60'],
    ['max-age=60'],
    ['s-maxage=60'],
    ['private="set-cookie", max-age=60'],
    ['no-cache="set-cookie"'],
    ['x-private'],
    [''],
    [['public', 'max-age=60']],
  ])('replaces Cache-Control: %j, which lets shared caches store the response', (value) => {
    expect(headersAfter({ 'cache-control': value })).toEqual({ 'cache-control': 'private', vary: 'Cookie' });
  });

  it.each<[string | string[], string]>([
    ['Accept-Encoding', 'Accept-Encoding, Cookie'],
    ['Accept-Encoding, Origin', 'Accept-Encoding, Origin, Cookie'],
    [['Accept-Encoding', 'Origin'], 'Accept-Encoding, Origin, Cookie'],
    ['X-Cookie', 'X-Cookie, Cookie'],
    ['Cookie-Consent', 'Cookie-Consent, Cookie'],
  ])('adds Cookie to Vary: %j', (vary, expected) => {
    expect(headersAfter({ vary })).toEqual({ 'cache-control': 'private', vary: expected });
  });

  it.each<[string | string[]]>([
    ['Cookie'],
    ['cookie'],
    ['Origin, Cookie'],
    ['Cookie ,Origin'],
    ['*'],
    [['Origin', 'Cookie']],
  ])('leaves Vary: %j unchanged', (vary) => {
    expect(headersAfter({ vary })).toEqual({ 'cache-control': 'private', vary });
  });
});

describe('addToVary', () => {
  it.each([
    ['Cookie', 'Cookie, Authorization'],
    ['Cookie, authorization', 'Cookie, authorization'],
    ['*', '*'],
  ])('turns Vary: %s and Authorization into %s', (vary, expected) => {
    expect(
      headersAfter({ vary }, (headers) => {
        addToVary(headers, 'Authorization');
      }),
    ).toEqual({ vary: expected });
  });
});
