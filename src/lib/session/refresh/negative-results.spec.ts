import { signedOut, unknown } from '../session-result.js';
import { NegativeResults } from './negative-results.js';

let elapsedMs: number;
let results: NegativeResults<ReturnType<typeof signedOut> | ReturnType<typeof unknown>>;
const revoked = signedOut('session_revoked', true);
const isCachedAfter = (ms: number) => {
  elapsedMs += ms;
  return results.get('key') !== undefined;
};
beforeEach(() => {
  elapsedMs = 0;
  results = new NegativeResults({ nowMs: () => 0, monotonicMs: () => elapsedMs });
});

describe('the negative results', () => {
  it.each([
    [undefined, 2000],
    [1, 2000],
    [7, 7000],
    [3600, 60_000],
  ])('hold a failure with Retry-After %p for %d ms', (retryAfterSeconds, ms) => {
    const failure = unknown('stytch_unavailable', retryAfterSeconds);
    results.set('key', failure);

    expect([results.get('key') === failure, isCachedAfter(ms - 1), isCachedAfter(1)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('hold a signed-out result for one minute', () => {
    results.set('key', revoked);

    expect([results.get('key') === revoked, isCachedAfter(59_999), isCachedAfter(1)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('replace a result with a later one', () => {
    results.set('key', unknown('stytch_unavailable', 60));
    results.set('key', revoked);

    expect(results.get('key')).toBe(revoked);
  });

  it('hold at most the last 5,461', () => {
    for (let n = 0; n < 20_000; n += 1) results.set(`key-${n}`, revoked);
    const held = Array.from({ length: 20_000 }, (_, n) => n).filter(
      (n) => results.get(`key-${n}`) !== undefined,
    );

    expect(held.length).toBeLessThanOrEqual(5461);
    expect(held.at(-1)).toBe(19_999);
  });
});
