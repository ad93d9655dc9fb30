import type { Clock } from '../ports/clock.js';

/** Token bucket: allows `tokensPerSecond` operations per second, with bursts of the same number. */
export class TokenBucket {
  private tokens: number;
  private refilledAtMs: number;

  constructor(
    private readonly tokensPerSecond: number,
    private readonly clock: Clock,
  ) {
    this.tokens = tokensPerSecond;
    this.refilledAtMs = clock.monotonicMs();
  }

  /** Takes a token. Returns false if the bucket is empty. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs();
    this.tokens = Math.min(
      this.tokensPerSecond,
      this.tokens + ((nowMs - this.refilledAtMs) / 1000) * this.tokensPerSecond,
    );
    this.refilledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
