import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { LimitCounter, type ExceededLimit } from '../limits/limit-counter.js';
import { ipv6SiteKey, networkKey } from '../limits/network-key.js';
import { NetworkLimits } from '../limits/network-limits.js';
import { takeFromProcess } from '../limits/process-limit.js';
import { TokenBucket } from '../limits/token-bucket.js';
import type { StytchLimit, StytchLimitName } from '../options/limits.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { addressKey } from './address-key.js';
import { LimitChallenge } from './limit-challenge.js';
import { refused } from './refused.js';
import { SignInBindings } from './sign-in-binding.js';

type Refused = ReturnType<typeof refused>;
type Exceeded = ExceededLimit<StytchLimitName>;

/**
 * Opened links per second in this process. Anyone can make up links, and each costs a call to Stytch, so
 * those from a browser that requested a link here have their own budget.
 */
const openedLinksPerSecond = { ofKnownBrowsers: 100, ofOthers: 10 };
/** How many links a browser opens from the first budget. */
const perKnownBrowser = { max: 20, windowSeconds: 600 };

/**
 * Limits link requests per email address (mailbox flooding) and per network (trying many addresses).
 * Limits opened links per network and in the process. A refused link is not used up.
 */
@Injectable()
export class SignInLimits {
  readonly #openedLinks: Readonly<Record<keyof typeof openedLinksPerSecond, TokenBucket>>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly counter: LimitCounter,
    private readonly networks: NetworkLimits,
    private readonly bindings: SignInBindings,
    private readonly challenge: LimitChallenge,
    private readonly events: StytchEvents,
  ) {
    const { clock } = options;
    this.#openedLinks = {
      ofKnownBrowsers: new TokenBucket(openedLinksPerSecond.ofKnownBrowsers, clock),
      ofOthers: new TokenBucket(openedLinksPerSecond.ofOthers, clock),
    };
  }

  /** @returns the refusal if the link request exceeds a limit and `limits.challenge` does not allow it */
  async countLinkRequest(exchange: HttpExchange, email: string): Promise<Refused | undefined> {
    const counts = [
      () => this.networks.count('login', exchange),
      () => this.countAddress(exchange, addressKey(email)),
    ];
    let isAllowed = false;
    for (const count of counts) {
      const exceeded = await count();
      if (exceeded === undefined || isAllowed) continue;
      isAllowed = await this.challenge.isPassed(exceeded.name, exchange);
      if (!isAllowed) return this.refuse(exceeded);
    }
    return undefined;
  }

  /** Uses the same limit per network as link requests: each link is opened once. Counted separately. */
  async countLinkUse(exchange: HttpExchange): Promise<Refused | undefined> {
    const exceeded =
      (await this.networks.count('opening', exchange)) ?? (await this.takeFromBudget(exchange));
    return exceeded && this.refuse(exceeded);
  }

  /**
   * Counts per site first, so that one site can neither lock out the owner of the address elsewhere nor
   * use up the total. If others did, browsers that requested a link for the address before have limits of
   * the same size for themselves.
   */
  private async countAddress(exchange: HttpExchange, address: string): Promise<Exceeded | undefined> {
    const { perAddress, perAddressTotal } = this.options.limits;
    const site = this.siteOf(exchange);
    const total = perAddressTotal ?? (site === undefined ? perAddress : undefined);
    const exceeded =
      (await this.countFor('login', address, site)) ?? (await this.countTotal('login', address, total));
    const browser = this.bindings.browserKnownFor(exchange.request, address);
    if (browser === undefined) return exceeded;
    const exceededAlone = await this.countFor('known-login', address, browser);
    return exceeded && (exceededAlone ?? this.countTotal('known-login', address, total));
  }

  /** @param source a site or a browser; undefined if it is unknown */
  private async countFor(
    action: string,
    address: string,
    source: string | undefined,
  ): Promise<Exceeded | undefined> {
    if (source === undefined) return undefined;
    const limit = this.options.limits.perAddress;
    return this.counter.count({ action, name: 'address', limit, subject: `${address} ${source}` });
  }

  private countTotal(
    action: string,
    address: string,
    limit: StytchLimit | undefined,
  ): Promise<Exceeded | undefined> {
    return this.counter.count({ action, name: 'address_total', limit, subject: address });
  }

  /** Wider than a network: with the 65536 /64s of a site, one stranger would use up the total. */
  private siteOf(exchange: HttpExchange): string | undefined {
    const ip = this.networks.distinctIp(exchange);
    return ip === undefined ? undefined : (ipv6SiteKey(ip) ?? networkKey(ip));
  }

  private async takeFromBudget({ request }: HttpExchange): Promise<Exceeded | undefined> {
    const browser = this.bindings.knownBrowser(request);
    const isKnown = browser !== undefined && (await this.isWithinLinksOf(browser));
    return takeFromProcess(this.#openedLinks[isKnown ? 'ofKnownBrowsers' : 'ofOthers']);
  }

  private async isWithinLinksOf(browser: string): Promise<boolean> {
    const hit = { action: 'opening', name: 'browser', limit: perKnownBrowser, subject: browser };
    return (await this.counter.count(hit)) === undefined;
  }

  private refuse({ name, retryAfterSeconds }: Exceeded): Refused {
    this.events.emit({ type: 'rate_limited', limit: name });
    return refused('rate_limited', retryAfterSeconds);
  }
}
