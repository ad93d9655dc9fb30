import type { Clock } from '../ports/clock.js';
import type { StytchHealthReport } from '../ports/health-report.js';

/** Consecutive failures that open the circuit. */
const maxConsecutiveFailures = 5;
/** Number of calls in the window in which a 50 % failure rate opens the circuit. */
const windowSize = 20;
const probeIntervalMs = 2_000;

/** Records whether Stytch responded to the call. Not called if the call says nothing about that. */
export type RecordCall = (isSuccess: boolean) => void;

/**
 * Circuit breaker. While open, calls fail immediately; one probe every two seconds is allowed, and
 * the first successful one closes it. A call that began before the circuit changed its state is not
 * recorded: it says how Stytch was then.
 */
export class CircuitBreaker {
  /** Results of the most recent calls, oldest first; `true` is a success. */
  private readonly results: boolean[] = [];
  private nextProbeAtMs: number | undefined;
  private changes = 0;

  constructor(
    private readonly clock: Clock,
    private readonly onChange: (isOpen: boolean) => void,
  ) {}

  get isOpen(): boolean {
    return this.nextProbeAtMs !== undefined;
  }

  /** `half_open`: the next call is the probe. */
  get state(): StytchHealthReport['circuit'] {
    if (!this.isOpen) return 'closed';
    return this.allowsCall ? 'half_open' : 'open';
  }

  /** Whether a call may begin now. */
  get allowsCall(): boolean {
    return this.nextProbeAtMs === undefined || this.clock.monotonicMs() >= this.nextProbeAtMs;
  }

  /** Begins a call; `undefined` if none is allowed. While the circuit is open, the call is the probe. */
  beginCall(): RecordCall | undefined {
    if (!this.allowsCall) return undefined;
    if (this.isOpen) this.nextProbeAtMs = this.clock.monotonicMs() + probeIntervalMs;
    const { changes } = this;
    return (isSuccess) => {
      if (this.changes === changes) this.record(isSuccess);
    };
  }

  private record(isSuccess: boolean): void {
    if (this.isOpen) {
      if (isSuccess) this.change(undefined);
      return;
    }
    this.results.push(isSuccess);
    if (this.results.length > windowSize) this.results.shift();
    if (this.exceedsFailureLimits()) this.change(this.clock.monotonicMs() + probeIntervalMs);
  }

  private change(nextProbeAtMs: number | undefined): void {
    this.nextProbeAtMs = nextProbeAtMs;
    this.results.length = 0;
    this.changes += 1;
    this.onChange(this.isOpen);
  }

  private exceedsFailureLimits(): boolean {
    const recent = this.results.slice(-maxConsecutiveFailures);
    if (recent.length === maxConsecutiveFailures && !recent.includes(true)) return true;
    const failures = this.results.filter((isSuccess) => !isSuccess).length;
    return this.results.length === windowSize && failures * 2 >= windowSize;
  }
}
