import { RateLimitPause } from './rate-limit-pause.js';

let elapsedMs: number;
let pause: RateLimitPause;
const remainingSeconds = () => pause.refusal?.retryAfterSeconds;
beforeEach(() => {
  elapsedMs = 0;
  pause = new RateLimitPause({ nowMs: () => 0, monotonicMs: () => elapsedMs });
});

describe('the pause after a rate limit', () => {
  it('lasts as long as Retry-After says', () => {
    pause.begin(10);
    elapsedMs = 9_001;
    expect(pause.refusal).toEqual({ kind: 'unavailable', reason: 'rate_limited', retryAfterSeconds: 1 });
    elapsedMs = 10_000;
    expect(pause.refusal).toBeUndefined();
  });

  it.each([
    [undefined, 5],
    [0, 1],
    [99_999, 60],
  ])('after a Retry-After of %s lasts %i seconds', (retryAfterSeconds, seconds) => {
    pause.begin(retryAfterSeconds);

    expect(remainingSeconds()).toBe(seconds);
  });

  it('is not shortened by the response to a call that began before it', () => {
    pause.begin(10);
    pause.begin(1);

    expect(remainingSeconds()).toBe(10);
  });
});
