import { Injectable, Logger } from '@nestjs/common';
import { StytchApi } from '../stytch-api/stytch-api.js';
import type { StytchRefused } from '../stytch-api/stytch-answer.js';
import { DeniedSessions } from './denied-sessions.js';
import { readGrantedSession } from './granted-session.js';
import { SessionJwts } from './session-jwts.js';
import { cannotTell, signedOut, type SessionOutcome } from './session-outcome.js';
import type { VerifiedJwt } from './verify-session-jwt.js';

/**
 * Gets a fresh JWT for a session whose JWT is genuine and merely expired: one call per session,
 * however many requests wait for it.
 */
@Injectable()
export class SessionRefresher {
  private readonly logger = new Logger('Stytch');
  private readonly flights = new Map<string, Promise<SessionOutcome>>();

  constructor(
    private readonly api: StytchApi,
    private readonly jwts: SessionJwts,
    private readonly denied: DeniedSessions,
  ) {}

  refresh(expired: VerifiedJwt): Promise<SessionOutcome> {
    const { sessionId } = expired.session;
    let flight = this.flights.get(sessionId);
    if (flight === undefined) {
      flight = this.fetch(expired).finally(() => this.flights.delete(sessionId));
      this.flights.set(sessionId, flight);
    }
    return flight;
  }

  private async fetch(expired: VerifiedJwt): Promise<SessionOutcome> {
    const answer = await this.api.refreshSession(expired.jwt);
    if (answer.kind === 'refused') return outcomeOfRefusal(answer);
    if (answer.kind === 'unavailable') return cannotTell('stytch_unavailable', answer.retryAfterSeconds);

    const granted = await readGrantedSession(answer.body, this.jwts);
    if (granted === undefined || !isSameSession(granted.verified, expired)) {
      this.logger.error('Stytch answered a refresh with a session JWT that cannot be used; it was not kept.');
      return cannotTell('stytch_unavailable');
    }
    // Signed out while the refresh was under way: what it brought back must not undo that.
    if (this.denied.has(expired.session.sessionId)) return signedOut('session_revoked', true);
    return { kind: 'signed_in', verified: granted.verified, renewed: granted.cookies };
  }
}

/** A refresh never changes who somebody is. */
function isSameSession(fresh: VerifiedJwt, old: VerifiedJwt): boolean {
  return fresh.session.sessionId === old.session.sessionId && fresh.session.userId === old.session.userId;
}

/** Stytch's refusals that are certain about the session. Any other proves nothing about it. */
const saysTheSessionIsOver: ReadonlyMap<string, 'session_revoked' | 'session_invalid'> = new Map([
  ['session_not_found', 'session_revoked'],
  ['invalid_session_token', 'session_invalid'],
  ['unable_to_parse_session_jwt', 'session_invalid'],
  ['user_not_found', 'session_invalid'],
]);

function outcomeOfRefusal({ errorType }: StytchRefused): SessionOutcome {
  const code = saysTheSessionIsOver.get(errorType);
  return code === undefined ? cannotTell('stytch_unavailable') : signedOut(code, true);
}
