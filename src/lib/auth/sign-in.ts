import { Inject, Injectable } from '@nestjs/common';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { requireExchange } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import type { SignInLinkRequest, SignInLinkResult } from './methods/magic-link/send-magic-link.js';
import { refused } from './refused.js';
import { SignInPipeline, type SignInResult } from './sign-in-pipeline.js';

/**
 * Signing in with an emailed link, for a custom controller (`routes: false`). Pass the request and
 * response of Express or Fastify. Each method checks the origin of the request, sets cookies on the
 * response and returns what happened; it throws no refusals. See `StytchRefusals` for those.
 */
@Injectable()
export class SignIn {
  /** @internal Created by Nest. */
  constructor(
    private readonly pipeline: SignInPipeline,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Sends a sign-in link, and binds it to this browser with a cookie. The result does not depend on
   * whether the email address has an account.
   */
  async requestLink(
    request: unknown,
    response: unknown,
    linkRequest: SignInLinkRequest,
  ): Promise<SignInLinkResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.pipeline.requestLink(exchange, linkRequest);
  }

  /**
   * For the redirect URL of the link: exchanges the token for a session and sets the session cookies, if
   * this browser requested the link. Otherwise the token is not consumed. With
   * `magicLinks.binding: 'any-browser'` the token is not consumed either, and the result is
   * `confirmation_required`.
   */
  async complete(request: unknown, response: unknown): Promise<SignInResult> {
    return this.pipeline.complete(requireExchange(request, response));
  }

  /**
   * For the form of the confirm page, with `magicLinks.binding: 'any-browser'`.
   * @param fields `token` and `nonce` as the form sent them
   */
  async confirm(
    request: unknown,
    response: unknown,
    fields: { readonly token: unknown; readonly nonce: unknown },
  ): Promise<SignInResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.pipeline.confirm(exchange, fields);
  }
}
