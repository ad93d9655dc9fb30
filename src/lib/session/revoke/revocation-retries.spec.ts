import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RevocationRetries } from './revocation-retries.js';

describe('the retries of a revocation', () => {
  let retries: RevocationRetries;
  let attempts: number;
  const fail = async () => {
    attempts += 1;
    return false;
  };
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    jest.useFakeTimers();
    warn.mockClear();
    attempts = 0;
    retries = new RevocationRetries();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are made after 2, 10 and 60 seconds, then a warning is logged', async () => {
    retries.retry(fail);
    const attemptsAfter = [];
    for (const pauseMs of [1_999, 1, 9_999, 1, 59_999, 1, 3_600_000]) {
      await jest.advanceTimersByTimeAsync(pauseMs);
      attemptsAfter.push(attempts);
    }

    expect(attemptsAfter).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(warn.mock.calls).toEqual([
      ['A session could not be revoked at Stytch. It stays denied here until it expires.'],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('end as soon as Stytch confirms the revocation', async () => {
    retries.retry(async () => {
      attempts += 1;
      return attempts === 2;
    });
    await jest.advanceTimersByTimeAsync(3_600_000);

    expect([attempts, jest.getTimerCount(), warn.mock.calls]).toEqual([2, 0, []]);
  });

  it('are limited to 10,000 pending ones', async () => {
    for (let session = 0; session < 10_001; session += 1) retries.retry(fail);

    expect([jest.getTimerCount(), warn.mock.calls.length]).toEqual([10_000, 1]);
  });

  it('end at shutdown, including an attempt in flight', async () => {
    let reject: (() => void) | undefined;
    retries.retry(
      () =>
        new Promise((resolve) => {
          attempts += 1;
          reject = () => {
            resolve(false);
          };
        }),
    );
    retries.retry(fail);
    await jest.advanceTimersByTimeAsync(2_000);
    retries.onModuleDestroy();
    reject?.();
    await jest.advanceTimersByTimeAsync(3_600_000);

    expect([attempts, jest.getTimerCount()]).toEqual([2, 0]);
  });
});
