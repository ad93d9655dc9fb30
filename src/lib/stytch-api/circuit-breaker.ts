import type { Clock } from '../ports/clock.js';

/** So many failures in a row open the circuit, */
const failuresInARow = 5;
/** or half of so many calls. */
const windowOfCalls = 20;
/** While it is open, one call in so long tries whether Stytch is back. */
const probeEveryMs = 2_000;

/**
 * Stops calling what does not answer. While it is open nobody waits for a deadline and no socket is
 * opened; one call every two seconds goes through, and the first that succeeds closes it.
 */
export class Circuit {
  private readonly lastCalls: boolean[] = [];
  private nextProbeAtMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (isOpen: boolean) => void,
  ) {}

  get isOpen(): boolean {
    return this.nextProbeAtMs !== undefined;
  }

  /** Whether a call may be made now. Asking while it is open takes the probe. */
  admits(): boolean {
    if (this.nextProbeAtMs === undefined) return true;
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.nextProbeAtMs) return false;
    this.nextProbeAtMs = nowMs + probeEveryMs;
    return true;
  }

  succeeded(): void {
    this.remember(true);
    if (!this.isOpen) return;
    this.nextProbeAtMs = undefined;
    this.lastCalls.length = 0;
    this.onChange(false);
  }

  failed(): void {
    this.remember(false);
    if (this.isOpen || !this.looksDown()) return;
    this.nextProbeAtMs = this.clock.monotonicMs() + probeEveryMs;
    this.onChange(true);
  }

  private remember(succeeded: boolean): void {
    this.lastCalls.push(succeeded);
    if (this.lastCalls.length > windowOfCalls) this.lastCalls.shift();
  }

  private looksDown(): boolean {
    const inARow = this.lastCalls.slice(-failuresInARow);
    if (inARow.length === failuresInARow && !inARow.includes(true)) return true;
    const failures = this.lastCalls.filter((succeeded) => !succeeded).length;
    return this.lastCalls.length === windowOfCalls && failures * 2 >= windowOfCalls;
  }
}
