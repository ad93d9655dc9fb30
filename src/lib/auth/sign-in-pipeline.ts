import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '../errors/refusal.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { requestTarget } from '../http/page-navigation.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { ResultCookies } from '../session/result-cookies.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { ConfirmNonces } from './confirm-nonce.js';
import { isLinkToken, readCallback } from './methods/magic-link/read-callback.js';
import {
  SendMagicLink,
  type SignInLinkRequest,
  type SignInLinkResult,
} from './methods/magic-link/send-magic-link.js';
import { isPrefetch } from './prefetch.js';
import { refused } from './refused.js';
import { SignInBindings } from './sign-in-binding.js';
import { StartSession, type BrowserProof } from './start-session.js';

export type SignInResult =
  | { readonly kind: 'signed_in'; readonly session: Session; readonly returnTo: string }
  /** The token was not consumed: this browser already has a session. */
  | { readonly kind: 'already_signed_in'; readonly session: Session; readonly returnTo: string }
  /** The token was not consumed: ask the person first, then pass both values to `confirm`. */
  | {
      readonly kind: 'confirmation_required';
      readonly token: string;
      readonly nonce: string;
      /** The session that this browser has now, and that signing in replaces. */
      readonly session?: Session;
    }
  /** The token was not consumed: the browser loads the link in advance, or as part of a page. */
  | { readonly kind: 'prefetch' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The steps of signing in with a link. Requests from other sites are refused before. */
@Injectable()
export class SignInPipeline {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sendMagicLink: SendMagicLink,
    private readonly startSession: StartSession,
    private readonly bindings: SignInBindings,
    private readonly nonces: ConfirmNonces,
    private readonly authenticator: RequestAuthenticator,
    private readonly cookies: ResultCookies,
  ) {}

  requestLink(exchange: HttpExchange, linkRequest: SignInLinkRequest): Promise<SignInLinkResult> {
    return this.sendMagicLink.send(exchange, linkRequest);
  }

  async complete(exchange: HttpExchange): Promise<SignInResult> {
    const { request } = exchange;
    if (isPrefetch(request)) return { kind: 'prefetch' };
    const callback = readCallback(requestTarget(request));
    if (callback.kind === 'invalid') return refused(callback.code);
    if (this.options.magicLinks.binding === 'any-browser')
      return this.requireConfirmation(exchange, callback.token);

    const binding = this.bindings.read(request);
    if (binding === undefined) return this.handleUnboundLink(exchange);
    return this.completeSignIn(exchange, callback.token, binding);
  }

  async confirm(
    exchange: HttpExchange,
    { token, nonce }: { readonly token: unknown; readonly nonce: unknown },
  ): Promise<SignInResult> {
    if (!isLinkToken(token) || this.options.magicLinks.binding !== 'any-browser')
      return refused('link_invalid');
    if (!this.nonces.isValid(exchange.request, nonce)) return refused('link_not_confirmed');

    const result = await this.completeSignIn(exchange, token, { nonce });
    if (result.kind === 'signed_in') this.nonces.clear(exchange.response);
    return result;
  }

  private async completeSignIn(
    exchange: HttpExchange,
    token: string,
    proof: BrowserProof,
  ): Promise<SignInResult> {
    const result = await this.startSession.start(exchange, token, proof);
    if (result.kind === 'refused') return result;
    const returnTo = this.bindings.read(exchange.request)?.returnTo ?? this.options.pages.afterLogin;
    this.bindings.clear(exchange.response);
    return { kind: 'signed_in', session: result.session, returnTo };
  }

  /** Without the binding cookie the token is not consumed. */
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

  private async currentSession(exchange: HttpExchange): Promise<Session | undefined> {
    const result = await this.authenticator.authenticate(exchange);
    if (result.kind !== 'signed_in') return undefined;
    this.cookies.apply(result, exchange);
    return result.verified.session;
  }
}
