import { SizeBoundedCache } from './size-bounded-cache.js';

/** Numbers that weigh what they say. */
const newCache = (maxBytes = 100) => new SizeBoundedCache<number>(maxBytes, (weight) => weight);

/** What is still remembered; asking promotes, so the memory is of no use afterwards. */
const cachedKeys = (cache: SizeBoundedCache<number>, keys: string[]) =>
  keys.filter((key) => cache.get(key) !== undefined);

describe('a memory in two generations', () => {
  it('remembers what it was told', () => {
    const cache = newCache();
    cache.set('a', 1);

    expect([cache.get('a'), cache.get('b')]).toEqual([1, undefined]);
  });

  it('forgets what is older than two generations', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c', 'd', 'e']) cache.set(key, 25);

    expect(cachedKeys(cache, ['c', 'd', 'e'])).toEqual(['c', 'd', 'e']);
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps what is used: a look at the older generation moves it to the younger', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c']) cache.set(key, 25);
    expect(cache.get('a')).toBe(25);
    for (const key of ['d', 'e']) cache.set(key, 25);

    expect([cache.get('a'), cache.get('b')]).toEqual([25, undefined]);
  });

  it('holds its bound under a hundred thousand entries', () => {
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

  it('forgets at a word, in both generations', () => {
    const cache = newCache();
    for (const key of ['a', 'b', 'c']) cache.set(key, 25);
    cache.delete('a');
    cache.delete('c');

    expect(cachedKeys(cache, ['a', 'b', 'c'])).toEqual(['b']);
  });

  it('is not filled by what is written and forgotten over and over', () => {
    const cache = newCache();
    cache.set('a', 25);
    for (let n = 0; n < 100; n += 1) {
      cache.delete('b');
      cache.set('b', 25);
    }

    expect(cachedKeys(cache, ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('weighs an entry that grows', () => {
    const cache = newCache();
    cache.set('a', 1);
    cache.set('b', 1);
    cache.set('a', 49);
    cache.set('b', 49);
    cache.set('c', 49);

    expect(cache.get('a')).toBeUndefined();
  });

  it('takes nothing that is larger than a generation, and loses nothing by it', () => {
    const cache = newCache();
    cache.set('a', 25);
    cache.set('b', 25);
    cache.set('c', 51);
    cache.set('d', 51);
    cache.set('a', 51);

    expect(cachedKeys(cache, ['a', 'b', 'c', 'd'])).toEqual(['b']);
  });
});
