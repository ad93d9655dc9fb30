import type { Clock } from '../ports/clock.js';
import type { StytchUnavailable } from '../ports/stytch-response.js';

const defaultPauseSeconds = 5;
const minPauseSeconds = 1;
const maxPauseSeconds = 60;

/**
 * Pauses calls after Stytch responded 429, for the whole process and for as long as Retry-After says.
 * Stytch limits each endpoint separately, so each has a separate pause.
 */
export class RateLimitPause {
  private untilMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** The result of a call that is not made because calls are paused. */
  get refusal(): StytchUnavailable | undefined {
    const remainingMs = this.untilMs - this.clock.monotonicMs();
    if (remainingMs <= 0) return undefined;
    return {
      kind: 'unavailable',
      reason: 'rate_limited',
      retryAfterSeconds: Math.ceil(remainingMs / 1000),
    };
  }

  begin(retryAfterSeconds = defaultPauseSeconds): void {
    const pauseSeconds = Math.min(maxPauseSeconds, Math.max(minPauseSeconds, retryAfterSeconds));
    this.untilMs = Math.max(this.untilMs, this.clock.monotonicMs() + pauseSeconds * 1000);
  }
}
