import { Inject, Injectable, Logger } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { systemClock } from '../../options/system-clock.js';
import { SessionApi, type SessionCredential } from '../../ports/session-api.js';
import { StytchProduct } from '../../ports/stytch-product.js';
import type { StytchRejection } from '../../ports/stytch-response.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import { signedOut, unknown, type SessionResult, type SignedOut } from '../session-result.js';
import { StaleMarks } from '../stale/stale-marks.js';
import { isSameSession, type VerifiedJwt } from '../verify/verified-jwt.js';
import { IssuedSessionReader, type UnusableSession } from './issued-session.js';
import { extensionMinutes } from './session-extension.js';

/** Makes one call to Stytch for a session and turns the response into a result. */
@Injectable()
export class FetchSession {
  private readonly logger = new Logger('Stytch');
  private readonly log: LimitedLog;

  constructor(
    private readonly api: SessionApi,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly denyList: DenyList,
    private readonly staleMarks: StaleMarks,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly product: StytchProduct,
  ) {
    this.log = new LimitedLog(options.clock);
  }

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
    if (response.kind === 'rejected') return this.resultOfRejection(response);
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

  /** After an error that is not definitive, the session may still be valid. */
  private resultOfRejection({ errorType, requestId }: StytchRejection): SessionResult {
    const code = sessionErrors.get(errorType) ?? this.product.subjectErrors.get(errorType);
    if (code === undefined || code === 'session_suspended')
      this.log.log(
        'warn',
        `Stytch refused to refresh a session (${errorType || 'unknown error'}, ${requestId}).`,
        errorType,
      );
    if (code === undefined) return unknown('stytch_unavailable');
    return signedOut(code, code !== 'session_suspended');
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

/** Errors of both products that are definitive about the session. */
const sessionErrors: ReadonlyMap<string, SignedOut['code']> = new Map([
  ['session_not_found', 'session_revoked'],
  ['invalid_session_token', 'session_invalid'],
  ['unable_to_parse_session_jwt', 'session_invalid'],
]);
