import { Injectable } from '@nestjs/common';
import { SigningKeys } from './signing-keys.js';
import { TrustedClock } from './trusted-clock.js';

const intervalMs = 60_000;
/** While no session can be verified. */
const urgentIntervalMs = 5_000;

/**
 * Keeps the signing keys available without requests: a load balancer sends none to an instance that is not
 * ready, so that its keys would stay missing. One call every five minutes, and rate limited while it fails.
 */
@Injectable()
export class BackgroundKeyFetch {
  #prefetch: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: TrustedClock,
  ) {}

  /** In the next turn: loading undici for the fetch would delay a server that starts to listen in this one. */
  start(): void {
    this.#prefetch = setImmediate(() => void this.fetchAndRepeat());
  }

  stop(): void {
    this.#isStopped = true;
    clearImmediate(this.#prefetch);
    clearTimeout(this.#timer);
  }

  private async fetchAndRepeat(): Promise<void> {
    if (this.clock.isTrusted) await this.keys.refreshIfOld();
    // The response shows Stytch's time.
    else await this.keys.refetch();
    if (this.#isStopped) return;
    const isUrgent = !this.keys.areAvailable || !this.clock.isTrusted;
    this.#timer = setTimeout(() => void this.fetchAndRepeat(), isUrgent ? urgentIntervalMs : intervalMs);
    this.#timer.unref();
  }
}
