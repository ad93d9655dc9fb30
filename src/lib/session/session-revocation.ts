import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../session.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { DeniedSessions } from './denied-sessions.js';
import { isOpaqueToken } from './granted-session.js';
import { SessionRefresher } from './refresh-session.js';
import { RevocationRetries } from './revocation-retries.js';
import { SessionJwts } from './session-jwts.js';
import { longestLifeSeconds } from './verify-session-jwt.js';

/** Several cookies of one name are no reason to call Stytch without end. */
const mostSessions = 3;

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
    if (!(await this.tellStytch(sessionId))) this.retries.retry(() => this.tellStytch(sessionId));
  }

  /** @returns whether Stytch knows now */
  private async tellStytch(sessionId: string): Promise<boolean> {
    const answer = await this.api.revokeSession({ sessionId });
    if (answer.kind === 'unavailable') return false;
    // Ended for good, no fresh JWT of it will ever be issued: only those under way are left.
    this.denied.deny(sessionId, this.endOfLastJwtMs());
    return true;
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
    const answer = await this.api.sessionIdsOf(userId);
    if (answer.kind !== 'ok') return false;
    const expiresAt = new Date(this.options.clock.nowMs()).toISOString();
    await Promise.all(answer.body.map((sessionId) => this.revoke({ sessionId, userId, expiresAt })));
    return true;
  }

  /**
   * Ends every session that the cookies of a request stand for, but for one. Asks Stytch about
   * none of them: what is not signed by it, or is no well-formed token, causes no call.
   * @returns whose they were, as far as that is known
   */
  async revokePresented(request: IncomingMessage, except?: string): Promise<Set<string>> {
    const { jwts, tokens } = this.cookies.read(request);
    const verdicts = await Promise.all(
      jwts.slice(0, mostSessions).map((jwt) => this.jwts.verifyWithFreshKeys(jwt)),
    );
    const sessions = verdicts.flatMap((verdict) => ('verified' in verdict ? [verdict.verified.session] : []));
    if (sessions.length > 0) {
      const different = new Map(sessions.map((session) => [session.sessionId, session]));
      different.delete(except ?? '');
      await Promise.all([...different.values()].map((session) => this.revoke(session)));
      return new Set(sessions.map(({ userId }) => userId));
    }
    const [token] = tokens.filter(isOpaqueToken);
    const userId = token === undefined ? undefined : await this.revokeToken(token, except);
    return new Set(userId === undefined ? [] : [userId]);
  }

  private async revokeToken(sessionToken: string, except?: string): Promise<string | undefined> {
    const known = this.refresher.sessionOfToken(sessionToken)?.session;
    if (known !== undefined && known.sessionId === except) return known.userId;
    this.refresher.refuseToken(sessionToken);
    if (known !== undefined) await this.revoke(known);
    else await this.api.revokeSession({ sessionToken });
    return known?.userId;
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
