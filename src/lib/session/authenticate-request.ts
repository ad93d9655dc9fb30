import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { DeniedSessions } from './deny/deny-list.js';
import { isOpaqueToken } from './refresh/issued-session.js';
import { pickJwt, type PickedVerdict } from './verify/select-jwt.js';
import { SessionRefresher } from './refresh/session-refresher.js';
import { SessionJwts, type JwtVerdict } from './verify/session-jwt-verifier.js';
import { cannotTell, signedOut, type SessionOutcome } from './session-result.js';
import { SkewWarning } from './verify/clock-skew-warning.js';
import type { VerifiedJwt } from './verify/verify-session-jwt.js';

/** More values than this under one name are no browser's doing. */
const mostValues = 3;

type Eventually<Outcome> = Outcome | Promise<Outcome>;

/**
 * From a request to what is known about who sent it. Answers at once, without a promise, whenever
 * nothing has to be waited for: that is every request of an active session.
 */
@Injectable()
export class RequestAuthenticator {
  private readonly skewWarning: SkewWarning;

  constructor(
    private readonly cookies: SessionCookies,
    private readonly jwts: SessionJwts,
    private readonly refresher: SessionRefresher,
    private readonly denied: DeniedSessions,
    private readonly api: StytchApi,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.skewWarning = new SkewWarning(options.clock);
  }

  authenticate(request: IncomingMessage): Eventually<SessionOutcome> {
    const jwts = this.cookies.jwtsOf(request);
    if (jwts.length > mostValues) return signedOut('session_ambiguous', true);
    if (jwts.length === 0) return this.byToken(request, 'session_missing');

    const verdict = this.pick(jwts.map((jwt) => this.jwts.verify(jwt)));
    return verdict.verdict === 'unknown_key' || verdict.verdict === 'no_keys'
      ? this.afterLookingAgain(jwts, request)
      : this.outcomeOf(verdict, request);
  }

  private async afterLookingAgain(jwts: string[], request: IncomingMessage): Promise<SessionOutcome> {
    const verdicts: JwtVerdict[] = [];
    for (const jwt of jwts) verdicts.push(await this.jwts.verifyWithFreshKeys(jwt));
    return this.outcomeOf(this.pick(verdicts), request);
  }

  private pick(verdicts: readonly JwtVerdict[]): PickedVerdict {
    return pickJwt(verdicts, (verified) => this.isDenied(verified));
  }

  private outcomeOf(picked: PickedVerdict, request: IncomingMessage): Eventually<SessionOutcome> {
    switch (picked.verdict) {
      case 'genuine':
        return this.current(picked.verified);
      case 'expired':
        return this.refreshed(picked.verified);
      case 'ended':
        return signedOut('session_expired', true);
      case 'ambiguous':
        return signedOut('session_ambiguous', true);
      case 'invalid':
        return signedOut('session_invalid');
      case 'unknown_key':
        // Signed by nobody, or by a key that is no longer published: the token may still stand.
        return this.byToken(request, 'session_invalid');
      case 'no_keys':
        return cannotTell('stytch_unavailable');
      case 'from_the_future':
        this.skewWarning.say(picked.skewSeconds);
        return cannotTell('clock_skew');
    }
  }

  private current(verified: VerifiedJwt): SessionOutcome {
    if (this.isDenied(verified)) return signedOut('session_revoked', true);
    return this.refresher.renewalOf(verified) ?? { kind: 'signed_in', verified };
  }

  private refreshed(expired: VerifiedJwt): Eventually<SessionOutcome> {
    if (this.isDenied(expired)) return signedOut('session_revoked', true);
    const outcome = this.refresher.refresh(expired);
    return outcome instanceof Promise
      ? outcome.then((settled) => this.withGrace(settled, expired))
      : this.withGrace(outcome, expired);
  }

  private byToken(
    request: IncomingMessage,
    without: 'session_missing' | 'session_invalid',
  ): Eventually<SessionOutcome> {
    const [token, ...others] = this.cookies.tokensOf(request).filter(isOpaqueToken);
    if (token === undefined) return signedOut(without);
    if (others.length > 0) return signedOut('session_ambiguous', true);
    const outcome = this.refresher.authenticateToken(token);
    return outcome instanceof Promise
      ? outcome.then((settled) => this.unlessDenied(settled))
      : this.unlessDenied(outcome);
  }

  /** Somebody may have signed out while the answer was on its way. */
  private unlessDenied(outcome: SessionOutcome): SessionOutcome {
    return outcome.kind === 'signed_in' && this.isDenied(outcome.verified)
      ? signedOut('session_revoked', true)
      : outcome;
  }

  /**
   * While Stytch is proven to be down, the application may let a genuine session through a while
   * longer: not one that was signed out here, nor one that has ended.
   */
  private withGrace(outcome: SessionOutcome, expired: VerifiedJwt): SessionOutcome {
    const { graceSeconds } = this.options.outage;
    if (outcome.kind !== 'cannot_tell' || graceSeconds === 0 || !this.api.isDown) {
      return this.unlessDenied(outcome);
    }
    const overdueSeconds = this.options.clock.nowMs() / 1000 - expired.expiresAtSeconds;
    if (overdueSeconds > graceSeconds || this.isDenied(expired)) return outcome;
    const session = Object.freeze({ ...expired.session, unconfirmed: true as const });
    return { kind: 'signed_in', verified: { ...expired, session } };
  }

  private isDenied({ session }: VerifiedJwt): boolean {
    return this.denied.has(session.sessionId);
  }
}
