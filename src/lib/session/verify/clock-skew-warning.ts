import { Inject, Injectable } from '@nestjs/common';
import { LimitedLog } from '../../events/limited-log.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

/** Logs that the server's clock is wrong, at most once per minute. */
@Injectable()
export class ClockSkewWarning {
  readonly #log: LimitedLog;

  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    this.#log = new LimitedLog(clock);
  }

  /** @param skewSeconds how far Stytch's clock is ahead of the server's; negative if it is behind */
  log(skewSeconds: number): void {
    const seconds = Math.round(Math.abs(skewSeconds));
    this.error(
      skewSeconds > 0
        ? `A genuine JWT was issued ${seconds} seconds in the future: the server's clock is behind. Requests get 503 until the clock is synchronized.`
        : `A session JWT that Stytch just issued is ${seconds} seconds old: the server's clock is ahead. Requests get 503 until the clock is synchronized.`,
    );
  }

  /** @param aheadSeconds how far the server's clock is ahead of the time it should show; negative if it is behind */
  logUntrusted(aheadSeconds: number): void {
    const seconds = Math.round(Math.abs(aheadSeconds));
    this.error(
      `The server's clock is ${aheadSeconds > 0 ? 'ahead' : 'behind'}: it differs by ${seconds} seconds from ` +
        "the time of Stytch's last response plus the time since. Requests get 503 until it is synchronized, " +
        "or until Stytch's next response confirms it.",
    );
  }

  private error(message: string): void {
    this.#log.log('error', message, 'clock');
  }
}
