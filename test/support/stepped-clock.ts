import type { Clock } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';

/**
 * A clock whose monotonic time stands still until it is advanced, so that intervals such as the
 * time between two probes do not pass on a slow machine. The wall clock is the emulator's.
 */
export class SteppedClock implements Clock {
  private elapsedMs = 0;

  constructor(private readonly emulator: () => StytchEmulator) {}

  readonly nowMs = (): number => this.emulator().clock.nowMs();
  readonly monotonicMs = (): number => this.elapsedMs;

  /** Advances this clock and the emulator's. */
  advance({ minutes = 0, seconds = 0 }: { minutes?: number; seconds?: number }): void {
    const ms = (minutes * 60 + seconds) * 1000;
    this.elapsedMs += ms;
    this.emulator().clock.advance({ ms });
  }
}
