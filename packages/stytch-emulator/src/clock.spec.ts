import { createClock } from './clock.js';

describe('createClock', () => {
  it('returns the system time until it is moved', () => {
    expect(Math.abs(createClock().nowMs() - Date.now())).toBeLessThan(100);
  });

  it('moves wall-clock and monotonic time forward by the sum of the parts', () => {
    const clock = createClock();
    const before = { wall: clock.nowMs(), monotonic: clock.monotonicMs() };
    clock.advance({ hours: 1, minutes: 1, seconds: 1, ms: 1 });
    expect(clock.nowMs() - before.wall).toBeGreaterThanOrEqual(3_661_001);
    expect(clock.monotonicMs() - before.monotonic).toBeGreaterThanOrEqual(3_661_001);
  });

  it('never moves monotonic time back', () => {
    const clock = createClock();
    clock.advance({ hours: 1 });
    const before = { wall: clock.nowMs(), monotonic: clock.monotonicMs() };
    clock.advance({ minutes: -30 });
    expect(clock.nowMs()).toBeLessThan(before.wall - 29 * 60_000);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(before.monotonic);
    clock.reset();
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(100);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(before.monotonic);
  });

  it.each([NaN, Infinity, 1e15])('throws a RangeError when it is moved by %d hours', (hours) => {
    expect(() => {
      createClock().advance({ hours });
    }).toThrow(RangeError);
  });
});
