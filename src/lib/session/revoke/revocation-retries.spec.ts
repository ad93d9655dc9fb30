import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RevocationRetries } from './revocation-retries.js';

describe('telling Stytch again', () => {
  let retries: RevocationRetries;
  let told: number;
  const never = async () => {
    told += 1;
    return false;
  };
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    jest.useFakeTimers();
    warn.mockClear();
    told = 0;
    retries = new RevocationRetries();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('happens after 2 seconds, 10 more and 60 more, and then no more; that is said', async () => {
    retries.retry(never);
    const toldAfter = [];
    for (const pauseMs of [1_999, 1, 9_999, 1, 59_999, 1, 3_600_000]) {
      await jest.advanceTimersByTimeAsync(pauseMs);
      toldAfter.push(told);
    }

    expect(toldAfter).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(warn.mock.calls).toEqual([
      ['A session could not be revoked at Stytch; it is refused here until it ends.'],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends as soon as Stytch knows', async () => {
    retries.retry(async () => {
      told += 1;
      return told === 2;
    });
    await jest.advanceTimersByTimeAsync(3_600_000);

    expect([told, jest.getTimerCount(), warn.mock.calls]).toEqual([2, 0, []]);
  });

  it('is bounded: ten thousand wait, more are not told', async () => {
    for (let session = 0; session < 10_001; session += 1) retries.retry(never);

    expect([jest.getTimerCount(), warn.mock.calls.length]).toEqual([10_000, 1]);
  });

  it('ends with the application, what is under way included', async () => {
    let fail: (() => void) | undefined;
    retries.retry(
      () =>
        new Promise((resolve) => {
          told += 1;
          fail = () => {
            resolve(false);
          };
        }),
    );
    retries.retry(never);
    await jest.advanceTimersByTimeAsync(2_000);
    retries.onModuleDestroy();
    fail?.();
    await jest.advanceTimersByTimeAsync(3_600_000);

    expect([told, jest.getTimerCount()]).toEqual([2, 0]);
  });
});
