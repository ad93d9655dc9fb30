import { TokenBucket } from './token-bucket.js';

let nowMs = 0;
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const taken = (bucket: TokenBucket, attempts: number) =>
  Array.from({ length: attempts }, () => bucket.take()).filter(Boolean).length;
beforeEach(() => {
  nowMs = 1000;
});

describe('a bucket of ten tokens a second', () => {
  it('has ten from the start, and no more', () => {
    expect(taken(new TokenBucket(10, clock), 50)).toBe(10);
  });

  it('gets one back every tenth of a second', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);

    const got = [100, 200, 50, 50].map((ms) => {
      nowMs += ms;
      return taken(bucket, 50);
    });

    expect(got).toEqual([1, 2, 0, 1]);
  });

  it('saves nothing up: after an hour it is ten again', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);
    nowMs += 3_600_000;

    expect(taken(bucket, 50)).toBe(10);
  });

  it('loses nothing by being asked often', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);
    let got = 0;
    for (let ms = 0; ms < 1000; ms += 1) {
      nowMs += 1;
      got += taken(bucket, 1);
    }

    expect(got).toBeGreaterThanOrEqual(9);
    expect(got).toBeLessThanOrEqual(10);
  });
});
