import { Inject, Injectable } from '@nestjs/common';
import { requestTarget } from '../http/page-navigation.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../identity/session.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import {
  SendMagicLink,
  type SignInLinkRequest,
  type SignInLinkResult,
} from './methods/magic-link/send-magic-link.js';
import { StartSession } from './start-session.js';
import { ConfirmNonces } from './confirm-nonce.js';
import { SignInBindings } from './sign-in-binding.js';
import { isPrefetch } from './prefetch.js';
import { isLinkToken, readCallback } from './methods/magic-link/read-callback.js';
import { ipOf, requireExchange } from '../http/require-exchange.js';
import { refused } from './refused.js';

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly session: Session; readonly returnTo: string }
  /** The link was not used: this browser has a session already. */
  | { readonly kind: 'already_signed_in'; readonly session: Session; readonly returnTo: string }
  /** The link was not used: the person is to be asked first, and both values to be handed to `confirm`. */
  | {
      readonly kind: 'confirmation_required';
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
  /** @internal Created by Nest. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sendMagicLink: SendMagicLink,
    private readonly startSession: StartSession,
    private readonly bindings: SignInBindings,
    private readonly nonces: ConfirmNonces,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: SessionCookies,
  ) {}

  /**
   * Sends a link to an address and binds it to this browser by a cookie. The answer is the same
   * for addresses Stytch knows and for others.
   */
  requestLink(
    platformRequest: unknown,
    platformResponse: unknown,
    linkRequest: SignInLinkRequest,
  ): Promise<SignInLinkResult> {
    const exchange = requireExchange(platformRequest, platformResponse);
    return this.sendMagicLink.send(exchange, ipOf(platformRequest), linkRequest);
  }

  /**
   * For the address that the link leads to. Exchanges its token for a session and sets the cookies,
   * if this browser asked for the link; consumes nothing otherwise. With links that work in any
   * browser it consumes nothing either, and what it returns is to be confirmed.
   */
  async complete(platformRequest: unknown, platformResponse: unknown): Promise<SignInResult> {
    const exchange = requireExchange(platformRequest, platformResponse);
    if (isPrefetch(exchange.request)) return { kind: 'prefetch' };
    const callback = readCallback(requestTarget(exchange.request));
    if (callback.kind === 'invalid') return refused(callback.code);
    if (this.options.magicLinks.binding === 'any-browser')
      return this.requireConfirmation(exchange, callback.token);

    const binding = this.bindings.read(exchange.request);
    if (binding === undefined) return this.handleUnboundLink(exchange);
    return this.completeSignIn(exchange, ipOf(platformRequest), callback.token, binding);
  }

  /**
   * For what the confirm page sends: the second half where links work in any browser.
   * @param confirmed `token` and `nonce` as they came; both are checked here
   */
  async confirm(
    platformRequest: unknown,
    platformResponse: unknown,
    confirmed: { readonly token: unknown; readonly nonce: unknown },
  ): Promise<SignInResult> {
    const exchange = requireExchange(platformRequest, platformResponse);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    const { token, nonce } = confirmed;
    if (!isLinkToken(token) || this.options.magicLinks.binding !== 'any-browser')
      return refused('link_invalid');
    if (!this.nonces.isValid(exchange.request, nonce)) return refused('link_not_confirmed');

    const result = await this.completeSignIn(exchange, ipOf(platformRequest), token, { nonce });
    if (result.kind === 'signed_in') this.nonces.clear(exchange.response);
    return result;
  }

  private async completeSignIn(
    exchange: HttpExchange,
    ip: string | undefined,
    token: string,
    browser: Parameters<StartSession['start']>[3],
  ): Promise<SignInResult> {
    const started = await this.startSession.start(exchange, ip, token, browser);
    if (started.kind === 'refused') return started;
    const returnTo = this.bindings.read(exchange.request)?.returnTo ?? this.options.pages.afterLogin;
    this.bindings.clear(exchange.response);
    return { kind: 'signed_in', session: started.session, returnTo };
  }

  /** Without the cookie of the browser that asked, nothing is consumed, whoever opened the link. */
  private async handleUnboundLink(exchange: HttpExchange): Promise<SignInResult> {
    const session = await this.currentSession(exchange);
    return session === undefined
      ? refused('link_for_another_browser')
      : { kind: 'already_signed_in', session, returnTo: this.options.pages.afterLogin };
  }

  private async requireConfirmation(exchange: HttpExchange, token: string): Promise<SignInResult> {
    const session = await this.currentSession(exchange);
    const nonce = this.nonces.issue(exchange.request, exchange.response);
    return { kind: 'confirmation_required', token, nonce, ...(session && { session }) };
  }

  private async currentSession({ request, response }: HttpExchange): Promise<Session | undefined> {
    const result = await this.authenticator.authenticate(request);
    if (result.kind !== 'signed_in') return undefined;
    if (result.renewed !== undefined) this.cookies.write(response, result.renewed);
    return result.verified.session;
  }
}
