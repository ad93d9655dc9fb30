import { Injectable } from '@nestjs/common';
import type { Subject } from '../../identity/subject.js';
import { SessionApi, type ListedSession, type RevocableSession } from '../../ports/session-api.js';
import type { StytchResponse } from '../../ports/stytch-response.js';
import { DenyList } from '../deny/deny-list.js';
import { DenialPeriod } from './denial-period.js';

/** Errors that mean that the session does not exist any more. */
const alreadyRevokedErrorTypes: ReadonlySet<string> = new Set([
  'session_not_found',
  'invalid_session_token',
  'user_not_found',
  'member_not_found',
  'organization_not_found',
]);

/** One attempt to revoke a session at Stytch. */
@Injectable()
export class RevocationCall {
  constructor(
    private readonly api: SessionApi,
    private readonly denyList: DenyList,
    private readonly denialPeriod: DenialPeriod,
  ) {}

  /**
   * Never throws.
   * @returns whether Stytch confirmed that the session is revoked
   */
  async revoke(session: RevocableSession): Promise<boolean> {
    const isRevoked = confirms(await this.api.revoke(session));
    if (isRevoked && session.kind === 'id') this.denyUntilJwtsExpire(session.sessionId);
    return isRevoked;
  }

  /**
   * Revokes all sessions of a subject in one call. For one attempt only: a retry would also end the sessions
   * that the person has started since.
   * @returns whether Stytch confirmed it; false too if the product has no such operation
   */
  async revokeAll(subject: Subject, sessions: readonly ListedSession[]): Promise<boolean> {
    const response = await this.api.revokeAll(subject);
    if (response === undefined || !confirms(response)) return false;
    for (const { sessionId } of sessions) this.denyUntilJwtsExpire(sessionId);
    return true;
  }

  private denyUntilJwtsExpire(sessionId: string): void {
    this.denyList.denyEverywhere({ sessionId }, this.denialPeriod.confirmedUntilMs());
  }
}

const confirms = (response: StytchResponse<unknown>): boolean =>
  response.kind === 'ok' ||
  (response.kind === 'rejected' && alreadyRevokedErrorTypes.has(response.errorType));
