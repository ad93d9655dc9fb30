import { Inject, Injectable } from '@nestjs/common';
import { addressOf } from '../http/page-navigation.js';
import { isCrossSite } from '../http/cross-site.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../identity/session.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AskForLink, type AskedLogin, type LinkRequest } from './methods/magic-link/send-magic-link.js';
import { BeginSession } from './start-session.js';
import { ConfirmNonces } from './confirm-nonce.js';
import { LoginBindings } from './sign-in-binding.js';
import { isPrefetch } from './prefetch.js';
import { isLinkToken, readCallback } from './methods/magic-link/read-callback.js';
import { ipOf, requireExchange } from '../http/require-exchange.js';
import { refused } from './refused.js';

export type SignInCompletion =
  | { readonly kind: 'signed_in'; readonly session: Session; readonly returnTo: string }
  /** The link was not used: this browser has a session already. */
  | { readonly kind: 'already_signed_in'; readonly session: Session; readonly returnTo: string }
  /** The link was not used: the person is to be asked first, and both values to be handed to `confirm`. */
  | {
      readonly kind: 'to_confirm';
      readonly token: string;
      readonly nonce: string;
      /** Who is signed in in this browser now. */
      readonly session?: Session;
    }
  /** The link was not used: nobody has opened it yet. */
  | { readonly kind: 'prefetch' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Signing in by a link in a mail, step by step. `AuthController` is one way to put the steps on
 * routes; an application with a controller of its own injects this class and calls them with the
 * request and response of Express or Fastify.
 */
@Injectable()
export class SignIn {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly askForLink: AskForLink,
    private readonly beginSession: BeginSession,
    private readonly bindings: LoginBindings,
    private readonly nonces: ConfirmNonces,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: SessionCookies,
  ) {}

  /**
   * Sends a link to an address and binds it to this browser by a cookie. The answer is the same
   * for addresses Stytch knows and for others.
   */
  requestLink(platformRequest: unknown, platformResponse: unknown, login: AskedLogin): Promise<LinkRequest> {
    const exchange = requireExchange(platformRequest, platformResponse);
    return this.askForLink.ask(exchange, ipOf(platformRequest), login);
  }

  /**
   * For the address that the link leads to. Exchanges its token for a session and sets the cookies,
   * if this browser asked for the link; consumes nothing otherwise. With links that work in any
   * browser it consumes nothing either, and what it returns is to be confirmed.
   */
  async complete(platformRequest: unknown, platformResponse: unknown): Promise<SignInCompletion> {
    const exchange = requireExchange(platformRequest, platformResponse);
    if (isPrefetch(exchange.request)) return { kind: 'prefetch' };
    const reading = readCallback(addressOf(exchange.request));
    if ('fault' in reading) return refused(reading.fault);
    if (this.options.magicLinks.binding === 'any-browser') return this.askFirst(exchange, reading.token);

    const binding = this.bindings.read(exchange.request);
    if (binding === undefined) return this.goOnOrExplain(exchange);
    return this.begin(exchange, ipOf(platformRequest), reading.token, binding);
  }

  /**
   * For what the confirm page sends: the second half where links work in any browser.
   * @param confirmed `token` and `nonce` as they came; both are checked here
   */
  async confirm(
    platformRequest: unknown,
    platformResponse: unknown,
    confirmed: { readonly token: unknown; readonly nonce: unknown },
  ): Promise<SignInCompletion> {
    const exchange = requireExchange(platformRequest, platformResponse);
    if (isCrossSite(exchange.request, this.options)) return refused('cross_site_refused');
    const { token, nonce } = confirmed;
    if (!isLinkToken(token) || this.options.magicLinks.binding !== 'any-browser')
      return refused('link_invalid');
    if (!this.nonces.isGood(exchange.request, nonce)) return refused('link_not_confirmed');

    const completion = await this.begin(exchange, ipOf(platformRequest), token, { nonce });
    if (completion.kind === 'signed_in') this.nonces.forget(exchange.response);
    return completion;
  }

  private async begin(
    exchange: HttpExchange,
    ip: string | undefined,
    token: string,
    browser: Parameters<BeginSession['begin']>[3],
  ): Promise<SignInCompletion> {
    const beginning = await this.beginSession.begin(exchange, ip, token, browser);
    if (beginning.kind === 'refused') return beginning;
    const returnTo = this.bindings.read(exchange.request)?.returnTo ?? this.options.pages.afterLogin;
    this.bindings.forget(exchange.response);
    return { kind: 'signed_in', session: beginning.session, returnTo };
  }

  /** Without the cookie of the browser that asked, nothing is consumed, whoever opened the link. */
  private async goOnOrExplain(exchange: HttpExchange): Promise<SignInCompletion> {
    const session = await this.whoIsSignedIn(exchange);
    return session === undefined
      ? refused('link_for_another_browser')
      : { kind: 'already_signed_in', session, returnTo: this.options.pages.afterLogin };
  }

  private async askFirst(exchange: HttpExchange, token: string): Promise<SignInCompletion> {
    const session = await this.whoIsSignedIn(exchange);
    const nonce = this.nonces.issue(exchange.request, exchange.response);
    return { kind: 'to_confirm', token, nonce, ...(session && { session }) };
  }

  private async whoIsSignedIn({ request, response }: HttpExchange): Promise<Session | undefined> {
    const outcome = await this.authenticator.authenticate(request);
    if (outcome.kind !== 'signed_in') return undefined;
    if (outcome.renewed !== undefined) this.cookies.write(response, outcome.renewed);
    return outcome.verified.session;
  }
}
