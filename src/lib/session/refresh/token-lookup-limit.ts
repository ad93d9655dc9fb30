import { Inject, Injectable } from '@nestjs/common';
import { networkKey } from '../../limits/network-key.js';
import { TokenBucket } from '../../limits/token-bucket.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../ports/clock.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

const perNetwork = { perSecond: 10, burst: 100 };
const perProcess = { perSecond: 100, burst: 1000 };
/** The networks that were seen last. A network that is evicted has a full bucket again. */
const maxNetworks = 10_000;

/**
 * Limits the calls about opaque tokens that Stytch has not confirmed, since they can't be verified
 * locally. Each network has its own budget, and all together have one. A call that confirms its token
 * gives its permit back, so made-up tokens use up a budget and people who share a network do not.
 */
@Injectable()
export class TokenLookupLimit {
  private readonly clock: Clock;
  private readonly ofProcess: TokenBucket;
  readonly #ofNetworks = new Map<string, TokenBucket>();

  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    this.clock = clock;
    this.ofProcess = new TokenBucket(perProcess.perSecond, clock, perProcess.burst);
  }

  /** Takes a permit for one call. Returns false if there is none. */
  take(clientIp: string | undefined): boolean {
    const ofNetwork = this.bucketOf(clientIp);
    if (!ofNetwork.take()) return false;
    if (this.ofProcess.take()) return true;
    ofNetwork.giveBack();
    return false;
  }

  /** Returns the permit of a call that confirmed its token. */
  giveBack(clientIp: string | undefined): void {
    this.bucketOf(clientIp).giveBack();
    this.ofProcess.giveBack();
  }

  /** Moves the network to the end of the map, whose first entry is evicted. */
  private bucketOf(clientIp: string | undefined): TokenBucket {
    const key = clientIp === undefined ? 'unknown' : networkKey(clientIp);
    const bucket =
      this.#ofNetworks.get(key) ?? new TokenBucket(perNetwork.perSecond, this.clock, perNetwork.burst);
    this.#ofNetworks.delete(key);
    this.#ofNetworks.set(key, bucket);
    if (this.#ofNetworks.size > maxNetworks) this.evictOldest();
    return bucket;
  }

  private evictOldest(): void {
    const [oldest] = this.#ofNetworks.keys();
    if (oldest !== undefined) this.#ofNetworks.delete(oldest);
  }
}
