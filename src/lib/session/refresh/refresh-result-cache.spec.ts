import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { RefreshResultCache } from './refresh-result-cache.js';
import { signedOut, unknown, type SignedIn } from '../session-result.js';

let nowMs = 0;
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const signedIn: SignedIn = { kind: 'signed_in', verified: verifiedJwt(1000) };
const cacheWith = (how: { isReturnedNow?: boolean; fitsInCookie?: boolean; ttlMs?: number }) => {
  const cache = new RefreshResultCache(clock);
  cache.cacheSignedIn('key', signedIn, { ttlMs: 300_000, isReturnedNow: false, fitsInCookie: true, ...how });
  return cache;
};
/** Whether it is still there so many milliseconds later, without carrying it out. */
const isThereAfter = (cache: RefreshResultCache, ms: number) => {
  nowMs += ms;
  return cache.peek('key') !== undefined;
};
beforeEach(() => {
  nowMs = 5000;
});

describe('an outcome', () => {
  it('nobody asked for is none', () => {
    expect(new RefreshResultCache(clock).get('key')).toBeUndefined();
  });

  it('somebody waited for serves the stragglers of two seconds', () => {
    const cache = cacheWith({ isReturnedNow: true });

    expect(cache.get('key')).toBe(signedIn);
    expect([isThereAfter(cache, 1999), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('fetched ahead is kept until it expires', () => {
    const cache = cacheWith({});

    expect([isThereAfter(cache, 299_999), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('fetched ahead stays for two seconds after it was carried out', () => {
    const cache = cacheWith({});
    isThereAfter(cache, 100_000);
    expect(cache.get('key')).toBe(signedIn);

    expect([isThereAfter(cache, 1999), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('is not kept longer by being taken again and again', () => {
    const cache = cacheWith({});
    cache.get('key');
    nowMs += 1500;
    cache.get('key');

    expect(isThereAfter(cache, 500)).toBe(false);
  });

  it('that no cookie can hold is kept for its life, however often it is taken', () => {
    const cache = cacheWith({ fitsInCookie: false });
    cache.get('key');
    cache.get('key');

    expect([isThereAfter(cache, 299_999), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('never outlives its JWT', () => {
    expect(isThereAfter(cacheWith({ isReturnedNow: true, ttlMs: 1000 }), 1000)).toBe(false);
  });

  it.each([
    [undefined, 2000],
    [1, 2000],
    [7, 7000],
    [3600, 60_000],
  ])('that is a failure with Retry-After %p is kept for %d ms', (retryAfterSeconds, ms) => {
    const cache = new RefreshResultCache(clock);
    cache.cacheFailure('key', unknown('stytch_unavailable', retryAfterSeconds));

    expect([isThereAfter(cache, ms - 1), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('that is a definitive no is kept for a minute', () => {
    const cache = new RefreshResultCache(clock);
    cache.cacheSignedOut('key', signedOut('session_revoked', true));

    expect([isThereAfter(cache, 59_999), isThereAfter(cache, 1)]).toEqual([true, false]);
  });

  it('is replaced by a later one', () => {
    const cache = cacheWith({});
    const no = signedOut('session_revoked', true);
    cache.cacheSignedOut('key', no);

    expect(cache.get('key')).toBe(no);
  });

  it('is not pushed out by one session that fails over and over', () => {
    const cache = cacheWith({});
    for (let n = 0; n < 20_000; n += 1) cache.cacheFailure('other', unknown('stytch_unavailable'));

    expect(cache.peek('key')).toBe(signedIn);
  });
});
