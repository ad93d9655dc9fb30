import { nowSeconds } from '../../../clock.js';
import { toFactor, type NewFactor } from '../../sessions/factors/factor.js';
import { type NewSession, SessionStore } from '../../sessions/session-store.js';
import { sandboxSession, sandboxSessionId, sandboxSessionToken } from './sandbox-session.js';
import { type Session } from './session.js';

/** The active sessions of users. */
export class Sessions extends SessionStore<Session> {
  override getById(sessionId: string): Session {
    return sessionId === sandboxSessionId ? sandboxSession(nowSeconds(this.clock)) : super.getById(sessionId);
  }

  override findByToken(token: string): Session | undefined {
    return token === sandboxSessionToken ? sandboxSession(nowSeconds(this.clock)) : super.findByToken(token);
  }

  ofUser(userId: string): Session[] {
    return this.all().filter((session) => session.userId === userId);
  }

  start(
    userId: string,
    factor: NewFactor,
    update: NewSession & {
      attributes?: { ipAddress: string | undefined; userAgent: string | undefined };
    },
  ): Session {
    const session: Session = {
      ...this.started('session', [toFactor(factor, nowSeconds(this.clock))], update),
      userId,
      attributes: {
        ipAddress: update.attributes?.ipAddress ?? '',
        userAgent: update.attributes?.userAgent ?? '',
      },
    };
    this.entries.set(session);
    return session;
  }

  /** Revokes the sessions of a user, except one. Returns whether there were any. */
  revokeAllOf(userId: string, except?: Session): boolean {
    return this.revokeWhere((session) => session.userId === userId && session !== except);
  }
}
