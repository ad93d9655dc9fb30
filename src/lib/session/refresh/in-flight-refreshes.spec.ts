import { signedOut, type SessionResult } from '../session-result.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';

const result = signedOut('session_revoked');

describe('in-flight refreshes', () => {
  let inFlight: InFlightRefreshes;
  let calls: ((result: SessionResult) => void)[];
  const refresh = () => new Promise<SessionResult>((resolve) => calls.push(resolve));
  beforeEach(() => {
    inFlight = new InFlightRefreshes();
    calls = [];
  });

  it('makes one call for concurrent refreshes of the same key', async () => {
    const [first, second] = [inFlight.coalesce('key', refresh), inFlight.coalesce('key', refresh)];
    calls.forEach((resolve) => {
      resolve(result);
    });

    expect([calls.length, await first, await second]).toEqual([1, result, result]);
  });

  it('makes one call for each key', () => {
    void inFlight.coalesce('key', refresh);
    void inFlight.coalesce('other', refresh);

    expect([calls.length, inFlight.has('key'), inFlight.has('none')]).toEqual([2, true, false]);
  });

  it('makes another call after the first has completed', async () => {
    const first = inFlight.coalesce('key', refresh);
    calls[0]?.(result);
    await first;
    expect(inFlight.has('key')).toBe(false);

    void inFlight.coalesce('key', refresh);

    expect(calls).toHaveLength(2);
  });

  it('makes another call after the first has failed', async () => {
    await expect(inFlight.coalesce('key', () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );

    expect(inFlight.has('key')).toBe(false);
  });
});
