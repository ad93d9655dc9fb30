import { jest } from '@jest/globals';
import { withTimeout } from './with-timeout.js';

describe('withTimeout', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('returns the value of a promise that settles in time and leaves no timer behind', async () => {
    expect(await withTimeout(Promise.resolve('value'), 100)).toBe('value');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('returns undefined when the time is up', async () => {
    const result = withTimeout(new Promise<string>(() => undefined), 100);
    jest.advanceTimersByTime(100);

    expect(await result).toBeUndefined();
  });

  it('passes a rejection on and leaves no timer behind', async () => {
    await expect(withTimeout(Promise.reject(new Error('failed')), 100)).rejects.toThrow('failed');
    expect(jest.getTimerCount()).toBe(0);
  });
});
