import { MemoryLimitStorage } from './memory-limit-storage.js';

const minute = 60_000;

describe('MemoryLimitStorage', () => {
  let nowMs = 0;
  let storage: MemoryLimitStorage;
  const hitsOf = async (key: string, ttl = minute) => (await storage.increment(key, ttl, 2)).totalHits;
  beforeEach(() => {
    nowMs = 1_000_000;
    storage = new MemoryLimitStorage({ nowMs: () => 0, monotonicMs: () => nowMs });
  });

  it('blocks a key above the limit until its window ends', async () => {
    const records = [];
    for (const afterMs of [0, 10_000, 10_000, minute - 20_000]) {
      nowMs += afterMs;
      records.push(await storage.increment('a', minute, 2));
    }

    expect(records).toEqual([
      { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 },
      { totalHits: 2, timeToExpire: 50, isBlocked: false, timeToBlockExpire: 0 },
      { totalHits: 3, timeToExpire: 40, isBlocked: true, timeToBlockExpire: 40 },
      { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 },
    ]);
  });

  it('counts keys separately, including names of object properties', async () => {
    const counted = [];
    for (const key of ['a', 'b', '__proto__', 'constructor', 'a']) counted.push(await hitsOf(key));

    expect(counted).toEqual([1, 1, 1, 1, 2]);
  });

  it('evicts only the oldest key when the limit of 50,000 keys is reached', async () => {
    for (let key = 0; key < 50_000; key += 1) await hitsOf(`key ${key}`);

    await hitsOf('one more');

    expect(keyCount(storage)).toBe(50_000);
    expect([await hitsOf('key 1'), await hitsOf('one more'), await hitsOf('key 0')]).toEqual([2, 2, 1]);
  });

  it('removes keys whose window has ended', async () => {
    for (let key = 0; key < 100; key += 1) await hitsOf(`key ${key}`);
    nowMs += minute;

    await hitsOf('later');

    expect(keyCount(storage)).toBe(1);
  });
});

const keyCount = (storage: MemoryLimitStorage) =>
  (storage as unknown as { windows: Map<string, unknown> }).windows.size;
