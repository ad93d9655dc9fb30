/** How far to move the clock. The parts add up. */
export interface ClockStep {
  ms?: number;
  seconds?: number;
  minutes?: number;
  hours?: number;
}

/** The emulator's time: the machine's time plus what a test has added to it. */
export interface EmulatorClock {
  /** Wall time, in milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds since some moment in the past, for measuring ages. It never goes back. */
  monotonicMs(): number;
  /**
   * Moves both faces forward. A negative step puts the wall clock back, as an operator
   * might; the monotonic face then stays where it is.
   */
  advance(by: ClockStep): void;
  /** Puts the wall face back to the machine's time. */
  reset(): void;
}

export function createClock(): EmulatorClock {
  let wallOffsetMs = 0;
  let monotonicOffsetMs = 0;
  return {
    nowMs: () => Date.now() + wallOffsetMs,
    monotonicMs: () => performance.now() + monotonicOffsetMs,
    advance(by) {
      const stepMs = inMs(by);
      wallOffsetMs += stepMs;
      monotonicOffsetMs += Math.max(0, stepMs);
    },
    reset() {
      wallOffsetMs = 0;
    },
  };
}

/** The wall clock in whole seconds: Stytch's timestamps and the claims of a JWT know no smaller unit. */
export function nowSeconds(clock: EmulatorClock): number {
  return Math.floor(clock.nowMs() / 1000);
}

function inMs({ ms = 0, seconds = 0, minutes = 0, hours = 0 }: ClockStep): number {
  const stepMs = ms + 1000 * (seconds + 60 * (minutes + 60 * hours));
  // Further than a Date can tell, every timestamp would be "Invalid Date".
  if (!Number.isFinite(stepMs) || Math.abs(stepMs) > 100 * 365 * 24 * 3_600_000) {
    throw new RangeError('A clock step is a number of at most a hundred years.');
  }
  return stepMs;
}
