import { Inject, Injectable } from '@nestjs/common';
import type { HttpClient } from '../http/http-exchange.js';
import type { StytchLimit, StytchLimitName } from '../options/limits.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { LimitCounter, type ExceededLimit } from './limit-counter.js';
import { ipv6SiteKey, networkKey } from '../network/network-key.js';
import { takeFromProcess } from './process-limit.js';
import { ProxyDetection } from './proxy-detection.js';
import { TokenBucket } from './token-bucket.js';

export type LimitedAction = 'login' | 'opening' | 'guess' | 'lookup';

/** How many times `limits.perIp` a whole IPv6 /48 may use, and all clients that are indistinguishable. */
const sharedFactor = 10;

/**
 * Counts what a network does, by `limits.perIp`. Clients that are indistinguishable, behind a proxy that
 * the platform does not trust or on a Unix socket, share a total of the process instead: counted as one
 * network, one of them would use up the limit of everybody.
 */
@Injectable()
export class NetworkLimits {
  readonly #totals: Readonly<Record<LimitedAction, TokenBucket>> | undefined;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly counter: LimitCounter,
    private readonly proxyDetection: ProxyDetection,
  ) {
    const { limits, clock } = options;
    if (limits.perIp === undefined) return;
    const { max, windowSeconds } = timesShared(limits.perIp);
    const total = () => new TokenBucket(max / windowSeconds, clock, max);
    this.#totals = { login: total(), opening: total(), guess: total(), lookup: total() };
  }

  /** @returns the limit that is exceeded, if one is */
  async count(
    action: LimitedAction,
    client: HttpClient,
  ): Promise<ExceededLimit<StytchLimitName> | undefined> {
    const { perIp } = this.options.limits;
    const ip = this.distinctIp(client);
    if (ip === undefined) return this.#totals && takeFromProcess(this.#totals[action]);
    const exceeded = await this.counter.count({ action, name: 'ip', limit: perIp, subject: networkKey(ip) });
    const site = ipv6SiteKey(ip);
    if (exceeded !== undefined || perIp === undefined || site === undefined) return exceeded;
    return this.counter.count({ action, name: 'ipv6_48', limit: timesShared(perIp), subject: site });
  }

  /** The client's address, or `undefined` if all clients have the same. */
  distinctIp(client: HttpClient): string | undefined {
    return this.proxyDetection.hidesClient(client) ? undefined : client.clientIp;
  }
}

const timesShared = ({ max, windowSeconds }: StytchLimit): StytchLimit => ({
  max: max * sharedFactor,
  windowSeconds,
});
