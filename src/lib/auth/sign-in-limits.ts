import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { LimitCounter } from '../limits/limit-counter.js';
import { networkKey } from '../limits/network-key.js';
import { ProxyDetection } from '../limits/proxy-detection.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { refused } from './refused.js';

type LimitExceeded = ReturnType<typeof refused>;

/** Part of the keys in the storage. */
type LimitedStep = 'login' | 'opening';

/**
 * The rate limits of signing in: links per email address, to prevent mailbox flooding, and links
 * requested and links used per network, since each causes a call to Stytch.
 */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly counter: LimitCounter,
    private readonly proxies: ProxyDetection,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Counts a request for a link. Returns a refusal if it exceeds a limit. */
  async countLinkRequest(exchange: HttpExchange, email: string): Promise<LimitExceeded | undefined> {
    const { perAddress } = this.options.limits;
    return (
      (await this.countByNetwork('login', exchange)) ??
      (await this.count('login', 'address', perAddress, email.toLowerCase()))
    );
  }

  /** Counts the use of a link, apart from requests for links. Returns a refusal if it exceeds the limit. */
  countLinkUse(exchange: HttpExchange): Promise<LimitExceeded | undefined> {
    return this.countByNetwork('opening', exchange);
  }

  private countByNetwork(step: LimitedStep, exchange: HttpExchange): Promise<LimitExceeded | undefined> {
    this.proxies.check(exchange);
    const { clientIp } = exchange;
    const network = clientIp === undefined ? undefined : networkKey(clientIp);
    return this.count(step, 'ip', this.options.limits.perIp, network);
  }

  private async count(
    action: LimitedStep,
    limitName: 'address' | 'ip',
    limit: StytchLimit | undefined,
    subject: string | undefined,
  ): Promise<LimitExceeded | undefined> {
    if (limit === undefined || subject === undefined) return undefined;
    const result = await this.counter.count({ action, limitName, subject }, limit);
    if (result.kind === 'allowed') return undefined;
    this.events.emit({ type: 'rate_limited', limit: limitName });
    return refused('rate_limited', result.retryAfterSeconds);
  }
}
