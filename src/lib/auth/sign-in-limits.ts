import { Inject, Injectable } from '@nestjs/common';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { LimitCounter, type ExceededLimit } from '../limits/limit-counter.js';
import { ipv6SiteKey, networkKey } from '../network/network-key.js';
import { NetworkLimits } from '../limits/network-limits.js';
import { takeFromProcess } from '../limits/process-limit.js';
import { TokenBucket } from '../limits/token-bucket.js';
import type { StytchLimit, StytchLimitName } from '../options/limits.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { LimitChallenge } from './limit-challenge.js';
import { recipientKey } from './recipient-key.js';
import { refused } from './refused.js';
import { SignInBindings } from './sign-in-binding.js';

type Refused = ReturnType<typeof refused>;
type Exceeded = ExceededLimit<StytchLimitName>;

/**
 * Opened links per second in this process. Anyone can make up links, and each costs a call to Stytch, so
 * those from a browser that started a sign-in here have their own budget.
 */
const openedLinksPerSecond = { ofKnownBrowsers: 100, ofOthers: 10 };
/** How many links a browser opens from the first budget. */
const perKnownBrowser = { max: 20, windowSeconds: 600 };
/** Tries of one code: with 6 digits, somebody who guesses hits one of 200,000. */
const perCode = { max: 5, windowSeconds: 3600 };
/** Besides the first try of each code. A person who is sent several codes may mistype each of them. */
const guessesPerSentCode = 3;

/** A code that was sent to somebody. */
export interface SentCode {
  readonly id: string;
  readonly recipient: string | undefined;
}

/**
 * Limits started sign-ins per recipient (flooding, trying passwords) and per network (trying many
 * recipients), and tried codes per code, recipient and network. Limits opened links per network and in the
 * process. A refused link or code is not used up.
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

  /**
   * @param recipient the email address or phone number, if the method asks for one
   * @returns the refusal if the start exceeds a limit and `limits.challenge` does not allow it
   */
  async countStart(exchange: HttpExchange, recipient: string | undefined): Promise<Refused | undefined> {
    const counts = [
      () => this.networks.count('login', exchange),
      async () =>
        recipient === undefined ? undefined : this.countAddress(exchange, recipientKey(recipient)),
    ];
    let isAllowed = false;
    for (const count of counts) {
      const exceeded = await count();
      if (exceeded === undefined || isAllowed) continue;
      isAllowed = await this.challenge.isPassed(exceeded.name, exchange);
      if (!isAllowed) return this.refuse(exceeded, exchange);
    }
    return undefined;
  }

  /**
   * Uses the same limit per network as starts: each link is opened once. Counted separately.
   * @param known who opens it, such as the id of a verified session; by default the browser, if it started a sign-in
   */
  async countOpenedLink(
    exchange: HttpExchange,
    known = this.bindings.knownBrowser(exchange.request),
  ): Promise<Refused | undefined> {
    const exceeded = (await this.networks.count('opening', exchange)) ?? (await this.takeFromBudget(known));
    return exceeded && this.refuse(exceeded, exchange);
  }

  /**
   * Counts the code before the recipient, so that one browser can't use up the guesses of all. The first try
   * of a code isn't counted for the recipient: somebody who has the code can't be locked out by the guesses
   * of others, and the number of codes is limited.
   */
  async countGuess(exchange: HttpExchange, { id, recipient }: SentCode): Promise<Refused | undefined> {
    const exceeded =
      (await this.networks.count('guess', exchange)) ??
      (await this.counter.count({ action: 'guess', name: 'code', limit: perCode, subject: id })) ??
      (recipient === undefined || (await this.isFirstGuess(id))
        ? undefined
        : await this.countGuessesFor(exchange, recipientKey(recipient)));
    if (exceeded === undefined) return undefined;
    const result = this.refuse(exceeded, exchange);
    return exceeded.name === 'code' ? withMessage(result, triedTooOften) : result;
  }

  private async isFirstGuess(id: string): Promise<boolean> {
    const limit = { max: 1, windowSeconds: perCode.windowSeconds };
    return (
      (await this.counter.count({ action: 'first-guess', name: 'code', limit, subject: id })) === undefined
    );
  }

  private async countGuessesFor(exchange: HttpExchange, address: string): Promise<Exceeded | undefined> {
    const { perAddress, perAddressTotal } = this.options.limits;
    const site = this.siteOf(exchange);
    return (
      (await this.countFor('guess', address, site, timesGuesses(perAddress))) ??
      this.countTotal('guess', address, timesGuesses(perAddressTotal))
    );
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
    limit = this.options.limits.perAddress,
  ): Promise<Exceeded | undefined> {
    if (source === undefined) return undefined;
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

  private async takeFromBudget(known: string | undefined): Promise<Exceeded | undefined> {
    const isKnown = known !== undefined && (await this.isWithinLinksOf(known));
    return takeFromProcess(this.#openedLinks[isKnown ? 'ofKnownBrowsers' : 'ofOthers']);
  }

  private async isWithinLinksOf(browser: string): Promise<boolean> {
    const hit = { action: 'opening', name: 'browser', limit: perKnownBrowser, subject: browser };
    return (await this.counter.count(hit)) === undefined;
  }

  private refuse({ name, retryAfterSeconds }: Exceeded, exchange: HttpExchange): Refused {
    this.events.emit({ type: 'rate_limited', limit: name }, exchange);
    return refused('rate_limited', retryAfterSeconds);
  }
}

const triedTooOften = 'This code was tried too many times. Request another one.';

const withMessage = (result: Refused, message: string): Refused => ({
  ...result,
  refusal: { ...result.refusal, message },
});

const timesGuesses = (limit: StytchLimit | undefined): StytchLimit | undefined =>
  limit && { ...limit, max: limit.max * guessesPerSentCode };
