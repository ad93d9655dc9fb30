import { SizeBoundedCache } from './size-bounded-cache.js';

/** A cache of numbers, each of which is its own size in bytes. */
const newCache = (maxBytes = 100) => new SizeBoundedCache<number>(maxBytes, (bytes) => bytes);

/** Reading moves entries to the young generation, so the cache is not usable afterwards. */
const cachedKeys = (cache: SizeBoundedCache<number>, keys: string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('a size-bounded cache', () => {
  it('returns cached values', () => {
    const cache = newCache();
    cache.set('a', 1);

    expect([cache.get('a'), cache.get('b')]).toEqual([1, undefined]);
  });

  it('evicts entries older than two generations', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c', 'd', 'e']) cache.set(key, 25);

    expect(cachedKeys(cache, ['c', 'd', 'e'])).toEqual(['c', 'd', 'e']);
    expect(cache.get('a')).toBeUndefined();
  });

  it('does not evict an entry that was read', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c']) cache.set(key, 25);
    expect(cache.get('a')).toBe(25);
    for (const key of ['d', 'e']) cache.set(key, 25);

    expect([cache.get('a'), cache.get('b')]).toEqual([25, undefined]);
  });

  it('stays within its size limit after 100,000 entries', () => {
    const cache = newCache(10_000);
    const keys = Array.from({ length: 100_000 }, (_, n) => `key ${n}`);
    for (const [n, key] of keys.entries()) {
      cache.set(key, 10);
      if (n % 3 === 0) cache.get(keys[Math.floor(n / 2)]!);
    }

    const count = cachedKeys(cache, keys).length;
    expect(count).toBeGreaterThan(400);
    expect(count).toBeLessThanOrEqual(1000);
  });

  it('deletes entries of both generations', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c']) cache.set(key, 25);
    cache.delete('a');
    cache.delete('c');

    expect(cachedKeys(cache, ['a', 'b', 'c'])).toEqual(['b']);
  });

  it('frees the size of deleted entries', () => {
    const cache = newCache();
    cache.set('a', 25);
    for (let n = 0; n < 100; n += 1) {
      cache.delete('b');
      cache.set('b', 25);
    }

    expect(cachedKeys(cache, ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('counts the new size of a replaced entry', () => {
    const cache = newCache();
    cache.set('a', 1);
    cache.set('b', 1);
    cache.set('a', 49);
    cache.set('b', 49);
    cache.set('c', 49);

    expect(cache.get('a')).toBeUndefined();
  });

  it('does not cache values larger than a generation', () => {
    const cache = newCache();
    cache.set('a', 25);
    cache.set('b', 25);
    cache.set('c', 51);
    cache.set('d', 51);
    cache.set('a', 51);

    expect(cachedKeys(cache, ['a', 'b', 'c', 'd'])).toEqual(['b']);
  });
});
