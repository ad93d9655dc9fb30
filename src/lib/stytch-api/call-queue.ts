import { systemClock } from '../options/system-clock.js';
import type { StytchQueueState } from '../ports/health-report.js';
import { RecentDurations } from './recent-durations.js';

export type QueueResult<Value> =
  | { readonly kind: 'completed'; readonly value: Value }
  /** The call was not made: it could not have completed before its deadline. */
  | { readonly kind: 'refused' };

interface WaitingCall {
  readonly deadlineAtMs: number;
  start(): void;
  refuse(): void;
}

/** Bounds memory. The deadline refuses most calls long before. */
const maxWaiting = 10_000;

/**
 * Limits the number of calls in flight. Further calls wait in the order of their arrival. A call is refused at once if it
 * could not complete before its deadline even if all calls were as quick as the quick ones among recent calls: a burst
 * slows down the calls that it begins with, but not those that wait. When its turn comes, a call is refused, and never
 * made, if less than the average duration remains.
 */
export class CallQueue {
  private inFlight = 0;
  readonly #waiting: WaitingCall[] = [];
  #expiry: NodeJS.Timeout | undefined;
  private readonly durations: RecentDurations;

  constructor(private readonly maxInFlight: number) {
    this.durations = new RecentDurations(maxInFlight);
  }

  get state(): StytchQueueState {
    const { inFlight, maxInFlight } = this;
    return { inFlight, maxInFlight, waiting: this.#waiting.length };
  }

  /**
   * @param deadlineAtMs on the system's monotonic clock; not earlier than that of the previous call
   * @param call makes the call; a value that is no promise means that no call was necessary any more
   */
  run<Value>(deadlineAtMs: number, call: () => Promise<Value> | Value): Promise<QueueResult<Value>> {
    if (this.inFlight < this.maxInFlight) return this.start(call);
    if (this.#waiting.length >= maxWaiting || !this.canWait(deadlineAtMs)) {
      return Promise.resolve({ kind: 'refused' });
    }
    return new Promise((resolve) => {
      this.#waiting.push({
        deadlineAtMs,
        start: () => {
          resolve(this.start(call));
        },
        refuse: () => {
          resolve({ kind: 'refused' });
        },
      });
      if (this.#expiry === undefined) this.scheduleExpiry();
    });
  }

  private async start<Value>(call: () => Promise<Value> | Value): Promise<QueueResult<Value>> {
    const startedAtMs = systemClock.monotonicMs();
    const value = call();
    if (!(value instanceof Promise)) return { kind: 'completed', value };
    this.inFlight += 1;
    try {
      return { kind: 'completed', value: await value };
    } finally {
      this.inFlight -= 1;
      this.durations.add(systemClock.monotonicMs() - startedAtMs);
      this.startWaiting();
    }
  }

  private startWaiting(): void {
    while (this.inFlight < this.maxInFlight) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      if (this.canComplete(next.deadlineAtMs)) next.start();
      else next.refuse();
    }
    if (this.#waiting.length === 0) this.cancelExpiry();
  }

  /** The first waiting call has the earliest deadline. */
  private scheduleExpiry(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const remainingMs = first.deadlineAtMs - systemClock.monotonicMs() - this.durations.averageMs;
    this.#expiry = setTimeout(
      () => {
        this.#expiry = undefined;
        this.refuseExpired();
        this.scheduleExpiry();
      },
      Math.max(1, remainingMs + 1),
    );
  }

  /** With nothing to refuse, a timer would only keep the process alive. */
  private cancelExpiry(): void {
    clearTimeout(this.#expiry);
    this.#expiry = undefined;
  }

  private refuseExpired(): void {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (this.canComplete(first.deadlineAtMs)) return;
      this.#waiting.shift();
      first.refuse();
    }
  }

  private canWait(deadlineAtMs: number): boolean {
    const rounds = 1 + (this.#waiting.length + 1) / this.maxInFlight;
    return systemClock.monotonicMs() + rounds * this.durations.quickMs < deadlineAtMs;
  }

  private canComplete(deadlineAtMs: number): boolean {
    return systemClock.monotonicMs() + this.durations.averageMs < deadlineAtMs;
  }
}
