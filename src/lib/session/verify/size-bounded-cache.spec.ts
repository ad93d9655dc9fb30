import { Generations } from './size-bounded-cache.js';

/** Numbers that weigh what they say. */
const newMemory = (maxBytes = 100) => new Generations<number>(maxBytes, (weight) => weight);

/** What is still remembered; asking promotes, so the memory is of no use afterwards. */
const remembered = (memory: Generations<number>, keys: string[]) =>
  keys.filter((key) => memory.get(key) !== undefined);

describe('a memory in two generations', () => {
  it('remembers what it was told', () => {
    const memory = newMemory();
    memory.set('a', 1);

    expect([memory.get('a'), memory.get('b')]).toEqual([1, undefined]);
  });

  it('forgets what is older than two generations', () => {
    const memory = newMemory();
    for (const key of ['a', 'b', 'c', 'd', 'e']) memory.set(key, 25);

    expect(remembered(memory, ['c', 'd', 'e'])).toEqual(['c', 'd', 'e']);
    expect(memory.get('a')).toBeUndefined();
  });

  it('keeps what is used: a look at the older generation moves it to the younger', () => {
    const memory = newMemory();
    for (const key of ['a', 'b', 'c']) memory.set(key, 25);
    expect(memory.get('a')).toBe(25);
    for (const key of ['d', 'e']) memory.set(key, 25);

    expect([memory.get('a'), memory.get('b')]).toEqual([25, undefined]);
  });

  it('holds its bound under a hundred thousand entries', () => {
    const memory = newMemory(10_000);
    const keys = Array.from({ length: 100_000 }, (_, n) => `key ${n}`);
    for (const [n, key] of keys.entries()) {
      memory.set(key, 10);
      if (n % 3 === 0) memory.get(keys[Math.floor(n / 2)]!);
    }

    const kept = remembered(memory, keys).length;
    expect(kept).toBeGreaterThan(400);
    expect(kept).toBeLessThanOrEqual(1000);
  });

  it('forgets at a word, in both generations', () => {
    const memory = newMemory();
    for (const key of ['a', 'b', 'c']) memory.set(key, 25);
    memory.delete('a');
    memory.delete('c');

    expect(remembered(memory, ['a', 'b', 'c'])).toEqual(['b']);
  });

  it('is not filled by what is written and forgotten over and over', () => {
    const memory = newMemory();
    memory.set('a', 25);
    for (let n = 0; n < 100; n += 1) {
      memory.delete('b');
      memory.set('b', 25);
    }

    expect(remembered(memory, ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('weighs an entry that grows', () => {
    const memory = newMemory();
    memory.set('a', 1);
    memory.set('b', 1);
    memory.set('a', 49);
    memory.set('b', 49);
    memory.set('c', 49);

    expect(memory.get('a')).toBeUndefined();
  });

  it('takes nothing that is larger than a generation, and loses nothing by it', () => {
    const memory = newMemory();
    memory.set('a', 25);
    memory.set('b', 25);
    memory.set('c', 51);
    memory.set('d', 51);
    memory.set('a', 51);

    expect(remembered(memory, ['a', 'b', 'c', 'd'])).toEqual(['b']);
  });
});
