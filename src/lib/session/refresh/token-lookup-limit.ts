import { Inject, Injectable } from '@nestjs/common';
import { ipv6SiteKey, networkKey } from '../../network/network-key.js';
import { TokenBucket } from '../../limits/token-bucket.js';
import { TokenBuckets } from '../../limits/token-buckets.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../../stytch.tokens.js';

const perNetwork = { perSecond: 10, burst: 100 };
/** A /48 has 65,536 networks. Half of the budget of the process, so that one site can't use it up. */
const perIpv6Site = { perSecond: 50, burst: 500 };
const perProcess = { perSecond: 100, burst: 1000 };
const maxNetworks = 10_000;

/**
 * Limits the calls about opaque tokens that Stytch has not confirmed, since they can't be verified
 * locally. Each network has its own budget, each IPv6 /48 has one, and all together have one. A call that
 * confirms its token gives its permit back, so made-up tokens use up a budget and people who share a
 * network do not.
 */
@Injectable()
export class TokenLookupLimit {
  readonly #ofNetworks: TokenBuckets;
  readonly #ofIpv6Sites: TokenBuckets;
  private readonly ofProcess: TokenBucket;

  constructor(@Inject(RESOLVED_OPTIONS) { clock }: Pick<ResolvedOptions, 'clock'>) {
    const newBucket = ({ perSecond, burst }: typeof perNetwork) => new TokenBucket(perSecond, clock, burst);
    this.#ofNetworks = new TokenBuckets(maxNetworks, () => newBucket(perNetwork));
    this.#ofIpv6Sites = new TokenBuckets(maxNetworks, () => newBucket(perIpv6Site));
    this.ofProcess = newBucket(perProcess);
  }

  /** Takes a permit for one call. Returns false if there is none. */
  take(clientIp: string | undefined): boolean {
    const taken: TokenBucket[] = [];
    for (const bucket of this.bucketsOf(clientIp)) {
      if (!bucket.take()) {
        for (const other of taken) other.giveBack();
        return false;
      }
      taken.push(bucket);
    }
    return true;
  }

  /** Returns the permit of a call that confirmed its token. */
  giveBack(clientIp: string | undefined): void {
    for (const bucket of this.bucketsOf(clientIp)) bucket.giveBack();
  }

  /** The site comes first, so that the networks of a site without a budget evict no other network. */
  private *bucketsOf(clientIp = 'unknown'): Generator<TokenBucket> {
    const site = ipv6SiteKey(clientIp);
    if (site !== undefined) yield this.#ofIpv6Sites.of(site);
    yield this.#ofNetworks.of(networkKey(clientIp));
    yield this.ofProcess;
  }
}
