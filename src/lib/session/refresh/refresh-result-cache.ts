import type { Clock } from '../../ports/clock.js';
import { SizeBoundedCache } from '../verify/size-bounded-cache.js';
import type { SessionResult, SessionUnknown, SignedIn, SignedOut } from '../session-result.js';

/** A browser sends several requests at once; those that come late get the same answer. */
const lateRequestWindowMs = 2_000;
const signedOutTtlMs = 60_000;
const maxFailureTtlMs = 60_000;
const maxBytes = 4 * 1024 * 1024;

interface CachedResult {
  readonly result: SessionResult;
  expiresAtMs: number;
  /** Handed out once, it stays for the stragglers only. */
  readonly shortensOnUse: boolean;
}

/** Results of calls to Stytch, cached for as long as they may serve others. Bounded. */
export class RefreshResultCache {
  private readonly cache = new SizeBoundedCache<CachedResult>(maxBytes, estimatedBytes);

  constructor(private readonly clock: Clock) {}

  /** Gets a result to write it to a response. */
  get(key: string): SessionResult | undefined {
    const cached = this.getUnexpired(key);
    if (cached?.shortensOnUse === true) {
      cached.expiresAtMs = Math.min(cached.expiresAtMs, this.clock.monotonicMs() + lateRequestWindowMs);
    }
    return cached?.result;
  }

  /** Looks without carrying anything out. */
  peek(key: string): SessionResult | undefined {
    return this.getUnexpired(key)?.result;
  }

  cacheSignedIn(
    key: string,
    result: SignedIn,
    settings: {
      ttlMs: number;
      /** Somebody waits for it and carries it out now. */
      isReturnedNow: boolean;
      /** Whether a cookie can hold it. */
      fitsInCookie: boolean;
    },
  ): void {
    const ttlMs = settings.isReturnedNow ? Math.min(lateRequestWindowMs, settings.ttlMs) : settings.ttlMs;
    this.set(key, result, ttlMs, settings.fitsInCookie);
  }

  /** While Stytch asked for a pause, it is not asked about the same session again. */
  cacheFailure(key: string, result: SessionUnknown): void {
    const ttlMs = (result.retryAfterSeconds ?? 0) * 1000;
    this.set(key, result, Math.min(maxFailureTtlMs, Math.max(lateRequestWindowMs, ttlMs)), false);
  }

  cacheSignedOut(key: string, result: SignedOut): void {
    this.set(key, result, signedOutTtlMs, false);
  }

  private getUnexpired(key: string): CachedResult | undefined {
    const cached = this.cache.get(key);
    if (cached === undefined || this.clock.monotonicMs() < cached.expiresAtMs) return cached;
    this.cache.delete(key);
    return undefined;
  }

  private set(key: string, result: SessionResult, ttlMs: number, shortensOnUse: boolean): void {
    this.cache.delete(key);
    this.cache.set(key, { result, expiresAtMs: this.clock.monotonicMs() + ttlMs, shortensOnUse });
  }
}

const estimatedBytes = ({ result }: CachedResult): number =>
  512 + (result.kind === 'signed_in' ? 4 * result.verified.jwt.length : 0);
