import type { Clock } from '../ports/clock.js';

/** Token bucket: allows `tokensPerSecond` operations per second, with bursts of `maxTokens`. */
export class TokenBucket {
  private tokens: number;
  private refilledAtMs: number;

  constructor(
    private readonly tokensPerSecond: number,
    private readonly clock: Clock,
    private readonly maxTokens = tokensPerSecond,
  ) {
    this.tokens = maxTokens;
    this.refilledAtMs = clock.monotonicMs();
  }

  /** Takes a token. Returns false if the bucket is empty. */
  take(): boolean {
    const nowMs = this.clock.monotonicMs();
    const gained = ((nowMs - this.refilledAtMs) / 1000) * this.tokensPerSecond;
    this.tokens = Math.min(this.maxTokens, this.tokens + gained);
    this.refilledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Whole seconds in which the bucket gains a token. */
  get secondsPerToken(): number {
    return Math.ceil(1 / this.tokensPerSecond);
  }

  giveBack(): void {
    this.tokens = Math.min(this.maxTokens, this.tokens + 1);
  }
}
