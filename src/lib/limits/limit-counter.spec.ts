import type { ResolvedOptions } from '../options/resolve-options.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import { LimitCounter } from './limit-counter.js';

const limit = { max: 2, windowSeconds: 60 };
const within: LimitRecord = { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 };

function counterWith(record: Partial<LimitRecord> = {}, projectId = 'project-test-1') {
  const calls: Parameters<LimitStorage['increment']>[] = [];
  const storage: LimitStorage = {
    increment: (...call) => {
      calls.push(call);
      return Promise.resolve({ ...within, ...record });
    },
  };
  return { calls, counter: new LimitCounter({ projectId } as ResolvedOptions, storage) };
}

describe('LimitCounter', () => {
  it('passes the window in milliseconds and a prefixed name to the storage', async () => {
    const { calls, counter } = counterWith();

    await counter.count({ action: 'login', name: 'ip', limit, subject: '203.0.113.7' });

    expect(calls).toEqual([[expect.any(String), 60_000, 2, 60_000, 'stytch-login-ip']]);
  });

  it('stores a hash that differs by subject, by action and name, and by project', async () => {
    const one = counterWith();
    await one.counter.count({ action: 'login', name: 'address', limit, subject: 'ada@example.com' });
    await one.counter.count({ action: 'login', name: 'address', limit, subject: 'ada@example.com' });
    await one.counter.count({ action: 'login', name: 'address', limit, subject: 'grace@example.com' });
    await one.counter.count({ action: 'opening', name: 'address', limit, subject: 'ada@example.com' });
    const other = counterWith({}, 'project-test-2');
    await other.counter.count({ action: 'login', name: 'address', limit, subject: 'ada@example.com' });

    const keys = [...one.calls, ...other.calls].map(([key]) => key);
    expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
  });

  it.each<[string, Partial<LimitRecord>, object | undefined]>([
    ['a hit within the limit', { totalHits: 2 }, undefined],
    ['a hit above the limit', { totalHits: 3, timeToExpire: 12.2 }, { name: 'ip', retryAfterSeconds: 13 }],
    [
      'a key that the storage blocks',
      { totalHits: 1, isBlocked: true, timeToExpire: 10, timeToBlockExpire: 77 },
      { name: 'ip', retryAfterSeconds: 77 },
    ],
    ['a window that ends now', { totalHits: 3, timeToExpire: 0 }, { name: 'ip', retryAfterSeconds: 1 }],
  ])('returns the result for %s', async (_, record, result) => {
    const { counter } = counterWith(record);

    expect(await counter.count({ action: 'login', name: 'ip', limit, subject: 'a' })).toEqual(result);
  });

  it('does not count a limit that is off', async () => {
    const { calls, counter } = counterWith({ totalHits: 3 });

    expect(
      await counter.count({ action: 'login', name: 'ip', limit: undefined, subject: 'a' }),
    ).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
