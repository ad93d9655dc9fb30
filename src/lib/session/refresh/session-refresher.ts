import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import type { StytchRefused } from '../../stytch-api/stytch-response.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { Budget } from '../../limits/token-bucket.js';
import { DeniedSessions } from '../deny/deny-list.js';
import { readGrantedSession, type UnusableGrant, type VerifiedGrant } from './issued-session.js';
import { endOfSession } from '../verify/check-times.js';
import { KeptOutcomes } from './refresh-result-cache.js';
import { SessionJwts } from '../verify/session-jwt-verifier.js';
import { cannotTell, signedOut, type SessionOutcome, type SignedIn } from '../session-result.js';
import { SkewWarning } from '../verify/clock-skew-warning.js';
import type { VerifiedJwt } from '../verify/verify-session-jwt.js';

/** A JWT is refreshed in the background when so little of its life is left: a fifth of five minutes. */
const aheadBySeconds = 60;
/** Anybody can make up opaque tokens, and only Stytch can tell: so many questions a second, no more. */
const tokensPerSecond = 10;
const shortestExtensionMinutes = 5;

/**
 * Gets fresh JWTs from Stytch: one call per session, however many requests wait for it, and its
 * outcome shared with those that come a little later.
 *
 * Only two things ever cause a call: a genuine JWT that has expired or is about to, and a well-formed
 * opaque token where there is no JWT to verify.
 */
@Injectable()
export class SessionRefresher {
  private readonly logger = new Logger('Stytch');
  private readonly flights = new Map<string, Promise<SessionOutcome>>();
  private readonly kept: KeptOutcomes;
  private readonly tokenBudget: Budget;
  private readonly skewWarning: SkewWarning;

  constructor(
    private readonly api: StytchApi,
    private readonly jwts: SessionJwts,
    private readonly denied: DeniedSessions,
    private readonly cookies: SessionCookies,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.kept = new KeptOutcomes(options.clock);
    this.tokenBudget = new Budget(tokensPerSecond, options.clock);
    this.skewWarning = new SkewWarning(options.clock);
  }

  /** A fresh JWT for a session whose JWT has expired. Waits for Stytch unless the answer is at hand. */
  refresh(expired: VerifiedJwt): SessionOutcome | Promise<SessionOutcome> {
    const { sessionId } = expired.session;
    return this.kept.take(sessionId) ?? this.fly(sessionId, () => this.refreshByJwt(expired, false));
  }

  /**
   * What is newer than a JWT that still verifies: fetched in the background when little of its life
   * is left, and handed out as soon as it is there. Nobody waits.
   */
  renewalOf(verified: VerifiedJwt): SignedIn | undefined {
    if (this.secondsLeft(verified) > aheadBySeconds) return undefined;
    const { sessionId } = verified.session;
    const kept = this.kept.take(sessionId);
    if (kept?.kind === 'signed_in') {
      return kept.verified.issuedAtSeconds > verified.issuedAtSeconds ? kept : undefined;
    }
    if (kept === undefined && !this.flights.has(sessionId)) {
      void this.fly(sessionId, () => this.refreshByJwt(verified, true));
    }
    return undefined;
  }

  /** The session of an opaque token. Its hash stands for it: the token itself is kept nowhere. */
  authenticateToken(token: string): SessionOutcome | Promise<SessionOutcome> {
    const key = keyOfToken(token);
    if (this.denied.has(key)) return signedOut('session_revoked', true);
    const known = this.kept.take(key);
    if (known !== undefined) return known;
    if (!this.flights.has(key) && !this.tokenBudget.take()) return cannotTell('stytch_unavailable', 1);
    return this.fly(key, () => this.refreshByToken(token));
  }

  /**
   * Remembers the JWT of a new session where no cookie can hold it, so that its opaque token need
   * not be asked about right away.
   */
  hold({ verified, cookies }: VerifiedGrant): void {
    if (cookies.sessionToken === undefined || this.cookies.fits(cookies.sessionJwt)) return;
    this.keepSignedIn(keyOfToken(cookies.sessionToken), { kind: 'signed_in', verified });
  }

