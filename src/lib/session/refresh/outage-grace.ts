import { Inject, Injectable } from '@nestjs/common';
import { newSession } from '../../identity/session-object.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { SessionApi } from '../../ports/session-api.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { DenyList } from '../deny/deny-list.js';
import { keepVerifiedJwt } from '../session-jwts.js';
import type { SessionResult } from '../session-result.js';
import { TrustedClock } from '../verify/trusted-clock.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

/**
 * Accepts sessions whose JWT expired less than `outage.graceSeconds` ago while Stytch is unavailable.
 * Not denied ones.
 */
@Injectable()
export class OutageGrace {
  constructor(
    private readonly api: SessionApi,
    private readonly denyList: DenyList,
    private readonly clock: TrustedClock,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** @param result of refreshing `expired`; returned unchanged if the grace period does not apply */
  apply(result: SessionResult, expired: VerifiedJwt): SessionResult {
    const { outage } = this.options;
    if (result.kind !== 'unknown' || outage.graceSeconds === 0 || !this.api.isDown) return result;
    const nowMs = this.clock.nowMs();
    if (nowMs === undefined) return result;
    const expiredForSeconds = nowMs / 1000 - expired.expiresAtSeconds;
    if (expiredForSeconds > outage.graceSeconds || this.denyList.isDenied(expired.session)) return result;
    const session = Object.freeze(
      Object.assign(newSession(), expired.session, { unconfirmed: true as const }),
    );
    const verified = { ...expired, session };
    keepVerifiedJwt(verified);
    return { kind: 'signed_in', verified };
  }
}
