import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Session } from '../../identity/session.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DeniedSessions } from '../deny/deny-list.js';
import { isOpaqueToken } from '../refresh/issued-session.js';
import { SessionRefresher } from '../refresh/session-refresher.js';
import { RevocationRetries } from './revocation-retries.js';
import { SessionJwts, type JwtVerdict } from '../verify/session-jwt-verifier.js';
import { longestLifeSeconds } from '../verify/verify-session-jwt.js';

/** Several cookies of one name are no reason to call Stytch without end. */
const mostSessions = 3;

/** Refusals that say as much as a yes: there is no such session, not any more. */
const isOver: ReadonlySet<string> = new Set(['session_not_found', 'invalid_session_token', 'user_not_found']);

/** Whose an opaque token was: a user's, nobody's that is known here, or Stytch could not be asked. */
type TokenOwner = Pick<Session, 'userId'> | 'nobody' | 'untold';

type EndedSession = Pick<Session, 'sessionId' | 'userId' | 'expiresAt'>;

/** Ends sessions: here at once, at Stytch when it answers. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: StytchApi,
    private readonly cookies: SessionCookies,
    private readonly jwts: SessionJwts,
    private readonly refresher: SessionRefresher,
    private readonly denied: DeniedSessions,
    private readonly retries: RevocationRetries,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Refuses the session in this process from now on and tells Stytch. Never rejects: a session
   * that could not be revoked at Stytch stays refused here until it ends.
   */
  async revoke({ sessionId, userId, expiresAt }: EndedSession): Promise<void> {
    this.denied.deny(sessionId, this.endOfSessionMs(expiresAt));
    this.events.tell({ type: 'revoked', userId, sessionId });
    await this.tellUntilTold(async () => {
      const isTold = await this.tellStytch({ sessionId });
      // Ended for good, no fresh JWT of it will ever be issued: only those under way are left.
      if (isTold) this.denied.deny(sessionId, this.endOfLastJwtMs());
      return isTold;
    });
  }

  private async tellUntilTold(tell: () => Promise<boolean>): Promise<void> {
    if (!(await tell())) this.retries.retry(tell);
  }

  /** @returns whether Stytch knows now; a refusal of another kind says nothing of the session */
  private async tellStytch(session: { sessionId: string } | { sessionToken: string }): Promise<boolean> {
    const answer = await this.api.revokeSession(session);
    return answer.kind === 'ok' || (answer.kind === 'refused' && isOver.has(answer.errorType));
  }

  /**
   * Ends every session of these users, on every device.
   * @returns whether Stytch could tell which there are
   */
  async revokeAllOf(userIds: Iterable<string>): Promise<boolean> {
    const lists = await Promise.all([...userIds].map((userId) => this.revokeAllOfOne(userId)));
    return lists.every(Boolean);
  }

  private async revokeAllOfOne(userId: string): Promise<boolean> {
    const answer = await this.api.sessionsOf(userId);
    if (answer.kind !== 'ok') return false;
    await Promise.all(answer.body.map((session) => this.revoke({ ...session, userId })));
    return true;
  }

  /**
   * Ends every session that the cookies of a request stand for, but for one. What is not signed by
   * Stytch, or is no well-formed token, causes no call.
   * @param settings `except` is the id of the session to leave alone; `asksWhose` asks Stytch whose an
   * opaque token is, where that is not known here
   * @returns whose they were, as far as that is known; `undefined` where it was asked and cannot be told
   */
  async revokePresented(
    request: IncomingMessage,
    { except, asksWhose = false }: { except?: string; asksWhose?: boolean } = {},
  ): Promise<Set<string> | undefined> {
    const [jwts, tokens] = [this.cookies.jwtsOf(request), this.cookies.tokensOf(request)];
    const verdicts = await Promise.all(
      jwts.slice(0, mostSessions).map((jwt) => this.jwts.verifyWithFreshKeys(jwt)),
    );
    const opaque = tokens.filter(isOpaqueToken).slice(0, mostSessions);
    const sessions = verdicts.flatMap((verdict) => ('verified' in verdict ? [verdict.verified.session] : []));
    if (sessions.length > 0) {
      const different = new Map(sessions.map((session) => [session.sessionId, session]));
      // They stand for the same: refused at once, though Stytch may not be there to tell.
      const isKept = different.delete(except ?? '');
      for (const token of isKept ? [] : opaque) this.refresher.refuseToken(token);
      await Promise.all([...different.values()].map((session) => this.revoke(session)));
      return new Set(sessions.map(({ userId }) => userId));
    }
    const owners = await Promise.all(opaque.map((token) => this.revokeToken(token, { except, asksWhose })));
    const isUntold = owners.includes('untold') || (owners.length === 0 && verdicts.some(isForWantOfKeys));
    if (asksWhose && isUntold) return undefined;
    return new Set(owners.flatMap((owner) => (typeof owner === 'object' ? [owner.userId] : [])));
  }

  private async revokeToken(
    sessionToken: string,
    { except, asksWhose }: { except: string | undefined; asksWhose: boolean },
  ): Promise<TokenOwner> {
    let known = this.refresher.sessionOfToken(sessionToken)?.session;
    let owner: TokenOwner = 'nobody';
    if (known === undefined && asksWhose) {
      const outcome = await this.refresher.authenticateToken(sessionToken);
      if (outcome.kind === 'signed_in') known = outcome.verified.session;
      if (outcome.kind === 'cannot_tell') owner = 'untold';
    }
    if (known === undefined || known.sessionId !== except) {
      this.refresher.refuseToken(sessionToken);
      if (known !== undefined) await this.revoke(known);
      // Anybody can make tokens up, and each costs a call: no more than may ask about one.
      else if (this.refresher.mayAskAboutToken()) await this.revokeUnknown(sessionToken);
    }
    return known ?? owner;
  }

  private async revokeUnknown(sessionToken: string): Promise<void> {
    await this.tellUntilTold(async () => {
      const isTold = await this.tellStytch({ sessionToken });
      if (!isTold) this.refresher.denyToken(sessionToken);
      return isTold;
    });
  }

  /** Where using a session prolongs it, another process may have done so since this JWT. */
  private endOfSessionMs(expiresAt: string): number {
    const { extendOnRefresh, durationMinutes } = this.options.session;
    const end = Math.max(Date.parse(expiresAt), this.endOfLastJwtMs());
    return extendOnRefresh ? end + durationMinutes * 60_000 : end;
  }

  private endOfLastJwtMs(): number {
    const { clock, session, outage } = this.options;
    return clock.nowMs() + (longestLifeSeconds + session.clockSkewSeconds + outage.graceSeconds) * 1000;
  }
}

const isForWantOfKeys = ({ verdict }: JwtVerdict) => verdict === 'no_keys';