  /** Takes one of the questions that may be asked about made-up tokens, if one is left. */
  mayAskAboutToken(): boolean {
    return this.tokenBudget.take();
  }

  /** Signed out: whatever Stytch says of the token meanwhile, it is refused here for a while. */
  refuseToken(token: string): void {
    this.kept.keepDefinitiveNo(keyOfToken(token), signedOut('session_revoked', true));
  }

  /** Signed out, and Stytch could not be told of it: refused until a session of today has ended. */
  denyToken(token: string): void {
    const { clock, session } = this.options;
    this.denied.deny(keyOfToken(token), clock.nowMs() + session.durationMinutes * 60_000);
  }

  /** The session an opaque token is known to stand for, without asking anybody. */
  sessionOfToken(token: string): VerifiedJwt | undefined {
    const kept = this.kept.peek(keyOfToken(token));
    return kept?.kind === 'signed_in' ? kept.verified : undefined;
  }

  private fly(key: string, fetch: () => Promise<SessionOutcome>): Promise<SessionOutcome> {
    let flight = this.flights.get(key);
    if (flight === undefined) {
      flight = fetch().finally(() => this.flights.delete(key));
      this.flights.set(key, flight);
    }
    return flight;
  }

  private async refreshByJwt(old: VerifiedJwt, ahead: boolean): Promise<SessionOutcome> {
    const { sessionId, userId } = old.session;
    const outcome = await this.ask({ sessionJwt: old.jwt }, this.extension(old), old);
    if (outcome.kind === 'signed_in') {
      this.keepSignedIn(sessionId, outcome, { isCarried: !ahead });
      this.events.tell({ type: 'refreshed', userId, sessionId, ahead });
    } else if (outcome.kind === 'cannot_tell') {
      this.kept.keepFailure(sessionId, outcome);
    } else {
      // Whatever JWTs of it are still alive: Stytch has said that it is over.
      this.denySession(old);
    }
    return outcome;
  }

  private async refreshByToken(token: string): Promise<SessionOutcome> {
    const key = keyOfToken(token);
    const outcome = await this.ask({ sessionToken: token }, this.extension());
    const meanwhile = this.kept.peek(key);
    if (meanwhile?.kind === 'signed_out') {
      // Signed out by the token while Stytch was asked whose it is: now its JWTs can be refused as well.
      if (outcome.kind === 'signed_in') this.denySession(outcome.verified);
      return meanwhile;
    }
    if (outcome.kind === 'signed_in') {
      const { userId, sessionId } = outcome.verified.session;
      this.keepSignedIn(key, outcome, { isCarried: true });
      this.events.tell({ type: 'refreshed', userId, sessionId, ahead: false });
    } else if (outcome.kind === 'cannot_tell') this.kept.keepFailure(key, outcome);
    else this.kept.keepDefinitiveNo(key, outcome);
    return outcome;
  }

  /** One call to Stytch, and what it means. */
  private async ask(
    credential: Parameters<StytchApi['authenticateSession']>[0],
    extendToMinutes: number | undefined,
    old?: VerifiedJwt,
  ): Promise<SessionOutcome> {
    const answer = await this.api.authenticateSession(credential, extendToMinutes);
    if (answer.kind === 'refused') return outcomeOfRefusal(answer);
    if (answer.kind === 'unavailable') return cannotTell('stytch_unavailable', answer.retryAfterSeconds);

    const granted = await readGrantedSession(answer.body, this.jwts);
    if (granted.kind === 'unusable') return this.outcomeOfUnusable(granted);
    if (old !== undefined && !isSameSession(granted.verified, old)) {
      return this.outcomeOfUnusable({ kind: 'unusable', reason: 'not_genuine' });
    }
    // Signed out while the refresh was under way: what it brought back must not undo that.
    const { sessionId } = granted.verified.session;
    if (this.denied.has(sessionId)) return signedOut('session_revoked', true);
    // Nor while the handler runs that will carry it out.
    const isStillGood = () => !this.denied.has(sessionId);
    return {
      kind: 'signed_in',
      verified: granted.verified,
      renewed: { ...granted.cookies, isStillGood },
    };
  }

