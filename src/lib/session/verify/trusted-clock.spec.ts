import { TrustedClock } from './trusted-clock.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const second = 1000;
const [minute, hour, day] = [60 * second, 3600 * second, 86_400 * second];
const start = 1_800_000_000_000;

describe('the trusted clock', () => {
  /** The time of the world, and so Stytch's. */
  let trueMs: number;
  /** The error of the server's wall clock. */
  let aheadMs: number;
  /** For how long the machine was suspended: its monotonic clock stood still. */
  let suspendedMs: number;
  let clock: TrustedClock;
  const newClock = (clockSkewSeconds = 30) => {
    const options = resolvedOptions({
      session: { clockSkewSeconds },
      clock: { nowMs: () => trueMs + aheadMs, monotonicMs: () => trueMs - start - suspendedMs },
    });
    return new TrustedClock(options);
  };
  /** Stytch responds: its `Date` has a resolution of one second. */
  const respond = () => {
    clock.observe(trueMs - (trueMs % second));
  };
  beforeEach(() => {
    [trueMs, aheadMs, suspendedMs] = [start + 500, 0, 0];
    clock = newClock();
    respond();
  });

  it('shows the wall time', () => {
    trueMs += 3 * day;

    expect([clock.nowMs(), clock.isTrusted, clock.aheadMs]).toEqual([trueMs, true, 0]);
  });

  it.each([
    [30, 30],
    [300, 300],
    [5, 5],
    [4, 5],
    [0, 5],
  ])(
    'with a clockSkewSeconds of %d does not know the time if the wall clock is set by more than %d seconds',
    (clockSkewSeconds, toleratedSeconds) => {
      const trustedAt = [1, -1].flatMap((sign) =>
        [toleratedSeconds, toleratedSeconds + 0.001].map((seconds) => {
          aheadMs = 0;
          clock = newClock(clockSkewSeconds);
          aheadMs = sign * seconds * second;
          return clock.isTrusted && clock.nowMs() === trueMs + aheadMs;
        }),
      );

      expect(trustedAt).toEqual([true, false, true, false]);
    },
  );

  it('knows the time again when the wall clock is set back', () => {
    aheadMs = 2 * hour;
    expect([clock.nowMs(), clock.aheadMs]).toEqual([undefined, 2 * hour]);
    aheadMs = 0;

    expect(clock.nowMs()).toBe(trueMs);
  });

  it("does not know the time as long as Stytch's time disagrees with the wall clock", () => {
    aheadMs = -hour;
    for (let n = 0; n < 100; n += 1) {
      trueMs += minute;
      respond();
      expect(clock.nowMs()).toBeUndefined();
    }
  });

  it("knows the time after a suspension when Stytch's time agrees with the wall clock", () => {
    trueMs += 2 * hour;
    suspendedMs += 2 * hour;
    expect(clock.nowMs()).toBeUndefined();
    respond();

    expect([clock.nowMs(), clock.aheadMs]).toEqual([trueMs, 0]);
  });

  it('does not take a response from before a suspension for a confirmation', () => {
    const sentAtMs = trueMs;
    trueMs += 2 * hour;
    suspendedMs += 2 * hour;
    clock.observe(sentAtMs);

    expect(clock.nowMs()).toBeUndefined();
  });

  it('knows the time when a wall clock that was wrong before is corrected, as Stytch confirms', () => {
    aheadMs = 25 * second;
    clock = newClock();
    aheadMs = -25 * second;
    expect(clock.nowMs()).toBeUndefined();
    respond();

    expect(clock.nowMs()).toBe(trueMs + aheadMs);
  });

  it.each([2 * hour, -hour])(
    "does not know the time with a wall clock that is %d ms ahead from the start, from Stytch's first response",
    (ms) => {
      aheadMs = ms;
      clock = newClock();
      expect(clock.isTrusted).toBe(true);
      respond();
      expect([clock.nowMs(), clock.aheadMs]).toEqual([undefined, ms + 500]);
      aheadMs = 0;

      expect(clock.nowMs()).toBe(trueMs);
    },
  );

  it('does not distrust a clock that was confirmed because of one response that disagrees', () => {
    clock.observe(trueMs - 2 * hour);

    expect(clock.nowMs()).toBe(trueMs);
  });

  it('follows a drift of one hour in six weeks with a response every ten minutes', () => {
    const steps = (42 * day) / (10 * minute);
    for (let n = 0; n < steps; n += 1) {
      trueMs += 10 * minute;
      // The monotonic clock is slow; NTP corrects the wall clock.
      suspendedMs += hour / steps;
      if (!clock.isTrusted) throw new Error(`Not trusted after ${n} steps.`);
      respond();
    }

    expect(Math.round(suspendedMs)).toBe(hour);
    expect(clock.nowMs()).toBe(trueMs);
  });

  it('does not let repeated small steps add up, with or without responses between them', () => {
    const trustedAfterEach = (respondBetween: boolean) => {
      aheadMs = 0;
      clock = newClock();
      respond();
      return Array.from({ length: 6 }, () => {
        aheadMs -= 20 * second;
        trueMs += minute;
        if (respondBetween) respond();
        return clock.isTrusted;
      });
    };

    expect(trustedAfterEach(false)).toEqual([true, false, false, false, false, false]);
    // The first step is within the tolerance of the response after it, so it is counted from there.
    expect(trustedAfterEach(true)).toEqual([true, true, false, false, false, false]);
  });

  it('does not know the time with a clock that shows none', () => {
    trueMs = NaN;

    expect([clock.nowMs(), clock.isTrusted]).toEqual([undefined, false]);
  });
});
