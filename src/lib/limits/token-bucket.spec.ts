import { TokenBucket } from './token-bucket.js';

let nowMs = 0;
const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
const taken = (bucket: TokenBucket, attempts: number) =>
  Array.from({ length: attempts }, () => bucket.take()).filter(Boolean).length;
beforeEach(() => {
  nowMs = 1000;
});

describe('a bucket of ten tokens a second', () => {
  it('starts with ten tokens', () => {
    expect(taken(new TokenBucket(10, clock), 50)).toBe(10);
  });

  it('gains one token every tenth of a second', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);

    const counts = [100, 200, 50, 50].map((ms) => {
      nowMs += ms;
      return taken(bucket, 50);
    });

    expect(counts).toEqual([1, 2, 0, 1]);
  });

  it('never exceeds ten tokens, even after an hour without use', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);
    nowMs += 3_600_000;

    expect(taken(bucket, 50)).toBe(10);
  });

  it('refills at the same rate when it is polled every millisecond', () => {
    const bucket = new TokenBucket(10, clock);
    taken(bucket, 50);
    let count = 0;
    for (let ms = 0; ms < 1000; ms += 1) {
      nowMs += 1;
      count += taken(bucket, 1);
    }

    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(10);
  });
});

describe('a bucket with a burst', () => {
  it('starts with the burst, gains the rate and never exceeds the burst', () => {
    const bucket = new TokenBucket(10, clock, 100);
    const counts = [0, 1000, 3_600_000].map((ms) => {
      nowMs += ms;
      return taken(bucket, 500);
    });

    expect(counts).toEqual([100, 10, 100]);
  });

  it('gives out a token again that was given back, but never more than the burst', () => {
    const bucket = new TokenBucket(10, clock, 100);
    bucket.giveBack();
    expect(taken(bucket, 500)).toBe(100);
    bucket.giveBack();

    expect(taken(bucket, 500)).toBe(1);
  });
});
