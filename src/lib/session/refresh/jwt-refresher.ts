import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import type { MaybePromise } from '../maybe-promise.js';
import type { SessionResult, SignedIn } from '../session-result.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import { RefreshResultCache } from './refresh-result-cache.js';

/** A JWT with less remaining lifetime is refreshed in the background: a fifth of its five minutes. */
const refreshAheadSeconds = 60;

/** Refreshes session JWTs: one call per session, shared by all requests that need it. */
@Injectable()
export class JwtRefresher {
  constructor(
    private readonly fetchSession: FetchSession,
    private readonly cache: RefreshResultCache,
    private readonly inFlight: InFlightRefreshes,
    private readonly denyList: DenyList,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** A new JWT for an expired one. Waits for Stytch unless the result is cached. */
  refresh(expired: VerifiedJwt): MaybePromise<SessionResult> {
    const { sessionId } = expired.session;
    return (
      this.cache.get(sessionId) ?? this.inFlight.coalesce(sessionId, () => this.refreshNow(expired, false))
    );
  }

  /**
   * A newer JWT than a valid one that expires soon, if it is already available. Otherwise starts a
   * refresh in the background and returns `undefined`.
   */
  renewalFor(verified: VerifiedJwt): SignedIn | undefined {
    if (this.remainingSeconds(verified) > refreshAheadSeconds) return undefined;
    const { sessionId } = verified.session;
    const cached = this.cache.get(sessionId);
    if (cached?.kind === 'signed_in') {
      return cached.verified.issuedAtSeconds > verified.issuedAtSeconds ? cached : undefined;
    }
    if (cached === undefined && !this.inFlight.has(sessionId)) {
      void this.inFlight.coalesce(sessionId, () => this.refreshNow(verified, true));
    }
    return undefined;
  }

  private async refreshNow(current: VerifiedJwt, ahead: boolean): Promise<SessionResult> {
    const { session, subject } = current;
    const { sessionId } = session;
    const result = await this.fetchSession.fetch({ kind: 'jwt', jwt: current.jwt }, current);
    if (result.kind === 'signed_in') {
      this.cache.cacheSignedIn(sessionId, result, { isReturnedNow: !ahead });
      this.events.emit({ type: 'refreshed', subject, sessionId, ahead });
    } else if (result.kind === 'unknown') {
      this.cache.cacheFailure(sessionId, result);
    } else {
      // Other JWTs of the session may not have expired yet.
      this.denyList.ensureDenied(session, Date.parse(session.expiresAt));
    }
    return result;
  }

  private remainingSeconds({ expiresAtSeconds }: VerifiedJwt): number {
    return expiresAtSeconds - this.options.clock.nowMs() / 1000;
  }
}
