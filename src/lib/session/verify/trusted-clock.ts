import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import { ServerTimeObserver } from '../../ports/server-time-observer.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { momentOf, type Moment } from '../moment.js';

const minToleranceMs = 5_000;

/**
 * The wall time, as long as it can be trusted. The wall clock can be wrong, or be set at any time, and
 * the monotonic clock stops while the machine is suspended.
 *
 * The wall time is right if the `Date` of a response of Stytch agrees with it. From then on it has to
 * keep pace with the monotonic clock. After a suspension it doesn't, and the next response whose `Date`
 * agrees makes it trusted again. Responses come with each refresh of the signing keys, every five to ten
 * minutes, so a slow drift between the clocks does not add up.
 *
 * The tolerance is `session.clockSkewSeconds`, at least five seconds. In the worst case the wall clock
 * is set by that much twice, once before and once after a response, without being noticed.
 */
@Injectable()
export class TrustedClock extends ServerTimeObserver {
  readonly #clock: Clock;
  readonly #toleranceMs: number;
  /** Wall time minus monotonic time, when both were last known to be right. */
  #offsetMs: number;
  #isConfirmed = false;

  constructor(@Inject(RESOLVED_OPTIONS) { clock, session }: Pick<ResolvedOptions, 'clock' | 'session'>) {
    super();
    this.#clock = clock;
    this.#toleranceMs = Math.max(minToleranceMs, session.clockSkewSeconds * 1000);
    // Until Stytch's first response. Nothing is verified before: there are no keys.
    this.#offsetMs = clock.nowMs() - clock.monotonicMs();
  }

  /** Wall time in epoch milliseconds, or `undefined` if it can't be trusted. */
  nowMs(): number | undefined {
    const now = momentOf(this.#clock);
    return this.trusts(now) ? now.wallMs : undefined;
  }

  /** Whether the wall time of a moment that was just read can be trusted. */
  trusts(now: Moment): boolean {
    return this.#isWithinTolerance(this.#aheadMsAt(now));
  }

  get isTrusted(): boolean {
    return this.trusts(momentOf(this.#clock));
  }

  /** How far the wall clock is ahead of the time it should show; negative if it is behind. */
  get aheadMs(): number {
    return this.#aheadMsAt(momentOf(this.#clock));
  }

  override observe(serverTimeMs: number): void {
    const wallMs = this.#clock.nowMs();
    if (this.#isWithinTolerance(wallMs - serverTimeMs)) {
      this.#offsetMs = wallMs - this.#clock.monotonicMs();
      this.#isConfirmed = true;
    } else if (!this.#isConfirmed) {
      // The wall clock was wrong from the start.
      this.#offsetMs = serverTimeMs - this.#clock.monotonicMs();
    }
  }

  #aheadMsAt({ wallMs, monotonicMs }: Moment): number {
    return wallMs - monotonicMs - this.#offsetMs;
  }

  /** False for NaN, so a clock without a time is not trusted. */
  #isWithinTolerance(differenceMs: number): boolean {
    return Math.abs(differenceMs) <= this.#toleranceMs;
  }
}
