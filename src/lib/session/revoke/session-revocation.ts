import { Injectable } from '@nestjs/common';
import { StytchEvents } from '../../events/stytch-events.js';
import type { EventSessionFields, StytchRevocationReason } from '../../events/stytch-event.js';
import type { RequestSource } from '../../network/client-network.js';
import { sessionFields } from '../../events/session-fields.js';
import type { Session } from '../../identity/session.js';
import type { Subject } from '../../identity/subject.js';
import { SessionApi, type RevocableSession } from '../../ports/session-api.js';
import { DenyList } from '../deny/deny-list.js';
import { tokenHashOf } from '../opaque-token.js';
import { DenialPeriod } from './denial-period.js';
import { RevocationCall } from './revocation-call.js';
import { RevocationRetries, type SessionToRevoke } from './revocation-retries.js';

export interface RevocationCause {
  readonly reason: StytchRevocationReason;
  /** Who sent the request that caused it. */
  readonly source: RequestSource;
}

/** Revokes sessions: in all instances at once, at Stytch as soon as it is reachable. No method throws. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: SessionApi,
    private readonly call: RevocationCall,
    private readonly retries: RevocationRetries,
    private readonly denyList: DenyList,
    private readonly denialPeriod: DenialPeriod,
    private readonly events: StytchEvents,
  ) {}

  /** A session that Stytch could not revoke stays denied until it expires. */
  async revoke(revoked: Session, cause: RevocationCause): Promise<void> {
    const { session, untilMs } = this.deny(sessionFields(revoked), revoked.expiresAt, cause);
    if (!(await this.call.revoke(session))) this.retries.retry(session, untilMs);
  }

  /**
   * Revokes a session that is known by its opaque token only. If Stytch does not confirm, the token is
   * denied for `session.durationMinutes`, when a session of that length would have expired.
   */
  async revokeToken(token: string): Promise<void> {
    const session: RevocableSession = { kind: 'token', token };
    // Other instances may have cached its session.
    this.denyList.denyEverywhere({ tokenHash: tokenHashOf(token) }, this.denialPeriod.confirmedUntilMs());
    if (await this.call.revoke(session)) return;
    const untilMs = this.denialPeriod.unconfirmedTokenUntilMs();
    this.denyList.denyEverywhere({ tokenHash: tokenHashOf(token) }, untilMs);
    this.retries.retry(session, untilMs);
  }

  /**
   * Revokes all sessions of the subjects: in all instances at once, at Stytch a few at a time.
   * @returns false if Stytch could not list the sessions of a subject
   */
  async revokeAll(subjects: readonly Subject[], cause: RevocationCause): Promise<boolean> {
    const results = await Promise.all(subjects.map((subject) => this.revokeAllOf(subject, cause)));
    return results.every(Boolean);
  }

  private async revokeAllOf(subject: Subject, cause: RevocationCause): Promise<boolean> {
    const response = await this.api.list(subject);
    if (response.kind !== 'ok') return false;
    const { body: sessions } = response;
    // All are denied before the first call.
    const denied = sessions.map(({ sessionId, expiresAt }) =>
      this.deny({ subject, sessionId }, expiresAt, cause),
    );
    if (denied.length > 1 && (await this.call.revokeAll(subject, sessions))) return true;
    await this.retries.revokeAll(denied);
    return true;
  }

  private deny(
    fields: EventSessionFields,
    expiresAt: string,
    { reason, source }: RevocationCause,
  ): SessionToRevoke {
    const { sessionId } = fields;
    const untilMs = this.denialPeriod.unconfirmedUntilMs(expiresAt);
    this.denyList.denyEverywhere({ sessionId }, untilMs);
    this.events.emit({ type: 'revoked', reason, ...fields }, source);
    return { session: { kind: 'id', sessionId }, untilMs };
  }
}
