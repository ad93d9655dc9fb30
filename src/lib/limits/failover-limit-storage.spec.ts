import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import { FailoverLimitStorage } from './failover-limit-storage.js';

const record = (totalHits: number): LimitRecord => ({
  totalHits,
  timeToExpire: 60,
  isBlocked: false,
  timeToBlockExpire: 0,
});
const hit = ['key', 60_000, 2, 60_000, 'stytch-login-ip'] as const;
let nowMs = 0;
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
const fallback: LimitStorage = { increment: () => Promise.resolve(record(1)) };

describe('FailoverLimitStorage', () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    jest.useFakeTimers();
    error.mockClear();
    nowMs = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  afterAll(() => {
    error.mockRestore();
  });

  it('passes the hit to the primary storage and returns its record', async () => {
    const increment = jest.fn<LimitStorage['increment']>().mockResolvedValue(record(7));

    expect(await new FailoverLimitStorage({ increment }, fallback, clock).increment(...hit)).toEqual(
      record(7),
    );
    expect(increment.mock.calls).toEqual([[...hit]]);
    expect(error).not.toHaveBeenCalled();
  });

  it.each<[string, LimitStorage['increment']]>([
    ['rejects', () => Promise.reject(new Error('key ada@example.com'))],
    [
      'throws',
      () => {
        throw new Error('not connected');
      },
    ],
    ['returns undefined', () => Promise.resolve(undefined as never)],
    ['returns a record with missing fields', () => Promise.resolve({ totalHits: 1 } as never)],
    ['returns a record of strings', () => Promise.resolve({ ...record(1), totalHits: '1' } as never)],
  ])('counts in the fallback when the primary storage %s', async (_, increment) => {
    const storage = new FailoverLimitStorage({ increment }, fallback, clock);

    expect(await storage.increment(...hit)).toEqual(record(1));
    expect(await storage.increment(...hit)).toEqual(record(1));
    expect(error.mock.calls).toEqual([
      ['shared.limits failed or took longer than 50 ms. Until it recovers, limits apply per process.'],
    ]);
  });

  it('counts in the fallback when the primary storage does not respond within 50 ms', async () => {
    const hanging: LimitStorage = { increment: () => new Promise(() => undefined) };
    const result = new FailoverLimitStorage(hanging, fallback, clock).increment(...hit);
    jest.advanceTimersByTime(50);

    expect(await result).toEqual(record(1));
  });

  it('waits for a storage that does not respond once per second', async () => {
    const increment = jest.fn<LimitStorage['increment']>(() => new Promise(() => undefined));
    const storage = new FailoverLimitStorage({ increment }, fallback, clock);
    const first = storage.increment(...hit);
    jest.advanceTimersByTime(50);
    await first;
    nowMs = 999;
    await storage.increment(...hit);
    expect(increment).toHaveBeenCalledTimes(1);

    nowMs = 1_000;
    void storage.increment(...hit);
    expect(increment).toHaveBeenCalledTimes(2);
  });

  it('fails for a minute after the pause if it is not used again', async () => {
    const increment = jest.fn<LimitStorage['increment']>().mockRejectedValue(new Error('not connected'));
    const storage = new FailoverLimitStorage({ increment }, fallback, clock);
    const isFailingAt = (ms: number) => {
      nowMs = ms;
      return storage.isFailing;
    };
    expect(storage.isFailing).toBe(false);
    await storage.increment(...hit);

    expect([0, 60_999, 61_000].map(isFailingAt)).toEqual([true, true, false]);
    await storage.increment(...hit);
    expect(storage.isFailing).toBe(true);
  });

  it('returns to the primary storage when it works again', async () => {
    const increment = jest
      .fn<LimitStorage['increment']>()
      .mockRejectedValueOnce(new Error('not connected'))
      .mockResolvedValue(record(7));
    const storage = new FailoverLimitStorage({ increment }, fallback, clock);

    expect(await storage.increment(...hit)).toEqual(record(1));
    nowMs = 1_000;
    expect(await storage.increment(...hit)).toEqual(record(7));
  });
});
