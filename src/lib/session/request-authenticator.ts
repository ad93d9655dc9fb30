import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { SessionCookies } from '../cookies/session-cookies.js';
import { DeniedSessions } from './denied-sessions.js';
import { pickJwt } from './pick-jwt.js';
import { SessionRefresher } from './refresh-session.js';
import { SessionJwts } from './session-jwts.js';
import { cannotTell, signedOut, type SessionOutcome } from './session-outcome.js';

/** More values than this under one name are no browser's doing. */
const mostValues = 3;
/** A wrong clock is said once in a while, not once a request. */
const skewWarningEveryMs = 60_000;

/** From a request to what is known about who sent it. */
@Injectable()
export class RequestAuthenticator {
  private readonly logger = new Logger('Stytch');
  private warnedOfSkewAtMs = -Infinity;

  constructor(
    private readonly cookies: SessionCookies,
    private readonly jwts: SessionJwts,
    private readonly refresher: SessionRefresher,
    private readonly denied: DeniedSessions,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async authenticate(request: IncomingMessage): Promise<SessionOutcome> {
    const { jwts } = this.cookies.read(request);
    if (jwts.length === 0) return signedOut('session_missing');
    if (jwts.length > mostValues) return signedOut('session_ambiguous', true);

    const pick = pickJwt(await Promise.all(jwts.map((jwt) => this.jwts.verify(jwt))));
    switch (pick.verdict) {
      case 'ambiguous':
        return signedOut('session_ambiguous', true);
      case 'no_keys':
        return cannotTell('stytch_unavailable');
      case 'from_the_future':
        this.warnOfSkew(pick.skewSeconds);
        return cannotTell('clock_skew');
      case 'unknown_key':
      case 'invalid':
        return signedOut('session_invalid');
      case 'ended':
        return signedOut('session_expired', true);
      case 'genuine':
      case 'expired': {
        const { verified } = pick;
        if (this.denied.has(verified.session.sessionId)) return signedOut('session_revoked', true);
        return pick.verdict === 'genuine'
          ? { kind: 'signed_in', verified }
          : this.refresher.refresh(verified);
      }
    }
  }

  private warnOfSkew(skewSeconds: number): void {
    const now = this.options.clock.monotonicMs();
    if (now - this.warnedOfSkewAtMs < skewWarningEveryMs) return;
    this.warnedOfSkewAtMs = now;
    this.logger.error(
      `A genuine session JWT was issued ${Math.round(skewSeconds)} seconds in the future: the clock of this server is behind. Sessions are answered with 503 until it is set.`,
    );
  }
}
