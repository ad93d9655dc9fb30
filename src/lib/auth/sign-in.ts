import { Inject, Injectable } from '@nestjs/common';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { requireExchange } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { refused } from './refused.js';
import { SignInMethods } from './sign-in-methods.js';
import {
  SignInPipeline,
  type ConfirmRequest,
  type SignInFinishResult,
  type SignInResult,
  type SignInStartRequest,
  type SignInStartResult,
} from './sign-in-pipeline.js';

/**
 * The steps of signing in, for a custom controller (`routes: false`). Pass the request and response of
 * Express or Fastify. Each step checks the origin of the request, sets cookies on the response and returns
 * what happened; it throws no refusals. See `StytchRefusals` for those.
 */
@Injectable()
export class SignIn {
  /** @internal Created by Nest. */
  constructor(
    private readonly pipeline: SignInPipeline,
    private readonly methods: SignInMethods,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Starts a sign-in, for example by sending a link, and binds it to this browser with a cookie. The result
   * does not depend on whether the recipient has an account.
   * @param name the name of one of the `methods`, for example `magic-link`
   * @throws {TypeError} if there is no such method
   */
  async start(
    name: string,
    request: unknown,
    response: unknown,
    startRequest: SignInStartRequest,
  ): Promise<SignInStartResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.pipeline.start(exchange, this.methods.requireStart(name), startRequest);
  }

  /**
   * Completes a sign-in with the code that `start` sent, and sets the session cookies. Only the browser that
   * started the sign-in can complete it.
   * @param name the name of the method that was started
   * @throws {TypeError} if there is no such method, or it has no second step
   */
  async finish(
    name: string,
    request: unknown,
    response: unknown,
    { fields }: { readonly fields: unknown },
  ): Promise<SignInFinishResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.pipeline.finish(exchange, this.methods.requireFinish(name), { fields });
  }

  /**
   * For the redirect URL of links and providers: exchanges the token for a session and sets the session
   * cookies, if this browser started the sign-in. Otherwise the token is not consumed; the result is
   * `confirmation_required` if it works in any browser after confirmation.
   */
  async complete(request: unknown, response: unknown): Promise<SignInResult> {
    return this.pipeline.complete(requireExchange(request, response));
  }

  /**
   * For the form of the confirm page.
   * @param confirmRequest `token`, `tokenType` and `nonce` of the result `confirmation_required`, and the
   *   fields that it names, as the form sent them
   */
  async confirm(request: unknown, response: unknown, confirmRequest: ConfirmRequest): Promise<SignInResult> {
    const exchange = requireExchange(request, response);
    if (isCrossSiteRequest(exchange.request, this.options)) return refused('cross_site_refused');
    return this.pipeline.confirm(exchange, confirmRequest);
  }
}
