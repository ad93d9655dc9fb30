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
  /** With `everywhere`, Stytch could not be reached. This browser is signed out all the same. */
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
    this.cookies.clear(exchange.response);
    this.events.emit({ type: 'signed_out', everywhere });
    const presented = await this.presented.revoke(exchange, { lookUpSubject: everywhere });
    if (!everywhere) return { kind: 'signed_out' };
    const areAllRevoked = presented.kind === 'known' && (await this.revocation.revokeAll(presented.subjects));
    return areAllRevoked ? { kind: 'signed_out' } : refused('stytch_unavailable');
  }
}
