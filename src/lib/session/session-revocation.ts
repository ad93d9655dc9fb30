import { Injectable } from '@nestjs/common';
import type { Session } from '../session.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import { DeniedSessions } from './denied-sessions.js';

/** Ends sessions: here at once, at Stytch when it answers. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: StytchApi,
    private readonly denied: DeniedSessions,
  ) {}

  /**
   * Refuses the session in this process from now on and tells Stytch. Never rejects: a session
   * that could not be revoked at Stytch stays refused here until it ends.
   */
  async revoke({ sessionId, expiresAt }: Pick<Session, 'sessionId' | 'expiresAt'>): Promise<void> {
    this.denied.deny(sessionId, expiresAt);
    await this.api.revokeSession({ sessionId });
  }

  /** The same for a session of which only the opaque token is known. */
  async revokeByToken(sessionToken: string): Promise<void> {
    await this.api.revokeSession({ sessionToken });
  }
}
