import type { Clock } from '../../ports/clock.js';
import type { SessionUnknown, SignedOut } from '../session-result.js';
import { SizeBoundedCache } from '../verify/size-bounded-cache.js';

const signedOutTtlMs = 60_000;
const minFailureTtlMs = 2_000;
const maxFailureTtlMs = 60_000;
const maxBytes = 2 * 1024 * 1024;
/** A key, a small result and the objects that hold them. */
const estimatedBytes = 384;

interface NegativeResult<Result> {
  readonly result: Result;
  readonly expiresAtMs: number;
}

/**
 * Caches results without a session, by session id or token hash, so that a session that can't be
 * fetched does not cost a call per request. Bounded, and separate from sessions: anyone can cause
 * these results with made-up tokens.
 */
export class NegativeResults<Result extends SessionUnknown | SignedOut> {
  private readonly results = new SizeBoundedCache<NegativeResult<Result>>(maxBytes, () => estimatedBytes);

  constructor(private readonly clock: Clock) {}

  get(key: string): Result | undefined {
    const cached = this.results.get(key);
    if (cached === undefined || this.clock.monotonicMs() < cached.expiresAtMs) return cached?.result;
    this.results.delete(key);
    return undefined;
  }

  /** Failures are cached for as long as Stytch asked to wait (Retry-After), within bounds. */
  set(key: string, result: Result): void {
    const ttlMs = result.kind === 'unknown' ? failureTtlMs(result) : signedOutTtlMs;
    this.results.set(key, { result, expiresAtMs: this.clock.monotonicMs() + ttlMs });
  }
}

const failureTtlMs = ({ retryAfterSeconds = 0 }: SessionUnknown): number =>
  Math.min(maxFailureTtlMs, Math.max(minFailureTtlMs, retryAfterSeconds * 1000));
