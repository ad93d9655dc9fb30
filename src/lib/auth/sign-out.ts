import { Inject, Injectable } from '@nestjs/common';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { requireExchange } from '../http/http-exchange.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { isDecidedByBearer } from './decided-by-bearer.js';
import { EndSession, type SignOutResult } from './end-session.js';
import { refused } from './refused.js';

/** Signing out, for a custom controller. Pass the request and response of Express or Fastify. */
@Injectable()
export class SignOut {
  /** @internal Created by Nest. */
  constructor(
    private readonly endSession: EndSession,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * Clears the session cookies, denies the session in this process and revokes it at Stytch. The
   * browser is signed out whatever Stytch responds; a revocation that failed is retried in the background.
   * Only if the request has a JWT, no opaque token, and there are no signing keys to verify the JWT,
   * the result is `stytch_unavailable` and the cookies stay, so that the browser can try again.
   *
   * A bearer token decides alone if the option `credentials` includes `bearer`: its session is denied and
   * revoked, and no cookie is read or cleared. `token_invalid`: the token is not a session JWT, or bearer
   * tokens are not accepted and there is no session cookie.
   *
   * @param settings `everywhere` revokes all sessions of the person, on every device
   */
  async signOut(
    request: unknown,
    response: unknown,
    settings: { readonly everywhere?: boolean } = {},
  ): Promise<SignOutResult> {
    const exchange = requireExchange(request, response);
    if (!isDecidedByBearer(exchange, this.options) && isCrossSiteRequest(exchange.request, this.options))
      return refused('cross_site_refused');
    return this.endSession.end(exchange, settings);
  }
}
