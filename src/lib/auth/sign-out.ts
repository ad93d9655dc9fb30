import { Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { isCrossSite } from '../cookies/cross-site.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isOpaqueToken } from '../session/granted-session.js';
import { SessionJwts } from '../session/session-jwts.js';
import { SessionRevocation } from '../session/session-revocation.js';
import { requireExchange } from './require-exchange.js';

export type SignOutOutcome =
  { readonly kind: 'signed_out' } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Several cookies of one name are no reason to call Stytch without end. */
const mostSessions = 3;

/** Signing out. `AuthController` puts it on a route; a controller of one's own may call it too. */
@Injectable()
export class SignOut {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly cookies: SessionCookies,
    private readonly sessionJwts: SessionJwts,
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

    const { jwts, tokens } = this.cookies.read(request);
    this.cookies.clear(response);
    const verdicts = await Promise.all(
      jwts.slice(0, mostSessions).map((jwt) => this.sessionJwts.verify(jwt)),
    );
    const sessions = verdicts.flatMap((verdict) => ('verified' in verdict ? [verdict.verified.session] : []));
    await Promise.all(
      sessions.length > 0
        ? sessions.map((session) => this.revocation.revoke(session))
        : tokens
            .slice(0, 1)
            .filter(isOpaqueToken)
            .map((token) => this.revocation.revokeByToken(token)),
    );
    return { kind: 'signed_out' };
  }
}
