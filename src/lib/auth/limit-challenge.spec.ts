import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { HttpExchange } from '../http/http-exchange.js';
import type { StytchLimitOptions } from '../options/limits.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { LimitChallenge } from './limit-challenge.js';

type Challenge = NonNullable<StytchLimitOptions['challenge']>;

const platformRequest = { body: { email: 'ada@example.com', captcha: 'solved' } };
const exchange = { platformRequest } as unknown as HttpExchange;
const limitChallenge = (challenge?: unknown) =>
  new LimitChallenge({ limits: { challenge } } as unknown as ResolvedOptions);

describe('LimitChallenge', () => {
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    jest.useFakeTimers();
    error.mockClear();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  afterAll(() => {
    error.mockRestore();
  });

  it('passes the name of the limit and the request of the platform to the hook', async () => {
    const challenge = jest.fn<Challenge>().mockReturnValue(true);

    expect(await limitChallenge(challenge).isPassed('address', exchange)).toBe(true);
    expect(challenge.mock.calls).toEqual([[{ limit: 'address', request: platformRequest }]]);
  });

  it.each<[string, unknown, boolean]>([
    ['no hook', undefined, false],
    ['a hook that returns true', () => true, true],
    ['a hook that resolves to true', () => Promise.resolve(true), true],
    ['a hook that returns false', () => false, false],
    ['a hook that resolves to false', () => Promise.resolve(false), false],
  ])('lets %s decide, without a log line', async (_, challenge, isPassed) => {
    expect(await limitChallenge(challenge).isPassed('ip', exchange)).toBe(isPassed);
    expect(error).not.toHaveBeenCalled();
  });

  it.each<[string, unknown]>([
    ['returns undefined', () => undefined],
    ['returns 1', () => 1],
    ["returns 'true'", () => 'true'],
    ['resolves to an object', () => Promise.resolve({ success: true })],
    ['rejects', () => Promise.reject(new Error('no CAPTCHA from ada@example.com'))],
    [
      'throws',
      () => {
        throw new Error('no CAPTCHA from ada@example.com');
      },
    ],
  ])('is not passed when the hook %s, and logs that once without the error', async (_, challenge) => {
    const limits = limitChallenge(challenge);

    expect(await limits.isPassed('ip', exchange)).toBe(false);
    expect(await limits.isPassed('ip', exchange)).toBe(false);
    expect(error.mock.calls).toEqual([[expect.stringContaining('limits.challenge failed')]]);
    expect(error.mock.calls.join()).not.toContain('ada');
  });

  it('is not passed when the hook takes longer than 5 seconds', async () => {
    const result = limitChallenge(() => new Promise<never>(() => undefined)).isPassed('ip', exchange);
    await jest.advanceTimersByTimeAsync(5_000);

    expect(await result).toBe(false);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('calls the hook at most 100 times concurrently', async () => {
    const challenge = jest.fn<Challenge>().mockReturnValue(new Promise<never>(() => undefined));
    const limits = limitChallenge(challenge);
    const results = Array.from({ length: 150 }, () => limits.isPassed('ip', exchange));
    await jest.advanceTimersByTimeAsync(5_000);

    expect(new Set(await Promise.all(results))).toEqual(new Set([false]));
    expect(challenge).toHaveBeenCalledTimes(100);
    challenge.mockReturnValue(true);
    expect(await limits.isPassed('ip', exchange)).toBe(true);
  });
});
