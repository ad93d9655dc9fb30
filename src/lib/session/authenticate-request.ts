import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { DenyList } from './deny/deny-list.js';
import { isOpaqueToken } from './refresh/issued-session.js';
import { selectJwt, type SelectedJwtResult } from './verify/select-jwt.js';
import { SessionRefresher } from './refresh/session-refresher.js';
import { SessionJwtVerifier, type JwtVerificationResult } from './verify/session-jwt-verifier.js';
import { signedOut, unknown, type SessionResult } from './session-result.js';
import { ClockSkewWarning } from './verify/clock-skew-warning.js';
import type { VerifiedJwt } from './verify/verify-session-jwt.js';

/** More values than this under one name are no browser's doing. */
const maxCookieValues = 3;

type MaybePromise<Result> = Result | Promise<Result>;

/**
 * From a request to what is known about who sent it. Answers at once, without a promise, whenever
 * nothing has to be waited for: that is every request of an active session.
 */
@Injectable()
export class RequestAuthenticator {
  private readonly skewWarning: ClockSkewWarning;

  constructor(
    private readonly cookies: SessionCookies,
    private readonly verifier: SessionJwtVerifier,
    private readonly refresher: SessionRefresher,
    private readonly denyList: DenyList,
    private readonly api: StytchApi,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.skewWarning = new ClockSkewWarning(options.clock);
  }

  authenticate(request: IncomingMessage): MaybePromise<SessionResult> {
    const jwts = this.cookies.jwtsOf(request);
    if (jwts.length > maxCookieValues) return signedOut('session_ambiguous', true);
    if (jwts.length === 0) return this.fromToken(request, 'session_missing');

    const result = this.select(jwts.map((jwt) => this.verifier.verify(jwt)));
    return result.kind === 'unknown_key' || result.kind === 'no_keys'
      ? this.afterRefetchingKeys(jwts, request)
      : this.resultFor(result, request);
  }

  private async afterRefetchingKeys(jwts: string[], request: IncomingMessage): Promise<SessionResult> {
    const results: JwtVerificationResult[] = [];
    for (const jwt of jwts) results.push(await this.verifier.verifyRefetchingKeys(jwt));
    return this.resultFor(this.select(results), request);
  }

  private select(results: readonly JwtVerificationResult[]): SelectedJwtResult {
    return selectJwt(results, (verified) => this.isDenied(verified));
  }

  private resultFor(selected: SelectedJwtResult, request: IncomingMessage): MaybePromise<SessionResult> {
    switch (selected.kind) {
      case 'valid':
        return this.fromCurrentJwt(selected.verified);
      case 'expired':
        return this.fromExpiredJwt(selected.verified);
      case 'session_expired':
        return signedOut('session_expired', true);
      case 'ambiguous':
        return signedOut('session_ambiguous', true);
      case 'invalid':
        return signedOut('session_invalid');
      case 'unknown_key':
        // Signed by nobody, or by a key that is no longer published: the token may still stand.
        return this.fromToken(request, 'session_invalid');
      case 'no_keys':
        return unknown('stytch_unavailable');
      case 'issued_in_future':
        this.skewWarning.log(selected.skewSeconds);
        return unknown('clock_skew');
    }
  }

  private fromCurrentJwt(verified: VerifiedJwt): SessionResult {
    if (this.isDenied(verified)) return signedOut('session_revoked', true);
    return this.refresher.renewalFor(verified) ?? { kind: 'signed_in', verified };
  }

  private fromExpiredJwt(expired: VerifiedJwt): MaybePromise<SessionResult> {
    if (this.isDenied(expired)) return signedOut('session_revoked', true);
    const result = this.refresher.refresh(expired);
    return result instanceof Promise
      ? result.then((settled) => this.withGrace(settled, expired))
      : this.withGrace(result, expired);
  }

  private fromToken(
    request: IncomingMessage,
    codeWithoutToken: 'session_missing' | 'session_invalid',
  ): MaybePromise<SessionResult> {
    const [token, ...others] = this.cookies.tokensOf(request).filter(isOpaqueToken);
    if (token === undefined) return signedOut(codeWithoutToken);
    if (others.length > 0) return signedOut('session_ambiguous', true);
    const result = this.refresher.authenticateToken(token);
    return result instanceof Promise
      ? result.then((settled) => this.unlessDenied(settled))
      : this.unlessDenied(result);
  }

  /** Somebody may have signed out while the answer was on its way. */
  private unlessDenied(result: SessionResult): SessionResult {
    return result.kind === 'signed_in' && this.isDenied(result.verified)
      ? signedOut('session_revoked', true)
      : result;
  }

  /**
   * While Stytch is proven to be down, the application may let a genuine session through a while
   * longer: not one that was signed out here, nor one that has ended.
   */
  private withGrace(result: SessionResult, expired: VerifiedJwt): SessionResult {
    const { graceSeconds } = this.options.outage;
    if (result.kind !== 'unknown' || graceSeconds === 0 || !this.api.isDown) {
      return this.unlessDenied(result);
    }
    const expiredForSeconds = this.options.clock.nowMs() / 1000 - expired.expiresAtSeconds;
    if (expiredForSeconds > graceSeconds || this.isDenied(expired)) return result;
    const session = Object.freeze({ ...expired.session, unconfirmed: true as const });
    return { kind: 'signed_in', verified: { ...expired, session } };
  }

  private isDenied({ session }: VerifiedJwt): boolean {
    return this.denyList.has(session.sessionId);
  }
}
