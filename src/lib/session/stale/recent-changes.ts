import type { Clock } from '../../ports/clock.js';
import { hasPassed, type Moment } from '../moment.js';

/** Removing expired entries visits all of them, so it is not done at every lookup. */
const cleanupIntervalMs = 60_000;

/** What is stored of a change. */
export interface RecentChange {
  /** When Stytch made it, in epoch milliseconds. */
  readonly atMs: number;
  readonly until: Moment;
}

/** The latest change of each user, member or organization, by id, until no token of before is valid. Bounded. */
export class RecentChanges<Stored extends RecentChange> {
  readonly #changes = new Map<string, Stored>();
  #nextCleanupAtMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly max: number,
  ) {}

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  get(id: string): Stored | undefined {
    this.removeExpired();
    const change = this.#changes.get(id);
    return change === undefined || hasPassed(this.clock, change.until) ? undefined : change;
  }

  /** @returns false if the oldest change was removed for it */
  set(id: string, change: Stored): boolean {
    this.removeExpired();
    this.#changes.delete(id);
    this.#changes.set(id, change);
    if (this.#changes.size <= this.max) return true;
    const [oldest = ''] = this.#changes.keys();
    this.#changes.delete(oldest);
    return false;
  }

  private removeExpired(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.#nextCleanupAtMs) return;
    this.#nextCleanupAtMs = nowMs + cleanupIntervalMs;
    for (const [id, { until }] of this.#changes) if (hasPassed(this.clock, until)) this.#changes.delete(id);
  }
}
