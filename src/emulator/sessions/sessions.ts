import { refuse } from '../api/api-error.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type Identifiers } from '../identifiers.js';
import { sandboxSession, sandboxSessionId, sandboxSessionToken } from '../sandbox.js';
import { mergedClaims } from './custom-claims.js';
import { type Factor, type Session } from './session.js';

/** What a session gets with each authentication. */
export interface SessionUpdate {
  durationMinutes?: number | undefined;
  customClaims?: Record<string, unknown> | undefined;
}

const shortestMinutes = 5;
const longestMinutes = 527_040; // 366 days

/** The live sessions. One that has ended is not kept: nothing revives it. */
export class Sessions {
  private sessions = new Map<string, Session>();

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): Session[] {
    return [...this.sessions.values()].filter((session) => this.isLive(session));
  }

  ofUser(userId: string): Session[] {
    return this.all().filter((session) => session.userId === userId);
  }

  restore(sessions: Session[]): void {
    this.sessions = new Map(sessions.map((session) => [session.sessionId, session]));
  }

  /** @throws {ApiError} `session_not_found` where it is unknown, expired or revoked */
  getById(sessionId: string): Session {
    if (sessionId === sandboxSessionId) return sandboxSession(nowSeconds(this.clock));
    return this.liveOr404(this.sessions.get(sessionId));
  }

  /** @throws {ApiError} `invalid_session_token` where it cannot be one, `session_not_found` */
  getByToken(token: string): Session {
    if (token === sandboxSessionToken) return sandboxSession(nowSeconds(this.clock));
    if (!/^[\w-]{40,64}={0,2}$/.test(token)) {
      refuse('invalid_session_token', 'session_token is not in the format of a session token.');
    }
    return this.liveOr404([...this.sessions.values()].find((session) => session.token === token));
  }

  start(userId: string, factor: Factor, update: SessionUpdate & { durationMinutes: number }): Session {
    const now = nowSeconds(this.clock);
    const session: Session = {
      sessionId: this.identifiers.id('session'),
      token: this.identifiers.token(),
      userId,
      startedAtSeconds: now,
      lastAccessedAtSeconds: now,
      expiresAtSeconds: now + update.durationMinutes * 60,
      attributes: { ipAddress: '', userAgent: '' },
      factors: [factor],
      customClaims: mergedClaims({}, update.customClaims),
    };
    this.sessions.set(session.sessionId, session);
    return session;
  }

  /** Marks the session as used now, and applies what came along. */
  touch(session: Session, update: SessionUpdate): void {
    session.customClaims = mergedClaims(session.customClaims, update.customClaims);
    session.lastAccessedAtSeconds = nowSeconds(this.clock);
    if (update.durationMinutes !== undefined) {
      session.expiresAtSeconds = session.lastAccessedAtSeconds + update.durationMinutes * 60;
    }
  }

  /** A factor proved again is renewed, a new one is added. */
  addFactor(session: Session, factor: Factor): void {
    const known = session.factors.find((one) => isSameFactor(one, factor));
    if (known === undefined) session.factors.push(factor);
    else {
      known.lastAuthenticatedAtSeconds = factor.lastAuthenticatedAtSeconds;
      known.updatedAtSeconds = factor.updatedAtSeconds;
    }
  }

  /** @throws {ApiError} `session_not_found` for the sandbox session, which cannot be revoked */
  revoke(session: Session): void {
    if (!this.sessions.delete(session.sessionId)) {
      refuse('session_not_found', 'The sandbox session cannot be revoked.');
    }
  }

  /** Ends the sessions of a user, except one. Says whether there were any. */
  endAllOf(userId: string, except?: Session): boolean {
    const ended = this.ofUser(userId).filter((session) => session !== except);
    for (const session of ended) this.sessions.delete(session.sessionId);
    return ended.length > 0;
  }

  forgetExpired(): void {
    for (const session of this.sessions.values()) {
      if (!this.isLive(session)) this.sessions.delete(session.sessionId);
    }
  }

  private isLive(session: Session): boolean {
    return nowSeconds(this.clock) < session.expiresAtSeconds;
  }

  private liveOr404(session: Session | undefined): Session {
    if (session && this.isLive(session)) return session;
    return refuse(
      'session_not_found',
      'There is no such session: it never was, has expired, or was revoked.',
    );
  }
}

/** @throws {ApiError} `invalid_session_duration_minutes` outside 5 … 527040 */
export function checkedDurationMinutes(minutes: number | undefined): number | undefined {
  if (minutes === undefined || (minutes >= shortestMinutes && minutes <= longestMinutes)) return minutes;
  return refuse(
    'invalid_session_duration_minutes',
    `session_duration_minutes must be from ${shortestMinutes} to ${longestMinutes}.`,
  );
}

function isSameFactor(a: Factor, b: Factor): boolean {
  return a.deliveryMethod === b.deliveryMethod && a.emailFactor?.emailId === b.emailFactor?.emailId;
}
