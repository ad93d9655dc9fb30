import { ShortLivedResults } from './short-lived-results.js';

const ttlMs = 1000;
const always = () => true;
const never = () => false;

describe('ShortLivedResults', () => {
  let monotonicMs: number;
  let results: ShortLivedResults<string>;
  let runs: number;
  const run = () => {
    runs += 1;
    return Promise.resolve(`result ${runs}`);
  };
  beforeEach(() => {
    monotonicMs = 5000;
    runs = 0;
    results = new ShortLivedResults(ttlMs, { nowMs: () => 0, monotonicMs: () => monotonicMs });
  });

  it('runs the operation once for calls at the same time', async () => {
    const calls = [results.once('a', run, always), results.once('a', run, always)];

    expect(await Promise.all(calls)).toEqual(['result 1', 'result 1']);
    expect(runs).toBe(1);
  });

  it('returns the same result to a later call within the time to live', async () => {
    await results.once('a', run, always);
    monotonicMs += ttlMs - 1;

    expect(await results.once('a', run, always)).toBe('result 1');
    expect(runs).toBe(1);
  });

  it('runs the operation again once the time to live is over', async () => {
    await results.once('a', run, always);
    monotonicMs += ttlMs;

    expect(await results.once('a', run, always)).toBe('result 2');
  });

  it('does not prolong the time to live when a result is shared', async () => {
    await results.once('a', run, always);
    monotonicMs += ttlMs - 1;
    await results.once('a', run, always);
    monotonicMs += 1;

    expect(await results.once('a', run, always)).toBe('result 2');
  });

  it('does not share results between keys', async () => {
    await results.once('a', run, always);

    expect(await results.once('b', run, always)).toBe('result 2');
  });

  it('removes only expired results, not newer ones', async () => {
    await results.once('a', run, always);
    monotonicMs += ttlMs / 2;
    await results.once('b', run, always);
    monotonicMs += ttlMs / 2;

    expect(await results.once('b', run, always)).toBe('result 2');
    expect(await results.once('a', run, always)).toBe('result 3');
  });

  it('runs the operation again after a result that should not be shared', async () => {
    await results.once('a', run, never);

    expect(await results.once('a', run, never)).toBe('result 2');
  });

  it('passes the result to shouldShare', async () => {
    const passed: string[] = [];
    await results.once('a', run, (result) => passed.push(result) > 0);

    expect(passed).toEqual(['result 1']);
  });

  it('shares any result with calls made while the operation runs', async () => {
    const calls = [results.once('a', run, never), results.once('a', run, never)];

    expect(await Promise.all(calls)).toEqual(['result 1', 'result 1']);
  });

  it('passes on the error of an operation that fails and runs the next call', async () => {
    const failing = results.once('a', () => Promise.reject(new Error('no connection')), always);
    await expect(failing).rejects.toThrow('no connection');

    expect(await results.once('a', run, always)).toBe('result 1');
  });

  it('keeps the shared result of a second run when the first one fails late', async () => {
    let failFirst: (error: Error) => void = () => undefined;
    const first = results.once('a', () => new Promise((_, reject) => (failFirst = reject)), always);
    monotonicMs += ttlMs;
    await results.once('a', run, always);
    failFirst(new Error('no connection'));
    await expect(first).rejects.toThrow('no connection');

    expect(await results.once('a', run, always)).toBe('result 1');
  });
});
