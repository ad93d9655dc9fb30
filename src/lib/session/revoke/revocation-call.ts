import { Injectable } from '@nestjs/common';
import { SessionApi, type RevocableSession } from '../../ports/session-api.js';
import { DenyList } from '../deny/deny-list.js';
import { DenialPeriod } from './denial-period.js';

/** Errors that mean that the session does not exist any more. */
const alreadyRevokedErrorTypes: ReadonlySet<string> = new Set([
  'session_not_found',
  'invalid_session_token',
  'user_not_found',
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
    const response = await this.api.revoke(session);
    const isRevoked =
      response.kind === 'ok' ||
      (response.kind === 'rejected' && alreadyRevokedErrorTypes.has(response.errorType));
    if (isRevoked && session.kind === 'id') {
      this.denyList.deny({ sessionId: session.sessionId }, this.denialPeriod.confirmedUntilMs());
    }
    return isRevoked;
  }
}
