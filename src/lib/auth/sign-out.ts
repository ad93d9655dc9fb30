import { Inject, Injectable } from '@nestjs/common';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { PresentedSessions } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { refused } from './refused.js';
import { requireExchange } from '../http/require-exchange.js';

export type SignOutResult =
  | { readonly kind: 'signed_out' }
  /** Where everything was to be ended and Stytch could not be asked, this browser is signed out all the same. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Signing out. `AuthController` puts it on a route; a controller of one's own may call it too. */
@Injectable()
export class SignOut {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly cookies: SessionCookies,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly events: StytchEvents,
  ) {}

  /**
   * Clears the cookies, refuses the session from now on, and revokes it at Stytch. The browser is
   * signed out whatever Stytch says; what Stytch could not be told is told again in the background.
   *
   * @param options `everywhere` ends all sessions of the person, on every device
   */
  async signOut(
    platformRequest: unknown,
    platformResponse: unknown,
    { everywhere = false }: { everywhere?: boolean } = {},
  ): Promise<SignOutResult> {
    const { request, response } = requireExchange(platformRequest, platformResponse);
    if (isCrossSiteRequest(request, this.options)) {
      return refused('cross_site_refused');
    }
    this.cookies.clear(response);
    this.events.emit({ type: 'signed_out', everywhere });
    const presented = await this.presented.revoke(request, { lookUpSubject: everywhere });
    const areAllRevoked =
      !everywhere || (presented.kind === 'known' && (await this.revocation.revokeAll(presented.subjects)));
    return areAllRevoked ? { kind: 'signed_out' } : refused('stytch_unavailable');
  }
}