  private outcomeOfUnusable(grant: UnusableGrant): SessionOutcome {
    switch (grant.reason) {
      case 'clock_skew':
        this.skewWarning.say(grant.skewSeconds);
        return cannotTell('clock_skew');
      case 'ended':
        return signedOut('session_expired', true);
      case 'not_genuine':
        this.logger.error(
          'Stytch answered a refresh with a session JWT that cannot be used; it was not kept.',
        );
        return cannotTell('stytch_unavailable');
    }
  }

  /** A JWT that no cookie can hold is never carried out: it is kept for as long as it lives. */
  private keepSignedIn(key: string, outcome: SignedIn, { isCarried = false } = {}): void {
    const { verified } = outcome;
    const fits = this.cookies.fits(verified.jwt);
    this.kept.keepSignedIn(key, fits ? outcome : { kind: 'signed_in', verified }, {
      livesForMs: this.secondsUsable(verified) * 1000,
      isCarried: fits && isCarried,
      isEverCarried: fits,
    });
  }

  private denySession({ session }: VerifiedJwt): void {
    this.denied.deny(session.sessionId, Date.parse(session.expiresAt));
  }

  private secondsLeft({ expiresAtSeconds }: VerifiedJwt): number {
    return expiresAtSeconds - this.options.clock.nowMs() / 1000;
  }

  /** For how long a JWT that Stytch handed out just now may stand for its session. */
  private secondsUsable(fresh: VerifiedJwt): number {
    const { clock, session } = this.options;
    const endOfJwt = Math.min(fresh.expiresAtSeconds, endOfSession(fresh, session.maxLifetimeMinutes));
    // Where the wall clock was set back, the end is further off than any JWT lives.
    return Math.min(endOfJwt - clock.nowMs() / 1000, fresh.expiresAtSeconds - fresh.issuedAtSeconds);
  }

  /**
   * The new length of the session, when using it prolongs it: not past the application's own end, which
   * a token does not tell. There Stytch may keep the session longer than anything here accepts it.
   */
  private extension(old?: VerifiedJwt): number | undefined {
    const { extendOnRefresh, durationMinutes, maxLifetimeMinutes } = this.options.session;
    if (!extendOnRefresh) return undefined;
    const nowSeconds = this.options.clock.nowMs() / 1000;
    const minutesSinceStart = old === undefined ? 0 : (nowSeconds - old.sessionStartedAtSeconds) / 60;
    const minutes = Math.floor(
      Math.min(durationMinutes, (maxLifetimeMinutes ?? Infinity) - minutesSinceStart),
    );
    return minutes >= shortestExtensionMinutes ? minutes : undefined;
  }
}

const keyOfToken = (token: string) => `token ${createHash('sha256').update(token).digest('base64url')}`;

/** A refresh never changes who somebody is. */
function isSameSession(fresh: VerifiedJwt, old: VerifiedJwt): boolean {
  return fresh.session.sessionId === old.session.sessionId && fresh.session.userId === old.session.userId;
}

/** Stytch's refusals that are certain about the session. Any other proves nothing about it. */
const saysTheSessionIsOver: ReadonlyMap<string, 'session_revoked' | 'session_invalid'> = new Map([
  ['session_not_found', 'session_revoked'],
  ['invalid_session_token', 'session_invalid'],
  ['unable_to_parse_session_jwt', 'session_invalid'],
  ['user_not_found', 'session_invalid'],
]);

function outcomeOfRefusal({ errorType }: StytchRefused): SessionOutcome {
  const code = saysTheSessionIsOver.get(errorType);
  return code === undefined ? cannotTell('stytch_unavailable') : signedOut(code, true);
}
