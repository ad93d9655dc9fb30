import { Inject, Injectable } from '@nestjs/common';
import { SessionCookies } from '../../cookies/session-cookies.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import type { SessionResult, SessionUnknown, SignedIn, SignedOut } from '../session-result.js';
import { sessionEndSeconds } from '../verify/check-times.js';
import { SizeBoundedCache } from '../verify/size-bounded-cache.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

/** Browsers send several requests at once. Those that arrive this much later get the same result. */
const lateRequestWindowMs = 2_000;
const signedOutTtlMs = 60_000;
const maxFailureTtlMs = 60_000;
const maxBytes = 4 * 1024 * 1024;

interface CachedResult {
  readonly result: SessionResult;
  expiresAtMs: number;
  /** The first use sends the cookies, so the entry is then needed for late requests only. */
  readonly shortensOnUse: boolean;
}

/** Caches results of calls for sessions, by session id or token hash. Bounded to 4 MB. */
@Injectable()
export class RefreshResultCache {
  private readonly entries = new SizeBoundedCache<CachedResult>(maxBytes, estimatedBytes);

  constructor(
    private readonly cookies: SessionCookies,
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'clock' | 'session'>,
  ) {}

  /** Returns a result that is used for a response now. */
  get(key: string): SessionResult | undefined {
    const cached = this.getUnexpired(key);
    if (cached?.shortensOnUse === true) {
      const lateRequestsEndAtMs = this.options.clock.monotonicMs() + lateRequestWindowMs;
      cached.expiresAtMs = Math.min(cached.expiresAtMs, lateRequestsEndAtMs);
    }
    return cached?.result;
  }

  /** Returns a result without counting as a use. */
  peek(key: string): SessionResult | undefined {
    return this.getUnexpired(key)?.result;
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /**
   * A JWT that does not fit into a cookie is never sent, so its result is cached as long as it is valid.
   * @param settings `isReturnedNow`: a request is waiting for the result and sends its cookies
   */
  cacheSignedIn(key: string, result: SignedIn, { isReturnedNow }: { isReturnedNow: boolean }): void {
    const { verified } = result;
    const fitsInCookie = this.cookies.fits(verified.jwt);
    const validMs = this.validSeconds(verified) * 1000;
    const ttlMs = fitsInCookie && isReturnedNow ? Math.min(lateRequestWindowMs, validMs) : validMs;
    this.set(key, fitsInCookie ? result : { kind: 'signed_in', verified }, ttlMs, fitsInCookie);
  }

  /** For as long as Stytch asked to wait (Retry-After), within bounds. */
  cacheFailure(key: string, result: SessionUnknown): void {
    const ttlMs = (result.retryAfterSeconds ?? 0) * 1000;
    this.set(key, result, Math.min(maxFailureTtlMs, Math.max(lateRequestWindowMs, ttlMs)), false);
  }

  cacheSignedOut(key: string, result: SignedOut): void {
    this.set(key, result, signedOutTtlMs, false);
  }

  private getUnexpired(key: string): CachedResult | undefined {
    const cached = this.entries.get(key);
    if (cached === undefined || this.options.clock.monotonicMs() < cached.expiresAtMs) return cached;
    this.entries.delete(key);
    return undefined;
  }

  private set(key: string, result: SessionResult, ttlMs: number, shortensOnUse: boolean): void {
    this.entries.delete(key);
    const expiresAtMs = this.options.clock.monotonicMs() + ttlMs;
    this.entries.set(key, { result, expiresAtMs, shortensOnUse });
  }

  /** How long a JWT that was just issued is valid. */
  private validSeconds(issued: VerifiedJwt): number {
    const { clock, session } = this.options;
    const sessionEnd = sessionEndSeconds(issued, session.maxLifetimeMinutes);
    const remainingSeconds = Math.min(issued.expiresAtSeconds, sessionEnd) - clock.nowMs() / 1000;
    // If the wall clock was set back, the remaining time exceeds the lifetime of a JWT.
    return Math.min(remainingSeconds, issued.expiresAtSeconds - issued.issuedAtSeconds);
  }
}

const estimatedBytes = ({ result }: CachedResult): number =>
  512 + (result.kind === 'signed_in' ? 4 * result.verified.jwt.length : 0);
