import { Logger } from '@nestjs/common';
import type { Clock } from '../../ports/clock.js';

/** A wrong clock is said once in a while, not once a request. */
const minIntervalMs = 60_000;

/** Tells the operator that the clock of this machine is wrong, and by how much. */
export class ClockSkewWarning {
  private readonly logger = new Logger('Stytch');
  private loggedAtMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** @param skewSeconds how far Stytch's clock is ahead of this machine's; negative when it is behind */
  log(skewSeconds: number): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.loggedAtMs < minIntervalMs) return;
    this.loggedAtMs = nowMs;
    const seconds = Math.round(Math.abs(skewSeconds));
    this.logger.error(
      skewSeconds > 0
        ? `A genuine session JWT was issued ${seconds} seconds in the future: the clock of this server is behind. Sessions are answered with 503 until it is set.`
        : `A session JWT that Stytch issued just now is ${seconds} seconds old: the clock of this server is ahead. Sessions are answered with 503 until it is set.`,
    );
  }
}
