import { Injectable } from '@nestjs/common';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { PresentedSessions } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { refused } from './refused.js';

export type SignOutResult =
  | { readonly kind: 'signed_out' }
  /**
   * `stytch_unavailable`: with `everywhere`, Stytch could not be reached; this browser is signed out.
   * Or its JWT could not be verified; its cookies stay, so that it can try again.
   */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Ends the session of a browser, or all sessions of the person. */
@Injectable()
export class EndSession {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly events: StytchEvents,
  ) {}

  async end(
    exchange: HttpExchange,
    { everywhere = false }: { readonly everywhere?: boolean },
  ): Promise<SignOutResult> {
    const presented = await this.presented.revoke(exchange, { lookUpSubject: everywhere });
    // Without its cookies the browser could not ask for the revocation again.
    if (presented.kind === 'unverified') return refused('stytch_unavailable');
    this.cookies.clear(exchange.response);
    this.events.emit({ type: 'signed_out', everywhere });
    if (!everywhere) return { kind: 'signed_out' };
    const areAllRevoked = presented.kind === 'known' && (await this.revocation.revokeAll(presented.subjects));
    return areAllRevoked ? { kind: 'signed_out' } : refused('stytch_unavailable');
  }
}
