import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { systemClock } from '../../options/system-clock.js';
import { SessionApi, type SessionCredential } from '../../ports/session-api.js';
import type { StytchRejection } from '../../ports/stytch-response.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import { signedOut, unknown, type SessionResult } from '../session-result.js';
import { StaleMarks } from '../stale/stale-marks.js';
import { isSameSession, type VerifiedJwt } from '../verify/verified-jwt.js';
import { IssuedSessionReader, type UnusableSession } from './issued-session.js';
import { extensionMinutes } from './session-extension.js';

/** Makes one call to Stytch for a session and turns the response into a result. */
@Injectable()
export class FetchSession {
  private readonly logger = new Logger('Stytch');

  constructor(
    private readonly api: SessionApi,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly denyList: DenyList,
    private readonly staleMarks: StaleMarks,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** @param current the JWT that is refreshed; the new one must be of the same session */
  async fetch(credential: SessionCredential, current?: VerifiedJwt): Promise<SessionResult> {
    const startedAtMs = systemClock.monotonicMs();
    const result = await this.fetchNow(credential, current);
    this.options.telemetry?.refreshed((systemClock.monotonicMs() - startedAtMs) / 1000, result.kind);
    return result;
  }

  private async fetchNow(credential: SessionCredential, current?: VerifiedJwt): Promise<SessionResult> {
    const askedAfterMark = this.staleMarks.latest;
    const response = await this.api.authenticate(credential, extensionMinutes(this.options, current));
    if (response.kind === 'rejected') return resultOfRejection(response);
    if (response.kind === 'unavailable') return unknown('stytch_unavailable', response.retryAfterSeconds);

    const issued = await this.issuedSessions.read(response.body);
    if (issued.kind === 'unusable') return this.resultOfUnusable(issued);
    if (current !== undefined && !isSameSession(issued.verified, current)) {
      return this.resultOfUnusable({ kind: 'unusable', reason: 'invalid' });
    }
    // The session may have been revoked while the refresh was in flight.
    if (this.denyList.isDenied(issued.verified.session)) return signedOut('session_revoked', true);
    const verified = askedAfterMark === 0 ? issued.verified : { ...issued.verified, askedAfterMark };
    return { kind: 'signed_in', verified, renewed: issued.cookies, confirmedNow: true };
  }

  private resultOfUnusable({ reason }: UnusableSession): SessionResult {
    switch (reason) {
      case 'clock_skew':
        return unknown('clock_skew');
      case 'misconfigured':
        return unknown('stytch_unavailable');
      case 'session_expired':
        return signedOut('session_expired', true);
      case 'invalid':
        this.logger.error('Stytch responded to a refresh with an invalid session JWT. It was discarded.');
        return unknown('stytch_unavailable');
    }
  }
}

/** Errors that are definitive about the session. After any other error it may still be valid. */
const terminalErrorTypes: ReadonlyMap<string, 'session_revoked' | 'session_invalid'> = new Map([
  ['session_not_found', 'session_revoked'],
  ['invalid_session_token', 'session_invalid'],
  ['unable_to_parse_session_jwt', 'session_invalid'],
  ['user_not_found', 'session_invalid'],
  ['member_not_found', 'session_invalid'],
  ['organization_not_found', 'session_invalid'],
]);

function resultOfRejection({ errorType }: StytchRejection): SessionResult {
  const code = terminalErrorTypes.get(errorType);
  return code === undefined ? unknown('stytch_unavailable') : signedOut(code, true);
}
