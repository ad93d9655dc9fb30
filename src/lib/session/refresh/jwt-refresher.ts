import { Inject, Injectable } from '@nestjs/common';
import { sessionFields } from '../../events/session-fields.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import type { MaybePromise } from '../maybe-promise.js';
import {
  isSuspended,
  unknown,
  type SessionResult,
  type SessionUnknown,
  type SignedIn,
  type SignedOut,
} from '../session-result.js';
import { StaleMarks } from '../stale/stale-marks.js';
import { isSameSession, type VerifiedJwt } from '../verify/verified-jwt.js';
import { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import { NegativeResults } from './negative-results.js';
import { RecentConfirmations } from './recent-confirmations.js';
import { RenewedSessions } from './renewed-sessions.js';

/** A JWT with less remaining lifetime is refreshed in the background: a fifth of its five minutes. */
const refreshAheadSeconds = 60;

/** Refreshes session JWTs: one call per session and JWT lifetime, for all requests that need it. */
@Injectable()
export class JwtRefresher {
  private readonly failures: NegativeResults<SessionUnknown | SignedOut>;
  private readonly confirmations: RecentConfirmations;
  /** The sessions whose refresh starts in this turn of the event loop. */
  readonly #scheduled = new Set<string>();

  constructor(
    private readonly fetchSession: FetchSession,
    private readonly renewed: RenewedSessions,
    private readonly inFlight: InFlightRefreshes,
    private readonly denyList: DenyList,
    private readonly staleMarks: StaleMarks,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.failures = new NegativeResults(options.clock);
    this.confirmations = new RecentConfirmations(options.clock);
  }

  /** A new JWT for an expired one. Waits for Stytch unless a newer JWT or a failure is cached. */
  refresh(expired: VerifiedJwt): MaybePromise<SessionResult> {
    const { sessionId } = expired.session;
    return (
      this.newerThan(expired) ??
      this.failures.get(sessionId) ??
      this.inFlight.coalesce(sessionId, () => this.refreshNow(expired, false))
    );
  }

  /**
   * A newer JWT than a valid one that expires soon, if it is already available. Otherwise starts a
   * refresh in the background and returns `undefined`.
   */
  renewalFor(verified: VerifiedJwt, nowMs: number): SignedIn | undefined {
    if (!this.expiresSoon(verified, nowMs)) return undefined;
    const newer = this.newerThan(verified);
    if (newer === undefined) this.refreshAhead(verified);
    return newer;
  }

  /**
   * A JWT of the session that was issued at most `maxAgeSeconds` ago; `undefined` if the given one is young
   * enough. Waits for Stytch unless such a JWT or a failure is cached, or Stytch confirmed the session within
   * `confirmedWithinSeconds`. With 0, only that confirmation saves the call. Concurrent requests share the call.
   */
  refreshOlderThan(
    maxAgeSeconds: number,
    verified: VerifiedJwt,
    confirmedWithinSeconds = 1,
  ): MaybePromise<SessionResult> | undefined {
    if (this.isValidAndYounger(verified, maxAgeSeconds)) return undefined;
    const newer = this.newerThan(verified);
    if (newer !== undefined && this.isValidAndYounger(newer.verified, maxAgeSeconds)) return newer;
    const newest = newer?.verified ?? verified;
    const { sessionId } = verified.session;
    if (this.confirmations.has(sessionId, confirmedWithinSeconds) && !this.hasExpired(newest)) return newer;
    return (
      this.failures.get(sessionId) ?? this.inFlight.coalesce(sessionId, () => this.refreshNow(newest, false))
    );
  }

  /**
   * A JWT that Stytch issued after the change that made the given one stale. Waits for Stytch unless such a JWT or
   * a failure is cached.
   */
  refreshStale(stale: VerifiedJwt): MaybePromise<SessionResult> {
    const { sessionId } = stale.session;
    const newest = this.renewed.get(sessionId);
    if (newest !== undefined && isSameSession(newest, stale) && !this.staleMarks.isStale(newest)) {
      return this.renewed.resultOf(newest);
    }
    return this.failures.get(sessionId) ?? this.refreshAfterMark(stale);
  }

  /** The call in flight may have been started before the change. */
  private async refreshAfterMark(stale: VerifiedJwt): Promise<SessionResult> {
    const refresh = () =>
      this.inFlight.coalesce(stale.session.sessionId, () => this.refreshNow(stale, false));
    const result = await refresh();
    return result.kind === 'signed_in' && this.staleMarks.isStale(result.verified) ? refresh() : result;
  }

  /**
   * A valid JWT of the session that was issued later, if one is cached. If it expires soon itself, it is refreshed as
   * well: its holder may not send it.
   */
  newerThan(current: VerifiedJwt): SignedIn | undefined {
    const newest = this.renewed.get(current.session.sessionId);
    if (newest === undefined || !isSameSession(newest, current)) return undefined;
    if (newest.issuedAtSeconds <= current.issuedAtSeconds) return undefined;
    if (this.expiresSoon(newest)) this.refreshAhead(newest);
    return this.renewed.resultOf(newest);
  }

  /**
   * Starts after the responses to the requests that have arrived: a call costs more CPU than a response. A request that
   * needs the new JWT before then starts a call itself.
   */
  private refreshAhead(verified: VerifiedJwt): void {
    const { session } = verified;
    const { sessionId } = session;
    if (this.#scheduled.has(sessionId) || this.inFlight.has(sessionId)) return;
    if (this.failures.get(sessionId) !== undefined) return;
    this.#scheduled.add(sessionId);
    setImmediate(() => {
      this.#scheduled.delete(sessionId);
      if (this.inFlight.has(sessionId) || this.denyList.isDenied(session)) return;
      void this.inFlight.coalesce(sessionId, () => this.refreshNow(verified, true));
    });
  }

  private async refreshNow(current: VerifiedJwt, ahead: boolean): Promise<SessionResult> {
    const { session } = current;
    const { sessionId } = session;
    const askedAtMs = this.options.clock.monotonicMs();
    const result = await this.fetchSession.fetch({ kind: 'jwt', jwt: current.jwt }, current);
    if (result.kind === 'signed_in') {
      this.renewed.add(result.verified);
      this.confirmations.add(sessionId, askedAtMs);
      this.events.emit({ type: 'refreshed', ahead, ...sessionFields(session) });
      // Otherwise each request with a JWT that expires soon would cause a call.
      if (result.verified.issuedAtSeconds <= current.issuedAtSeconds && this.expiresSoon(current)) {
        this.failures.set(sessionId, unknown('stytch_unavailable'));
      }
    } else if (result.kind === 'unknown' || isSuspended(result)) {
      this.failures.set(sessionId, result);
    } else {
      // Other JWTs of the session may not have expired yet.
      this.denyList.ensureDenied(session, Date.parse(session.expiresAt));
    }
    return result;
  }

  /** With a maximum of 0, not even a JWT of this second is young enough. */
  private isValidAndYounger(verified: VerifiedJwt, maxAgeSeconds: number): boolean {
    const ageSeconds = this.options.clock.nowMs() / 1000 - verified.issuedAtSeconds;
    return maxAgeSeconds > 0 && ageSeconds <= maxAgeSeconds && !this.hasExpired(verified);
  }

  private hasExpired({ expiresAtSeconds }: VerifiedJwt): boolean {
    return this.options.clock.nowMs() / 1000 >= expiresAtSeconds;
  }

  private expiresSoon({ expiresAtSeconds }: VerifiedJwt, nowMs = this.options.clock.nowMs()): boolean {
    return expiresAtSeconds - nowMs / 1000 <= refreshAheadSeconds;
  }
}
