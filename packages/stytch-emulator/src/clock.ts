/** How far to move the clock. The parts add up. */
export interface ClockStep {
  ms?: number;
  seconds?: number;
  minutes?: number;
  hours?: number;
}

/** The emulator's time: the system time plus an offset that tests can change. */
export interface EmulatorClock {
  /** Wall-clock time in epoch milliseconds. */
  nowMs(): number;
  /** Monotonic time in milliseconds, for measuring durations. */
  monotonicMs(): number;
  /**
   * Moves wall-clock and monotonic time forward. A negative step moves only the wall clock, like
   * a system clock that is set back.
   */
  advance(by: ClockStep): void;
  /** Sets the wall clock back to the system time. */
  reset(): void;
}

/** The clock as the parts of the emulator see it. */
export interface ProjectClock extends EmulatorClock {
  /** Calls the listener after a test has moved the clock, which no timer notices. */
  onMove(listener: () => void): void;
}

export function createClock(): ProjectClock {
  const listeners = new Set<() => void>();
  let wallOffsetMs = 0;
  let monotonicOffsetMs = 0;
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    nowMs: () => Date.now() + wallOffsetMs,
    monotonicMs: () => performance.now() + monotonicOffsetMs,
    advance(by) {
      const stepMs = toMs(by);
      wallOffsetMs += stepMs;
      monotonicOffsetMs += Math.max(0, stepMs);
      notify();
    },
    reset() {
      wallOffsetMs = 0;
      notify();
    },
    onMove(listener) {
      listeners.add(listener);
    },
  };
}

/** Wall-clock time in whole seconds, the resolution of Stytch's timestamps and of JWT claims. */
export function nowSeconds(clock: EmulatorClock): number {
  return Math.floor(clock.nowMs() / 1000);
}

const maxStepMs = 100 * 365 * 24 * 3_600_000;

function toMs({ ms = 0, seconds = 0, minutes = 0, hours = 0 }: ClockStep): number {
  const stepMs = ms + 1000 * (seconds + 60 * (minutes + 60 * hours));
  // Beyond the range of Date, every timestamp would be "Invalid Date".
  if (!Number.isFinite(stepMs) || Math.abs(stepMs) > maxStepMs) {
    throw new RangeError('A clock step must be a number of at most 100 years.');
  }
  return stepMs;
}
