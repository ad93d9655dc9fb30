import { Inject, Injectable } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';
import { acceptancePeriodMs } from '../verify/acceptance-period.js';

/** Until when a revoked session is denied, as epoch milliseconds. */
@Injectable()
export class DenialPeriod {
  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** Stytch issues no more JWTs for a session that it revoked; only existing ones have to expire. */
  confirmedUntilMs(): number {
    return this.options.clock.nowMs() + acceptancePeriodMs(this.options);
  }

  /** If refreshes extend sessions, another process may have extended it since its JWT was issued. */
  unconfirmedUntilMs(expiresAt: string): number {
    const { extendOnRefresh, durationMinutes } = this.options.session;
    const untilMs = Math.max(Date.parse(expiresAt) || 0, this.confirmedUntilMs());
    return extendOnRefresh ? untilMs + durationMinutes * 60_000 : untilMs;
  }

  /** The end of a session that is known by its opaque token only: as if it had just been started. */
  unconfirmedTokenUntilMs(): number {
    const { clock, session } = this.options;
    return clock.nowMs() + session.durationMinutes * 60_000;
  }
}
