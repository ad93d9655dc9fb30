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
import { SessionJwts } from './session-jwts.js';
import { longestLifeSeconds } from './verify-session-jwt.js';

/** Several cookies of one name are no reason to call Stytch without end. */
const mostSessions = 3;

/** Ends sessions: here at once, at Stytch when it answers. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: StytchApi,
    private readonly cookies: SessionCookies,
    private readonly jwts: SessionJwts,
    private readonly refresher: SessionRefresher,
    private readonly denied: DeniedSessions,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Refuses the session in this process from now on and tells Stytch. Never rejects: a session
   * that could not be revoked at Stytch stays refused here until it ends.
   */
  async revoke({ sessionId, userId, expiresAt }: Session): Promise<void> {
    this.denied.deny(sessionId, this.endOfSessionMs(expiresAt));
    this.events.tell({ type: 'revoked', userId, sessionId });
    const answer = await this.api.revokeSession({ sessionId });
    // Revoked for good, no fresh JWT of it will ever be issued: only those under way are left.
    if (answer.kind === 'ok') this.denied.deny(sessionId, this.endOfLastJwtMs());
  }

  /**
   * Ends every session that the cookies of a request stand for, but for one. Asks Stytch about
   * none of them: what is not signed by it, or is no well-formed token, causes no call.
   */
  async revokePresented(request: IncomingMessage, except?: string): Promise<void> {
    const { jwts, tokens } = this.cookies.read(request);
    const verdicts = await Promise.all(
      jwts.slice(0, mostSessions).map((jwt) => this.jwts.verifyWithFreshKeys(jwt)),
    );
    const sessions = verdicts.flatMap((verdict) => ('verified' in verdict ? [verdict.verified.session] : []));
    if (sessions.length > 0) {
      const different = new Map(sessions.map((session) => [session.sessionId, session]));
      different.delete(except ?? '');
      await Promise.all([...different.values()].map((session) => this.revoke(session)));
      return;
    }
    const [token] = tokens.filter(isOpaqueToken);
    if (token !== undefined) await this.revokeToken(token, except);
  }

  private async revokeToken(sessionToken: string, except?: string): Promise<void> {
    const known = this.refresher.sessionOfToken(sessionToken)?.session;
    if (known !== undefined && known.sessionId === except) return;
    this.refresher.refuseToken(sessionToken);
    if (known !== undefined) await this.revoke(known);
    else await this.api.revokeSession({ sessionToken });
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
