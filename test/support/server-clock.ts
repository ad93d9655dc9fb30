import type { Clock } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';

/** The clock of a server whose wall clock can be wrong, and whose machine can be suspended. */
export class ServerClock implements Clock {
  /** How far the wall clock is ahead of Stytch's. */
  aheadMs = 0;
  private advancedMs = 0;

  constructor(private readonly emulator: () => StytchEmulator) {}

  readonly nowMs = (): number => this.emulator().clock.nowMs() + this.aheadMs;
  readonly monotonicMs = (): number => performance.now() + this.advancedMs;

  /** Time passes, for the server and for Stytch. */
  advance(ms: number): void {
    this.advancedMs += ms;
    this.suspend(ms);
  }

  /** Time passes, but the server's monotonic clock stands still. */
  suspend(ms: number): void {
    this.emulator().clock.advance({ ms });
  }
}
