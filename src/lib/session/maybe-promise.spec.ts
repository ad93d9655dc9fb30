import { whenSettled } from './maybe-promise.js';

describe('whenSettled', () => {
  it('calls next at once with a value that is available', () => {
    expect([1, null, undefined].map((value) => whenSettled(value, (settled) => [settled]))).toEqual([
      [1],
      [null],
      [undefined],
    ]);
  });

  it('waits for a promise of another class than the global Promise', async () => {
    const { Promise: original } = globalThis;
    const promise = (async () => 1)();
    let waited: unknown;
    try {
      globalThis.Promise = class extends original<unknown> {} as typeof Promise;
      waited = whenSettled(promise, (settled) => settled + 1);
    } finally {
      globalThis.Promise = original;
    }

    expect(await waited).toBe(2);
  });
});
