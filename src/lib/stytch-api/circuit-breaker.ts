import type { Clock } from '../ports/clock.js';

/** So many failures in a row open the circuit, */
const consecutiveFailures = 5;
/** or half of so many calls. */
const windowSize = 20;
/** While it is open, one call in so long tries whether Stytch is back. */
const probeIntervalMs = 2_000;

/**
 * Stops calling what does not answer. While it is open nobody waits for a deadline and no socket is
 * opened; one call every two seconds goes through, and the first that succeeds closes it.
 */
export class CircuitBreaker {
  private readonly calls: boolean[] = [];
  private nextProbeAtMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (isOpen: boolean) => void,
  ) {}

  get isOpen(): boolean {
    return this.nextProbeAtMs !== undefined;
  }

  /** Whether a call may be made now. Asking while it is open takes the probe. */
  allowsCall(): boolean {
    if (this.nextProbeAtMs === undefined) return true;
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.nextProbeAtMs) return false;
    this.nextProbeAtMs = nowMs + probeIntervalMs;
    return true;
  }

  recordSuccess(): void {
    this.record(true);
    if (!this.isOpen) return;
    this.nextProbeAtMs = undefined;
    this.calls.length = 0;
    this.onChange(false);
  }

  recordFailure(): void {
    this.record(false);
    if (this.isOpen || !this.isFailing()) return;
    this.nextProbeAtMs = this.clock.monotonicMs() + probeIntervalMs;
    this.onChange(true);
  }

  private record(succeeded: boolean): void {
    this.calls.push(succeeded);
    if (this.calls.length > windowSize) this.calls.shift();
  }

  private isFailing(): boolean {
    const recentCalls = this.calls.slice(-consecutiveFailures);
    if (recentCalls.length === consecutiveFailures && !recentCalls.includes(true)) return true;
    const failures = this.calls.filter((succeeded) => !succeeded).length;
    return this.calls.length === windowSize && failures * 2 >= windowSize;
  }
}
