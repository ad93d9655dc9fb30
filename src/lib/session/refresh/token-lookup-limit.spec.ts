import { TokenLookupLimit } from './token-lookup-limit.js';

describe('the limit of token lookups', () => {
  it('allows ten lookups per second', () => {
    let elapsedMs = 0;
    const limit = new TokenLookupLimit({ clock: { nowMs: () => 0, monotonicMs: () => elapsedMs } });
    const counts = [0, 99, 1, 1000].map((pauseMs) => {
      elapsedMs += pauseMs;
      return Array.from({ length: 12 }, () => limit.take()).filter(Boolean).length;
    });

    expect(counts).toEqual([10, 0, 1, 10]);
  });

  it('is not affected by the wall clock', () => {
    let nowMs = 0;
    const limit = new TokenLookupLimit({ clock: { nowMs: () => nowMs, monotonicMs: () => 0 } });
    for (let n = 0; n < 10; n += 1) limit.take();
    nowMs += 3_600_000;

    expect(limit.take()).toBe(false);
  });
});
