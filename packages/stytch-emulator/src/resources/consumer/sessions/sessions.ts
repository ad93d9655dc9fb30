import { refuse } from '../../../wire/api-error.js';
import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type Identifiers } from '../../../identifiers.js';
import { Entries } from '../../../project/entries.js';
import { sandboxSession, sandboxSessionId, sandboxSessionToken } from './sandbox-session.js';
import { mergeClaims } from './custom-claims.js';
import { isSameFactor, type NewFactor, toFactor } from './factors/factor.js';
import { type Session } from './session.js';

/** What an authentication changes about a session. */
export interface SessionUpdate {
  durationMinutes?: number | undefined;
  customClaims?: Record<string, unknown> | undefined;
}

const minDurationMinutes = 5;
const maxDurationMinutes = 527_040; // 366 days

/** The active sessions. Expired and revoked sessions are deleted. */
export class Sessions {
  readonly entries = new Entries<Session>(({ sessionId }) => sessionId);
  private readonly byToken = this.entries.indexBy(({ token }) => [token]);

  constructor(
    private readonly identifiers: Identifiers,
    private readonly clock: EmulatorClock,
  ) {}

  all(): Session[] {
    return this.entries.all().filter((session) => this.isActive(session));
  }

  ofUser(userId: string): Session[] {
    return this.all().filter((session) => session.userId === userId);
  }

  /** @throws {ApiError} `session_not_found` if the session is unknown, expired or revoked */
  getById(sessionId: string): Session {
    if (sessionId === sandboxSessionId) return sandboxSession(nowSeconds(this.clock));
    return this.requireActive(this.entries.get(sessionId));
  }

  /** @throws {ApiError} `invalid_session_token` if the token is malformed, `session_not_found` */
  getByToken(token: string): Session {
    if (token === sandboxSessionToken) return sandboxSession(nowSeconds(this.clock));
    if (!/^[\w-]{40,64}={0,2}$/.test(token)) {
      refuse(400, 'invalid_session_token', 'session_token is not a valid session token.');
    }
    return this.requireActive(this.byToken.get(token));
  }

  start(
    userId: string,
    factor: NewFactor,
    update: SessionUpdate & {
      durationMinutes: number;
      attributes?: { ipAddress: string | undefined; userAgent: string | undefined };
    },
  ): Session {
    const now = nowSeconds(this.clock);
    const session: Session = {
      sessionId: this.identifiers.id('session'),
      token: this.identifiers.token(),
      userId,
      startedAtSeconds: now,
      lastAccessedAtSeconds: now,
      expiresAtSeconds: now + update.durationMinutes * 60,
      attributes: {
        ipAddress: update.attributes?.ipAddress ?? '',
        userAgent: update.attributes?.userAgent ?? '',
      },
      factors: [toFactor(factor, now)],
      customClaims: mergeClaims({}, update.customClaims),
    };
    this.entries.set(session);
    return session;
  }

  /**
   * Marks the session as accessed now and applies the update. The session of an impersonator cannot be extended;
   * whether Stytch refuses or ignores the duration is not documented. Here, it is ignored.
   */
  touch(session: Session, update: SessionUpdate): void {
    const now = nowSeconds(this.clock);
    const customClaims = mergeClaims(session.customClaims, update.customClaims);
    const edited = this.entries.edit(session);
    edited.customClaims = customClaims;
    edited.lastAccessedAtSeconds = now;
    if (update.durationMinutes !== undefined && !isImpersonated(session))
      edited.expiresAtSeconds = now + update.durationMinutes * 60;
  }

  /** Adds a factor to the session, or renews it if the session has it already. */
  addFactor(session: Session, factor: NewFactor): void {
    const now = nowSeconds(this.clock);
    const { factors } = this.entries.edit(session);
    const existing = factors.find((candidate) => isSameFactor(candidate, factor));
    if (existing === undefined) factors.push(toFactor(factor, now));
    else Object.assign(existing, { lastAuthenticatedAtSeconds: now, updatedAtSeconds: now });
  }

  /** @throws {ApiError} `session_not_found` for the sandbox session, which cannot be revoked */
  revoke(session: Session): void {
    if (!this.entries.delete(session)) {
      refuse(404, 'session_not_found');
    }
  }

  /** Revokes the sessions of a user, except one. Returns whether there were any. */
  revokeAllOf(userId: string, except?: Session): boolean {
    const revoked = this.ofUser(userId).filter((session) => session !== except);
    for (const session of revoked) this.entries.delete(session);
    return revoked.length > 0;
  }

  removeExpired(): void {
    for (const session of this.entries.all()) if (!this.isActive(session)) this.entries.delete(session);
  }

  private isActive(session: Session): boolean {
    return nowSeconds(this.clock) < session.expiresAtSeconds;
  }

  private requireActive(session: Session | undefined): Session {
    if (session && this.isActive(session)) return session;
    return refuse(404, 'session_not_found');
  }
}

/** @throws {ApiError} `invalid_session_duration_minutes` outside 5 … 527040 */
export function checkDurationMinutes(minutes: number | undefined): number | undefined {
  if (minutes === undefined || (minutes >= minDurationMinutes && minutes <= maxDurationMinutes))
    return minutes;
  return refuse(400, 'invalid_session_duration_minutes');
}

const isImpersonated = ({ factors }: Session): boolean => factors.some(({ type }) => type === 'impersonated');
