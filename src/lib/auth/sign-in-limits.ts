import { Inject, Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { StytchEvents } from '../events/stytch-events.js';
import { LimitCounter } from '../limits/limit-counter.js';
import { networkKey } from '../limits/network-key.js';
import { ProxyDetection } from '../limits/proxy-detection.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { StytchLimit } from '../options/limits.options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { addressKey } from './address-key.js';
import { refused } from './refused.js';

type Refused = ReturnType<typeof refused>;

/** Part of the names under which a storage counts. */
type LimitedAction = 'login' | 'opening';

/**
 * Limits link requests per email address (mailbox flooding) and per network (trying many addresses).
 * Limits opened links per network, because each costs a call to Stytch.
 */
@Injectable()
export class SignInLimits {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly counter: LimitCounter,
    private readonly proxyDetection: ProxyDetection,
    private readonly events: StytchEvents,
  ) {}

  /** @returns the refusal if the link request exceeds a limit */
  async countLinkRequest(
    request: IncomingMessage,
    clientIp: string | undefined,
    email: string,
  ): Promise<Refused | undefined> {
    return (
      (await this.countByNetwork('login', request, clientIp)) ??
      (await this.count('login', 'address', this.options.limits.perAddress, addressKey(email)))
    );
  }

  /** Uses the same limit as link requests: each link is opened once. Counted separately from them. */
  countLinkUse(request: IncomingMessage, clientIp: string | undefined): Promise<Refused | undefined> {
    return this.countByNetwork('opening', request, clientIp);
  }

  private async countByNetwork(
    action: LimitedAction,
    request: IncomingMessage,
    clientIp: string | undefined,
  ): Promise<Refused | undefined> {
    this.proxyDetection.check(request, clientIp);
    if (clientIp === undefined) return undefined;
    return this.count(action, 'ip', this.options.limits.perIp, networkKey(clientIp));
  }

  private async count(
    action: LimitedAction,
    scope: 'address' | 'ip',
    limit: StytchLimit | undefined,
    subject: string,
  ): Promise<Refused | undefined> {
    if (limit === undefined) return undefined;
    const result = await this.counter.count({ name: `${action}-${scope}`, limit, subject });
    if (result.kind === 'within_limit') return undefined;
    this.events.emit({ type: 'rate_limited', limit: scope });
    return refused('rate_limited', result.retryAfterSeconds);
  }
}
