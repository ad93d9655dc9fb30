import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

const minIntervalMs = 60_000;

/** Logs that the server's clock is wrong, at most once per minute. */
@Injectable()
export class ClockSkewWarning {
  private readonly logger = new Logger('Stytch');
  private readonly clock: Clock;
  private loggedAtMs = -Infinity;

  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    this.clock = clock;
  }

  /** @param skewSeconds how far Stytch's clock is ahead of the server's; negative if it is behind */
  log(skewSeconds: number): void {
    const seconds = Math.round(Math.abs(skewSeconds));
    this.logOncePerMinute(
      skewSeconds > 0
        ? `A genuine JWT was issued ${seconds} seconds in the future: the server's clock is behind. Requests get 503 until the clock is synchronized.`
        : `A session JWT that Stytch just issued is ${seconds} seconds old: the server's clock is ahead. Requests get 503 until the clock is synchronized.`,
    );
  }

  /** @param aheadSeconds how far the server's clock is ahead of the time it should show; negative if it is behind */
  logUntrusted(aheadSeconds: number): void {
    const seconds = Math.round(Math.abs(aheadSeconds));
    this.logOncePerMinute(
      `The server's clock is ${aheadSeconds > 0 ? 'ahead' : 'behind'}: it differs by ${seconds} seconds from ` +
        "the time of Stytch's last response plus the time since. Requests get 503 until it is synchronized, " +
        "or until Stytch's next response confirms it.",
    );
  }

  private logOncePerMinute(message: string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.loggedAtMs < minIntervalMs) return;
    this.loggedAtMs = nowMs;
    this.logger.error(message);
  }
}
