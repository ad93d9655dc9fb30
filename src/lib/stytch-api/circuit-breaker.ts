import type { Clock } from '../ports/clock.js';

/** Consecutive failures that open the circuit. */
const maxConsecutiveFailures = 5;
/** Number of calls in the window in which a 50 % failure rate opens the circuit. */
const windowSize = 20;
const probeIntervalMs = 2_000;

/**
 * Circuit breaker. While open, calls fail immediately; one probe every two seconds is allowed, and
 * the first success closes it.
 */
export class CircuitBreaker {
  /** Results of the most recent calls, oldest first; `true` is a success. */
  private readonly results: boolean[] = [];
  private nextProbeAtMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (isOpen: boolean) => void,
  ) {}

  get isOpen(): boolean {
    return this.nextProbeAtMs !== undefined;
  }

  /** Whether a call may be made now. While the circuit is open, `true` uses up the current probe. */
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
    this.results.length = 0;
    this.onChange(false);
  }

  recordFailure(): void {
    this.record(false);
    if (this.isOpen || !this.exceedsFailureLimits()) return;
    this.nextProbeAtMs = this.clock.monotonicMs() + probeIntervalMs;
    this.onChange(true);
  }

  private record(isSuccess: boolean): void {
    this.results.push(isSuccess);
    if (this.results.length > windowSize) this.results.shift();
  }

  private exceedsFailureLimits(): boolean {
    const recent = this.results.slice(-maxConsecutiveFailures);
    if (recent.length === maxConsecutiveFailures && !recent.includes(true)) return true;
    const failures = this.results.filter((isSuccess) => !isSuccess).length;
    return this.results.length === windowSize && failures * 2 >= windowSize;
  }
}
