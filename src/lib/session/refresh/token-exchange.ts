import { Inject, Injectable } from '@nestjs/common';
import { sessionFields } from '../../events/session-fields.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { HttpClient } from '../../http/http-exchange.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import type { MaybePromise } from '../maybe-promise.js';
import { tokenHashOf } from '../opaque-token.js';
import {
  isSuspended,
  signedOut,
  unknown,
  type SessionResult,
  type SessionUnknown,
  type SignedIn,
  type SignedOut,
} from '../session-result.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { ConfirmedTokens, type ConfirmedToken } from './confirmed-tokens.js';
import { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import type { IssuedSession } from './issued-session.js';
import { NegativeResults } from './negative-results.js';
import { RenewedSessions } from './renewed-sessions.js';
import { TokenLookupLimit } from './token-lookup-limit.js';

const revoked = signedOut('session_revoked', true);

/** Exchanges opaque session tokens for sessions. */
@Injectable()
export class TokenExchange {
  private readonly negativeResults: NegativeResults<SessionUnknown | SignedOut>;

  constructor(
    private readonly fetchSession: FetchSession,
    private readonly confirmed: ConfirmedTokens,
    private readonly renewed: RenewedSessions,
    private readonly inFlight: InFlightRefreshes,
    private readonly lookupLimit: TokenLookupLimit,
    private readonly denyList: DenyList,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>,
  ) {
    this.negativeResults = new NegativeResults(clock);
    denyList.onDenied((key, untilMs) => {
      if ('tokenHash' in key) this.denySessionOf(key.tokenHash, untilMs);
    });
  }

  /** The session of a token. Waits for Stytch unless the result is cached. */
  authenticate(token: string, client: HttpClient): MaybePromise<SessionResult> {
    const tokenHash = tokenHashOf(token);
    if (this.denyList.isDenied({ tokenHash })) return revoked;
    const confirmed = this.confirmed.get(tokenHash);
    if (confirmed !== undefined && this.denyList.isDenied(confirmed)) return revoked;
    const cached = this.renewalOf(confirmed, token) ?? this.negativeResults.get(tokenHash);
    if (cached !== undefined) return cached;
    const isConfirmed = confirmed !== undefined;
    if (!isConfirmed && !this.inFlight.has(tokenHash)) {
      if (!this.lookupLimit.take(client.clientIp)) return unknown('stytch_unavailable', 1);
    }
    return this.inFlight.coalesce(tokenHash, () =>
      isConfirmed ? this.lookUp(token, tokenHash) : this.lookUpWithPermit(token, tokenHash, client),
    );
  }

  /** The last known session of a confirmed token. Makes no call. */
  cachedSession(token: string): VerifiedJwt | undefined {
    const confirmed = this.confirmed.get(tokenHashOf(token));
    return confirmed && this.renewed.lastOf(confirmed.sessionId);
  }

  /** Whether a call about the token may be made now. Takes a permit unless the token is confirmed. */
  mayCall(token: string, client: HttpClient): boolean {
    return this.confirmed.get(tokenHashOf(token)) !== undefined || this.lookupLimit.take(client.clientIp);
  }

  /**
   * Caches a new session, so that its requests need no call even if they send the opaque token only: a
   * JWT may not fit into a cookie.
   */
  cacheSession({ verified, cookies }: IssuedSession): void {
    if (cookies.sessionToken !== undefined) this.confirm(tokenHashOf(cookies.sessionToken), verified);
  }

  /** Rejects the token locally, even if Stytch still accepts it. */
  deny(token: string, untilMs: number): void {
    const tokenHash = tokenHashOf(token);
    this.denyList.deny({ tokenHash }, untilMs);
    this.confirmed.delete(tokenHash);
  }

  /** An instance that signed a token out may not know its session: one that does must also end what it keeps open. */
  private denySessionOf(tokenHash: string, untilMs: number): void {
    const confirmed = this.confirmed.get(tokenHash);
    if (confirmed !== undefined) this.denyList.ensureDenied({ sessionId: confirmed.sessionId }, untilMs);
  }

  private renewalOf(confirmed: ConfirmedToken | undefined, token: string): SignedIn | undefined {
    const newest = confirmed && this.renewed.get(confirmed.sessionId);
    return newest && this.renewed.resultOf(newest, token);
  }

  private async lookUpWithPermit(
    token: string,
    tokenHash: string,
    client: HttpClient,
  ): Promise<SessionResult> {
    const { clientIp } = client;
    const result = await this.lookUp(token, tokenHash);
    if (result.kind === 'signed_in') this.lookupLimit.giveBack(clientIp);
    return result;
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
      const { session } = result.verified;
      this.confirm(tokenHash, result.verified);
      this.events.emit({ type: 'refreshed', ahead: false, ...sessionFields(session) });
    } else {
      this.negativeResults.set(tokenHash, result);
      // A suspended session is still known, so that a sign-out ends it by its id.
      if (result.kind === 'signed_out' && !isSuspended(result)) this.confirmed.delete(tokenHash);
    }
    return result;
  }

  private confirm(tokenHash: string, verified: VerifiedJwt): void {
    this.confirmed.add(tokenHash, verified);
    this.renewed.add(verified);
  }
}
