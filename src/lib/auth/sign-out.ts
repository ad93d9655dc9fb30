import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { isCrossSite } from '../cookies/cross-site.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { SessionRevocation } from '../session/session-revocation.js';
import { requireExchange } from './require-exchange.js';

export type SignOutOutcome =
  { readonly kind: 'signed_out' } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Signing out. `AuthController` puts it on a route; a controller of one's own may call it too. */
@Injectable()
export class SignOut {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly cookies: SessionCookies,
    private readonly revocation: SessionRevocation,
  ) {}

  /**
   * Clears the cookies, refuses the session from now on, and revokes it at Stytch. The browser is
   * signed out whatever Stytch says.
   */
  async signOut(platformRequest: unknown, platformResponse: unknown): Promise<SignOutOutcome> {
    const { request, response } = requireExchange(platformRequest, platformResponse);
    if (isCrossSite(request, this.options))
      return { kind: 'refused', refusal: refusalOf('cross_site_refused') };

    this.cookies.clear(response);
    await this.revocation.revokePresented(request);
    return { kind: 'signed_out' };
  }
}
