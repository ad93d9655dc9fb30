import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import type { StytchRejection } from '../../stytch-api/stytch-response.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { TokenBucket } from '../../limits/token-bucket.js';
import { DenyList } from '../deny/deny-list.js';
import { readIssuedSession, type IssuedSession, type UnusableSession } from './issued-session.js';
import { sessionEndSeconds } from '../verify/check-times.js';
import { RefreshResultCache } from './refresh-result-cache.js';
import { SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import { signedOut, unknown, type SessionResult, type SignedIn } from '../session-result.js';
import { ClockSkewWarning } from '../verify/clock-skew-warning.js';
import type { VerifiedJwt } from '../verify/verify-session-jwt.js';

/** A JWT is refreshed in the background when so little of its life is left: a fifth of five minutes. */
const refreshAheadSeconds = 60;
/** Anybody can make up opaque tokens, and only Stytch can tell: so many questions a second, no more. */
const maxTokenLookupsPerSecond = 10;
const minExtensionMinutes = 5;

/**
 * Gets fresh JWTs from Stytch: one call per session, however many requests wait for it, and its
 * result shared with those that come a little later.
 *
 * Only two things ever cause a call: a genuine JWT that has expired or is about to, and a well-formed
 * opaque token where there is no JWT to verify.
 */
@Injectable()
export class SessionRefresher {
  private readonly logger = new Logger('Stytch');
  private readonly inFlight = new Map<string, Promise<SessionResult>>();
  private readonly cache: RefreshResultCache;
  private readonly tokenBucket: TokenBucket;
  private readonly skewWarning: ClockSkewWarning;

  constructor(
    private readonly api: StytchApi,
    private readonly verifier: SessionJwtVerifier,
    private readonly denyList: DenyList,
    private readonly cookies: SessionCookies,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.cache = new RefreshResultCache(options.clock);
    this.tokenBucket = new TokenBucket(maxTokenLookupsPerSecond, options.clock);
    this.skewWarning = new ClockSkewWarning(options.clock);
  }

  /** A fresh JWT for a session whose JWT has expired. Waits for Stytch unless the answer is at hand. */
  refresh(expired: VerifiedJwt): SessionResult | Promise<SessionResult> {
    const { sessionId } = expired.session;
    return this.cache.get(sessionId) ?? this.coalesce(sessionId, () => this.refreshByJwt(expired, false));
  }

  /**
   * What is newer than a JWT that still verifies: fetched in the background when little of its life
   * is left, and handed out as soon as it is there. Nobody waits.
   */
  renewalFor(verified: VerifiedJwt): SignedIn | undefined {
    if (this.remainingSeconds(verified) > refreshAheadSeconds) return undefined;
    const { sessionId } = verified.session;
    const cached = this.cache.get(sessionId);
    if (cached?.kind === 'signed_in') {
      return cached.verified.issuedAtSeconds > verified.issuedAtSeconds ? cached : undefined;
    }
    if (cached === undefined && !this.inFlight.has(sessionId)) {
      void this.coalesce(sessionId, () => this.refreshByJwt(verified, true));
    }
    return undefined;
  }

  /** The session of an opaque token. Its hash stands for it: the token itself is kept nowhere. */
  authenticateToken(token: string): SessionResult | Promise<SessionResult> {
    const key = cacheKeyOfToken(token);
    if (this.denyList.has(key)) return signedOut('session_revoked', true);
    const cached = this.cache.get(key);
    if (cached !== undefined) return cached;
    if (!this.inFlight.has(key) && !this.tokenBucket.take()) return unknown('stytch_unavailable', 1);
    return this.coalesce(key, () => this.refreshByToken(token));
  }

  /**
   * Remembers the JWT of a new session where no cookie can hold it, so that its opaque token need
   * not be asked about right away.
   */
  cacheSession({ verified, cookies }: IssuedSession): void {
    if (cookies.sessionToken === undefined || this.cookies.fits(cookies.sessionJwt)) return;
    this.cacheSignedIn(cacheKeyOfToken(cookies.sessionToken), { kind: 'signed_in', verified });
  }

  /** Takes one of the questions that may be asked about made-up tokens, if one is left. */
  takeTokenLookup(): boolean {
    return this.tokenBucket.take();
  }

  /** Signed out: whatever Stytch says of the token meanwhile, it is refused here for a while. */
  rejectToken(token: string): void {
    this.cache.cacheSignedOut(cacheKeyOfToken(token), signedOut('session_revoked', true));
  }

  /** Signed out, and Stytch could not be told of it: refused until a session of today has ended. */
  denyToken(token: string): void {
    const { clock, session } = this.options;
    this.denyList.deny(cacheKeyOfToken(token), clock.nowMs() + session.durationMinutes * 60_000);
  }

  /** The session an opaque token is known to stand for, without asking anybody. */
  cachedSessionForToken(token: string): VerifiedJwt | undefined {
    const cached = this.cache.peek(cacheKeyOfToken(token));
    return cached?.kind === 'signed_in' ? cached.verified : undefined;
  }

  private coalesce(key: string, refresh: () => Promise<SessionResult>): Promise<SessionResult> {
    let promise = this.inFlight.get(key);
    if (promise === undefined) {
      promise = refresh().finally(() => this.inFlight.delete(key));
      this.inFlight.set(key, promise);
    }
    return promise;
  }

  private async refreshByJwt(old: VerifiedJwt, ahead: boolean): Promise<SessionResult> {
    const { sessionId, userId } = old.session;
    const result = await this.callStytch({ sessionJwt: old.jwt }, this.extensionMinutes(old), old);
    if (result.kind === 'signed_in') {
      this.cacheSignedIn(sessionId, result, { isReturnedNow: !ahead });
      this.events.emit({ type: 'refreshed', userId, sessionId, ahead });
    } else if (result.kind === 'unknown') {
      this.cache.cacheFailure(sessionId, result);
    } else {
      // Whatever JWTs of it are still alive: Stytch has said that it is over.
      this.denySession(old);
    }
    return result;
  }

  private async refreshByToken(token: string): Promise<SessionResult> {
    const key = cacheKeyOfToken(token);
    const result = await this.callStytch({ sessionToken: token }, this.extensionMinutes());
    const cached = this.cache.peek(key);
    if (cached?.kind === 'signed_out') {
      // Signed out by the token while Stytch was asked whose it is: now its JWTs can be refused as well.
      if (result.kind === 'signed_in') this.denySession(result.verified);
      return cached;
    }
    if (result.kind === 'signed_in') {
      const { userId, sessionId } = result.verified.session;
      this.cacheSignedIn(key, result, { isReturnedNow: true });
      this.events.emit({ type: 'refreshed', userId, sessionId, ahead: false });
    } else if (result.kind === 'unknown') this.cache.cacheFailure(key, result);
    else this.cache.cacheSignedOut(key, result);
    return result;
  }

  /** One call to Stytch, and what it means. */
  private async callStytch(
    credential: Parameters<StytchApi['authenticateSession']>[0],
    extendToMinutes: number | undefined,
    old?: VerifiedJwt,
  ): Promise<SessionResult> {
    const response = await this.api.authenticateSession(credential, extendToMinutes);
    if (response.kind === 'rejected') return resultOfRejection(response);
    if (response.kind === 'unavailable') return unknown('stytch_unavailable', response.retryAfterSeconds);

    const issued = await readIssuedSession(response.body, this.verifier);
    if (issued.kind === 'unusable') return this.resultOfUnusable(issued);
    if (old !== undefined && !isSameSession(issued.verified, old)) {
      return this.resultOfUnusable({ kind: 'unusable', reason: 'invalid' });
    }
    // Signed out while the refresh was under way: what it brought back must not undo that.
    const { sessionId } = issued.verified.session;
    if (this.denyList.has(sessionId)) return signedOut('session_revoked', true);
    // Nor while the handler runs that will carry it out.
    const isStillValid = () => !this.denyList.has(sessionId);
    return {
      kind: 'signed_in',
      verified: issued.verified,
      renewed: { ...issued.cookies, isStillValid },
    };
  }

  private resultOfUnusable(unusable: UnusableSession): SessionResult {
    switch (unusable.reason) {
      case 'clock_skew':
        this.skewWarning.log(unusable.skewSeconds);
        return unknown('clock_skew');
      case 'session_expired':
        return signedOut('session_expired', true);
      case 'invalid':
        this.logger.error(
          'Stytch answered a refresh with a session JWT that cannot be used; it was not kept.',
        );
        return unknown('stytch_unavailable');
    }
  }

  /** A JWT that no cookie can hold is never carried out: it is kept for as long as it lives. */
  private cacheSignedIn(key: string, result: SignedIn, { isReturnedNow = false } = {}): void {
    const { verified } = result;
    const fits = this.cookies.fits(verified.jwt);
    this.cache.cacheSignedIn(key, fits ? result : { kind: 'signed_in', verified }, {
      ttlMs: this.usableSeconds(verified) * 1000,
      isReturnedNow: fits && isReturnedNow,
      fitsInCookie: fits,
    });
  }

  private denySession({ session }: VerifiedJwt): void {
    this.denyList.deny(session.sessionId, Date.parse(session.expiresAt));
  }

  private remainingSeconds({ expiresAtSeconds }: VerifiedJwt): number {
    return expiresAtSeconds - this.options.clock.nowMs() / 1000;
  }

  /** For how long a JWT that Stytch handed out just now may stand for its session. */
  private usableSeconds(fresh: VerifiedJwt): number {
    const { clock, session } = this.options;
    const endOfJwt = Math.min(fresh.expiresAtSeconds, sessionEndSeconds(fresh, session.maxLifetimeMinutes));
    // Where the wall clock was set back, the end is further off than any JWT lives.
    return Math.min(endOfJwt - clock.nowMs() / 1000, fresh.expiresAtSeconds - fresh.issuedAtSeconds);
  }

  /**
   * The new length of the session, when using it prolongs it: not past the application's own end, which
   * a token does not tell. There Stytch may keep the session longer than anything here accepts it.
   */
  private extensionMinutes(old?: VerifiedJwt): number | undefined {
    const { extendOnRefresh, durationMinutes, maxLifetimeMinutes } = this.options.session;
    if (!extendOnRefresh) return undefined;
    const nowSeconds = this.options.clock.nowMs() / 1000;
    const minutesSinceStart = old === undefined ? 0 : (nowSeconds - old.sessionStartedAtSeconds) / 60;
    const minutes = Math.floor(
      Math.min(durationMinutes, (maxLifetimeMinutes ?? Infinity) - minutesSinceStart),
    );
    return minutes >= minExtensionMinutes ? minutes : undefined;
  }
}

const cacheKeyOfToken = (token: string) => `token ${createHash('sha256').update(token).digest('base64url')}`;

/** A refresh never changes who somebody is. */
function isSameSession(fresh: VerifiedJwt, old: VerifiedJwt): boolean {
  return fresh.session.sessionId === old.session.sessionId && fresh.session.userId === old.session.userId;
}

/** Stytch's refusals that are certain about the session. Any other proves nothing about it. */
const terminalErrorTypes: ReadonlyMap<string, 'session_revoked' | 'session_invalid'> = new Map([
  ['session_not_found', 'session_revoked'],
  ['invalid_session_token', 'session_invalid'],
  ['unable_to_parse_session_jwt', 'session_invalid'],
  ['user_not_found', 'session_invalid'],
]);

function resultOfRejection({ errorType }: StytchRejection): SessionResult {
  const code = terminalErrorTypes.get(errorType);
  return code === undefined ? unknown('stytch_unavailable') : signedOut(code, true);
}
