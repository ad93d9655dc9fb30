import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../../events/stytch-events.js';
import type { Subject } from '../../identity/subject.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { SessionApi, type ListedSession, type RevocableSession } from '../../ports/session-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import { TokenExchange } from '../refresh/token-exchange.js';
import { maxJwtLifetimeSeconds } from '../verify/check-acceptance.js';
import { RevocationRetries } from './revocation-retries.js';

/** Errors that mean that the session does not exist any more. */
const alreadyRevokedErrorTypes: ReadonlySet<string> = new Set([
  'session_not_found',
  'invalid_session_token',
  'user_not_found',
]);

/** Revokes sessions: in this process at once, at Stytch as soon as it is reachable. No method throws. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: SessionApi,
    private readonly denyList: DenyList,
    private readonly tokens: TokenExchange,
    private readonly retries: RevocationRetries,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** A session that Stytch could not revoke stays denied until it expires. */
  async revoke(subject: Subject, { sessionId, expiresAt }: ListedSession): Promise<void> {
    this.denyList.deny({ sessionId }, this.denyUntilMs(expiresAt));
    this.events.emit({ type: 'revoked', subject, sessionId });
    await this.revokeUntilConfirmed(async () => {
      const isRevoked = await this.revokeAtStytch({ kind: 'id', sessionId });
      // Stytch issues no more JWTs for it; only existing ones have to expire.
      if (isRevoked) this.denyList.deny({ sessionId }, this.lastJwtExpiryMs());
      return isRevoked;
    });
  }

  /**
   * Revokes a session that is known by its opaque token only. If Stytch does not confirm, the token is
   * denied for `session.durationMinutes`, when a session of that length would have expired.
   */
  async revokeToken(token: string): Promise<void> {
    await this.revokeUntilConfirmed(async () => {
      const isRevoked = await this.revokeAtStytch({ kind: 'token', token });
      const { clock, session } = this.options;
      if (!isRevoked) this.tokens.deny(token, clock.nowMs() + session.durationMinutes * 60_000);
      return isRevoked;
    });
  }

  /**
   * Revokes all sessions of the subjects.
   * @returns false if Stytch could not list the sessions of a subject
   */
  async revokeAll(subjects: readonly Subject[]): Promise<boolean> {
    const results = await Promise.all(subjects.map((subject) => this.revokeAllOf(subject)));
    return results.every(Boolean);
  }

  private async revokeAllOf(subject: Subject): Promise<boolean> {
    const response = await this.api.list(subject);
    if (response.kind !== 'ok') return false;
    await Promise.all(response.body.map((session) => this.revoke(subject, session)));
    return true;
  }

  private async revokeUntilConfirmed(revoke: () => Promise<boolean>): Promise<void> {
    if (!(await revoke())) this.retries.retry(revoke);
  }

  /** @returns whether Stytch confirmed that the session is revoked */
  private async revokeAtStytch(session: RevocableSession): Promise<boolean> {
    const response = await this.api.revoke(session);
    return (
      response.kind === 'ok' ||
      (response.kind === 'rejected' && alreadyRevokedErrorTypes.has(response.errorType))
    );
  }

  /** If refreshes extend sessions, another process may have extended it since its JWT was issued. */
  private denyUntilMs(expiresAt: string): number {
    const { extendOnRefresh, durationMinutes } = this.options.session;
    const untilMs = Math.max(Date.parse(expiresAt), this.lastJwtExpiryMs());
    return extendOnRefresh ? untilMs + durationMinutes * 60_000 : untilMs;
  }

  private lastJwtExpiryMs(): number {
    const { clock, session, outage } = this.options;
    return clock.nowMs() + (maxJwtLifetimeSeconds + session.clockSkewSeconds + outage.graceSeconds) * 1000;
  }
}
