import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { type Identifiers } from '../../identifiers.js';
import { Entries } from '../../project/entries.js';
import { refuse } from '../../wire/api-error.js';
import { isSessionToken } from '../../wire/session-token.js';
import { mergeClaims } from './custom-claims.js';
import { type Factor, isSameFactor, type NewFactor, toFactor } from './factors/factor.js';
import { type StoredSession } from './stored-session.js';

/** What an authentication changes about a session. */
export interface SessionUpdate {
  durationMinutes?: number | undefined;
  customClaims?: Record<string, unknown> | undefined;
}

/** A session that is started: it has a duration. */
export type NewSession = SessionUpdate & { durationMinutes: number };

/** The active sessions. Expired and revoked sessions are deleted. */
export class SessionStore<Session extends StoredSession> {
  readonly entries = new Entries<Session>(({ sessionId }) => sessionId);
  private readonly byToken = this.entries.indexBy(({ token }) => [token]);

  constructor(
    protected readonly identifiers: Identifiers,
    protected readonly clock: EmulatorClock,
  ) {}

  all(): Session[] {
    return this.entries.all().filter((session) => this.isActive(session));
  }

  /** @throws {ApiError} `session_not_found` if the session is unknown, expired or revoked */
  getById(sessionId: string): Session {
    const session = this.entries.get(sessionId);
    return session && this.isActive(session) ? session : refuse(404, 'session_not_found');
  }

  /** @throws {ApiError} `invalid_session_token` if the token is malformed, `session_not_found` */
  getByToken(token: string): Session {
    if (!isSessionToken(token)) {
      refuse(400, 'invalid_session_token', 'session_token is not a valid session token.');
    }
    return this.findByToken(token) ?? refuse(404, 'session_not_found');
  }

  /** Undefined if the session is unknown, expired or revoked. */
  findByToken(token: string): Session | undefined {
    const session = this.byToken.get(token);
    return session && this.isActive(session) ? session : undefined;
  }

  /** Marks the session as accessed now and applies the update. */
  touch(session: Session, update: SessionUpdate): void {
    const now = nowSeconds(this.clock);
    const customClaims = mergeClaims(session.customClaims, update.customClaims);
    Object.assign(this.entries.edit(session), {
      customClaims,
      lastAccessedAtSeconds: now,
      ...expiryAfter(now, session, update),
    });
  }

  /** Adds a factor to the session, or renews it if the session has it already. */
  addFactor(session: Session, factor: NewFactor): void {
    const now = nowSeconds(this.clock);
    const renewed = { lastAuthenticatedAtSeconds: now, updatedAtSeconds: now };
    const hasFactor = session.factors.some((candidate) => isSameFactor(candidate, factor));
    const factors = hasFactor
      ? session.factors.map((each) => (isSameFactor(each, factor) ? { ...each, ...renewed } : each))
      : [...session.factors, toFactor(factor, now)];
    Object.assign(this.entries.edit(session), { factors });
  }

  /** @throws {ApiError} `session_not_found` for the sandbox session, which cannot be revoked */
  revoke(session: Session): void {
    if (!this.entries.delete(session)) {
      refuse(404, 'session_not_found');
    }
  }

  removeExpired(): void {
    for (const session of this.entries.all()) if (!this.isActive(session)) this.entries.delete(session);
  }

  /** Revokes the active sessions that match. Returns whether there were any. */
  protected revokeWhere(isWanted: (session: Session) => boolean): boolean {
    const revoked = this.all().filter(isWanted);
    for (const session of revoked) this.entries.delete(session);
    return revoked.length > 0;
  }

  /** What the new session of any user or member has. */
  protected started(idType: string, factors: readonly Factor[], update: NewSession): StoredSession {
    const now = nowSeconds(this.clock);
    return {
      sessionId: this.identifiers.id(idType),
      token: this.identifiers.token(),
      startedAtSeconds: now,
      lastAccessedAtSeconds: now,
      expiresAtSeconds: now + update.durationMinutes * 60,
      factors,
      customClaims: mergeClaims({}, update.customClaims),
    };
  }

  private isActive(session: Session): boolean {
    return nowSeconds(this.clock) < session.expiresAtSeconds;
  }
}

/**
 * The session of an impersonator cannot be extended; whether Stytch refuses or ignores the duration is not
 * documented. Here, it is ignored.
 */
function expiryAfter(
  nowSeconds: number,
  { factors }: StoredSession,
  { durationMinutes }: SessionUpdate,
): Partial<StoredSession> {
  const isImpersonated = factors.some(({ type }) => type === 'impersonated');
  return durationMinutes === undefined || isImpersonated
    ? {}
    : { expiresAtSeconds: nowSeconds + durationMinutes * 60 };
}
