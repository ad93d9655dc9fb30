import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../../cookies/session-cookies.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Session } from '../../identity/session.js';
import { StytchApi } from '../../stytch-api/stytch-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import { isOpaqueToken } from '../refresh/issued-session.js';
import { SessionRefresher } from '../refresh/session-refresher.js';
import { RevocationRetries } from './revocation-retries.js';
import { SessionJwtVerifier, type JwtVerificationResult } from '../verify/session-jwt-verifier.js';
import { maxJwtLifetimeSeconds } from '../verify/verify-session-jwt.js';

/** Several cookies of one name are no reason to call Stytch without end. */
const maxSessions = 3;

/** Refusals that say as much as a yes: there is no such session, not any more. */
const alreadyRevokedErrorTypes: ReadonlySet<string> = new Set([
  'session_not_found',
  'invalid_session_token',
  'user_not_found',
]);

/** Whose an opaque token was: a user's, nobody's that is known here, or Stytch could not be asked. */
type TokenOwner = Pick<Session, 'userId'> | 'none' | 'unknown';

type RevocableSession = Pick<Session, 'sessionId' | 'userId' | 'expiresAt'>;

/** Ends sessions: here at once, at Stytch when it answers. */
@Injectable()
export class SessionRevocation {
  constructor(
    private readonly api: StytchApi,
    private readonly cookies: SessionCookies,
    private readonly verifier: SessionJwtVerifier,
    private readonly refresher: SessionRefresher,
    private readonly denyList: DenyList,
    private readonly retries: RevocationRetries,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Refuses the session in this process from now on and tells Stytch. Never rejects: a session
   * that could not be revoked at Stytch stays refused here until it ends.
   */
  async revoke({ sessionId, userId, expiresAt }: RevocableSession): Promise<void> {
    this.denyList.deny(sessionId, this.denyUntilMs(expiresAt));
    this.events.emit({ type: 'revoked', userId, sessionId });
    await this.revokeUntilConfirmed(async () => {
      const isRevoked = await this.revokeAtStytch({ sessionId });
      // Ended for good, no fresh JWT of it will ever be issued: only those under way are left.
      if (isRevoked) this.denyList.deny(sessionId, this.lastJwtExpiryMs());
      return isRevoked;
    });
  }

  private async revokeUntilConfirmed(revoke: () => Promise<boolean>): Promise<void> {
    if (!(await revoke())) this.retries.retry(revoke);
  }

  /** @returns whether Stytch knows now; a refusal of another kind says nothing of the session */
  private async revokeAtStytch(session: { sessionId: string } | { sessionToken: string }): Promise<boolean> {
    const response = await this.api.revokeSession(session);
    return (
      response.kind === 'ok' ||
      (response.kind === 'rejected' && alreadyRevokedErrorTypes.has(response.errorType))
    );
  }

  /**
   * Ends every session of these users, on every device.
   * @returns whether Stytch could tell which there are
   */
  async revokeAllOfUsers(userIds: Iterable<string>): Promise<boolean> {
    const lists = await Promise.all([...userIds].map((userId) => this.revokeAllOfUser(userId)));
    return lists.every(Boolean);
  }

  private async revokeAllOfUser(userId: string): Promise<boolean> {
    const response = await this.api.listSessions(userId);
    if (response.kind !== 'ok') return false;
    await Promise.all(response.body.map((session) => this.revoke({ ...session, userId })));
    return true;
  }

  /**
   * Ends every session that the cookies of a request stand for, but for one. What is not signed by
   * Stytch, or is no well-formed token, causes no call.
   * @param settings `except` is the id of the session to leave alone; `lookUpOwner` asks Stytch whose an
   * opaque token is, where that is not known here
   * @returns whose they were, as far as that is known; `undefined` where it was asked and cannot be told
   */
  async revokePresented(
    request: IncomingMessage,
    { except, lookUpOwner = false }: { except?: string; lookUpOwner?: boolean } = {},
  ): Promise<Set<string> | undefined> {
    const [jwts, tokens] = [this.cookies.jwtsOf(request), this.cookies.tokensOf(request)];
    const results = await Promise.all(
      jwts.slice(0, maxSessions).map((jwt) => this.verifier.verifyRefetchingKeys(jwt)),
    );
    const opaqueTokens = tokens.filter(isOpaqueToken).slice(0, maxSessions);
    const sessions = results.flatMap((result) => ('verified' in result ? [result.verified.session] : []));
    if (sessions.length > 0) {
      const sessionsById = new Map(sessions.map((session) => [session.sessionId, session]));
      // They stand for the same: refused at once, though Stytch may not be there to tell.
      const includesExcepted = sessionsById.delete(except ?? '');
      for (const token of includesExcepted ? [] : opaqueTokens) this.refresher.rejectToken(token);
      await Promise.all([...sessionsById.values()].map((session) => this.revoke(session)));
      return new Set(sessions.map(({ userId }) => userId));
    }
    const owners = await Promise.all(
      opaqueTokens.map((token) => this.revokeToken(token, { except, lookUpOwner })),
    );
    const isOwnerUnknown = owners.includes('unknown') || (owners.length === 0 && results.some(isMissingKeys));
    if (lookUpOwner && isOwnerUnknown) return undefined;
    return new Set(owners.flatMap((owner) => (typeof owner === 'object' ? [owner.userId] : [])));
  }

  private async revokeToken(
    sessionToken: string,
    { except, lookUpOwner }: { except: string | undefined; lookUpOwner: boolean },
  ): Promise<TokenOwner> {
    let knownSession = this.refresher.cachedSessionForToken(sessionToken)?.session;
    let owner: TokenOwner = 'none';
    if (knownSession === undefined && lookUpOwner) {
      const result = await this.refresher.authenticateToken(sessionToken);
      if (result.kind === 'signed_in') knownSession = result.verified.session;
      if (result.kind === 'unknown') owner = 'unknown';
    }
    if (knownSession === undefined || knownSession.sessionId !== except) {
      this.refresher.rejectToken(sessionToken);
      if (knownSession !== undefined) await this.revoke(knownSession);
      // Anybody can make tokens up, and each costs a call: no more than may ask about one.
      else if (this.refresher.takeTokenLookup()) await this.revokeUnknownToken(sessionToken);
    }
    return knownSession ?? owner;
  }

  private async revokeUnknownToken(sessionToken: string): Promise<void> {
    await this.revokeUntilConfirmed(async () => {
      const isRevoked = await this.revokeAtStytch({ sessionToken });
      if (!isRevoked) this.refresher.denyToken(sessionToken);
      return isRevoked;
    });
  }

  /** Where using a session prolongs it, another process may have done so since this JWT. */
  private denyUntilMs(expiresAt: string): number {
    const { extendOnRefresh, durationMinutes } = this.options.session;
    const end = Math.max(Date.parse(expiresAt), this.lastJwtExpiryMs());
    return extendOnRefresh ? end + durationMinutes * 60_000 : end;
  }

  private lastJwtExpiryMs(): number {
    const { clock, session, outage } = this.options;
    return clock.nowMs() + (maxJwtLifetimeSeconds + session.clockSkewSeconds + outage.graceSeconds) * 1000;
  }
}

const isMissingKeys = ({ kind }: JwtVerificationResult) => kind === 'no_keys';
