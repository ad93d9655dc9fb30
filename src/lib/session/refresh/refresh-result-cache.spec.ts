import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { resolveOptions } from '../../options/resolve-options.js';
import { signedOut, unknown, type SignedIn } from '../session-result.js';
import { RefreshResultCache } from './refresh-result-cache.js';

const issuedAtSeconds = 1_800_000_000;
let nowMs = 0;
let wallMs = 0;
const options = resolveOptions(
  {
    projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
    secret: 'secret-test-of-these-specs=',
    appUrl: 'https://app.example.com',
    clock: { nowMs: () => wallMs, monotonicMs: () => nowMs },
  },
  {},
);
const newCache = () => new RefreshResultCache(new SessionCookies(options), options);
/** A JWT of five minutes, issued now. */
const signedIn: SignedIn = { kind: 'signed_in', verified: verifiedJwt(issuedAtSeconds) };
const tooLarge: SignedIn = {
  kind: 'signed_in',
  verified: verifiedJwt(issuedAtSeconds, { jwt: 'x'.repeat(5000) }),
};
const cacheWith = (result: SignedIn, isReturnedNow = false) => {
  const cache = newCache();
  cache.cacheSignedIn('key', result, { isReturnedNow });
  return cache;
};
/** Whether the entry is still valid `ms` later, without counting as a use. */
const isCachedAfter = (cache: RefreshResultCache, ms: number) => {
  nowMs += ms;
  return cache.peek('key') !== undefined;
};
beforeEach(() => {
  nowMs = 5000;
  wallMs = issuedAtSeconds * 1000;
});

describe('the cache of refresh results', () => {
  it('returns nothing for an unknown key', () => {
    expect(newCache().get('key')).toBeUndefined();
  });

  it('caches a result that a request waited for during two seconds', () => {
    const cache = cacheWith(signedIn, true);

    expect(cache.get('key')).toBe(signedIn);
    expect([isCachedAfter(cache, 1999), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('caches a result that was fetched ahead until its JWT expires', () => {
    const cache = cacheWith(signedIn);

    expect([isCachedAfter(cache, 299_999), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('caches a result that was fetched ahead for two seconds after its first use', () => {
    const cache = cacheWith(signedIn);
    isCachedAfter(cache, 100_000);
    expect(cache.get('key')).toBe(signedIn);

    expect([isCachedAfter(cache, 1999), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('does not extend an entry that is used repeatedly', () => {
    const cache = cacheWith(signedIn);
    cache.get('key');
    nowMs += 1500;
    cache.get('key');

    expect(isCachedAfter(cache, 500)).toBe(false);
  });

  it('caches a JWT that does not fit into a cookie until it expires, regardless of use', () => {
    const cache = cacheWith(tooLarge, true);
    cache.get('key');
    cache.get('key');

    expect([isCachedAfter(cache, 299_999), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('does not cache the cookies of a JWT that does not fit into one', () => {
    const cookies = { sessionJwt: 'jwt', expiresAt: 'later' };
    const cache = cacheWith({ ...tooLarge, renewed: cookies });

    expect(cache.get('key')).toEqual(tooLarge);
  });

  it('does not cache a result longer than its JWT is valid', () => {
    wallMs = (issuedAtSeconds + 299) * 1000;

    expect(isCachedAfter(cacheWith(signedIn, true), 1000)).toBe(false);
  });

  it('does not cache a result longer than a JWT lives if the wall clock was set back', () => {
    wallMs -= 3_600_000;

    expect(isCachedAfter(cacheWith(signedIn), 300_000)).toBe(false);
  });

  it.each([
    [undefined, 2000],
    [1, 2000],
    [7, 7000],
    [3600, 60_000],
  ])('caches a failure with Retry-After %p for %d ms', (retryAfterSeconds, ms) => {
    const cache = newCache();
    cache.cacheFailure('key', unknown('stytch_unavailable', retryAfterSeconds));

    expect([isCachedAfter(cache, ms - 1), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('caches a signed-out result for one minute', () => {
    const cache = newCache();
    cache.cacheSignedOut('key', signedOut('session_revoked', true));

    expect([isCachedAfter(cache, 59_999), isCachedAfter(cache, 1)]).toEqual([true, false]);
  });

  it('replaces an entry with a later one', () => {
    const cache = cacheWith(signedIn);
    const later = signedOut('session_revoked', true);
    cache.cacheSignedOut('key', later);

    expect(cache.get('key')).toBe(later);
  });

  it('deletes an entry', () => {
    const cache = cacheWith(signedIn);
    cache.delete('key');

    expect(cache.peek('key')).toBeUndefined();
  });

  it('does not evict an entry because another session fails repeatedly', () => {
    const cache = cacheWith(signedIn);
    for (let n = 0; n < 20_000; n += 1) cache.cacheFailure('other', unknown('stytch_unavailable'));

    expect(cache.peek('key')).toBe(signedIn);
  });
});
