import { Injectable } from '@nestjs/common';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import { DenyList } from '../deny/deny-list.js';
import type { MaybePromise } from '../maybe-promise.js';
import { tokenHashOf } from '../opaque-token.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import type { IssuedSession } from './issued-session.js';
import { RefreshResultCache } from './refresh-result-cache.js';
import { TokenLookupLimit } from './token-lookup-limit.js';

const revoked = signedOut('session_revoked', true);

/** Exchanges opaque session tokens for sessions. */
@Injectable()
export class TokenExchange {
  constructor(
    private readonly fetchSession: FetchSession,
    private readonly cache: RefreshResultCache,
    private readonly inFlight: InFlightRefreshes,
    private readonly lookupLimit: TokenLookupLimit,
    private readonly denyList: DenyList,
    private readonly cookies: SessionCookies,
    private readonly events: StytchEvents,
  ) {}

  /** The session of a token. Waits for Stytch unless the result is cached. */
  authenticate(token: string): MaybePromise<SessionResult> {
    const tokenHash = tokenHashOf(token);
    if (this.denyList.isDenied({ tokenHash })) return revoked;
    const cached = this.cache.get(tokenHash);
    if (cached !== undefined) return cached;
    if (!this.inFlight.has(tokenHash) && !this.lookupLimit.take()) return unknown('stytch_unavailable', 1);
    return this.inFlight.coalesce(tokenHash, () => this.lookUp(token, tokenHash));
  }

  /** The cached session of a token. Makes no call. */
  cachedSession(token: string): VerifiedJwt | undefined {
    const cached = this.cache.peek(tokenHashOf(token));
    return cached?.kind === 'signed_in' ? cached.verified : undefined;
  }

  /**
   * Caches a new session whose JWT does not fit into a cookie, so that its first request needs no
   * call for the opaque token.
   */
  cacheSession({ verified, cookies }: IssuedSession): void {
    if (cookies.sessionToken === undefined || this.cookies.fits(verified.jwt)) return;
    const key = tokenHashOf(cookies.sessionToken);
    this.cache.cacheSignedIn(key, { kind: 'signed_in', verified }, { isReturnedNow: false });
  }

  /** Rejects the token locally, even if Stytch still accepts it. */
  deny(token: string, untilMs: number): void {
    const tokenHash = tokenHashOf(token);
    this.denyList.deny({ tokenHash }, untilMs);
    this.cache.delete(tokenHash);
  }

  private async lookUp(token: string, tokenHash: string): Promise<SessionResult> {
    const result = await this.fetchSession.fetch({ kind: 'token', token });
    if (this.denyList.isDenied({ tokenHash })) {
      // Signed out while the call was in flight. Its session is known only now.
      if (result.kind === 'signed_in') {
        const { session } = result.verified;
        this.denyList.ensureDenied(session, Date.parse(session.expiresAt));
      }
      return revoked;
    }
    if (result.kind === 'signed_in') {
      const { subject, session } = result.verified;
      this.cache.cacheSignedIn(tokenHash, result, { isReturnedNow: true });
      this.events.emit({ type: 'refreshed', subject, sessionId: session.sessionId, ahead: false });
    } else if (result.kind === 'unknown') this.cache.cacheFailure(tokenHash, result);
    else this.cache.cacheSignedOut(tokenHash, result);
    return result;
  }
}
