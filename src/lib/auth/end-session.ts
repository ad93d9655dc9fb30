import { Inject, Injectable } from '@nestjs/common';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { sessionFields } from '../events/session-fields.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { HttpExchange } from '../http/http-exchange.js';
import type { Session } from '../identity/session.js';
import { isSameSubject, subjectOf, type Subject } from '../identity/subject.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { readBearer } from '../session/read-bearer.js';
import { PresentedSessions, type PresentedSessionsResult } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { isDecidedByBearer } from './decided-by-bearer.js';
import { IntermediateSessions } from './intermediate-sessions.js';
import { refused } from './refused.js';

/** The result of `SignOut`. */
export type SignOutResult =
  | { readonly kind: 'signed_out' }
  /**
   * `stytch_unavailable`: with `everywhere`, Stytch could not be reached; this browser is signed out.
   * Or its JWT could not be verified; its cookies stay, so that it can try again.
   * `token_invalid`: the request has a bearer token that is not a session JWT, or that is not accepted.
   */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface Invalid {
  readonly kind: 'invalid';
}

const reason = 'signed_out';

/** Ends the session of a browser or of a bearer token, or all sessions of the person. */
@Injectable()
export class EndSession {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly intermediateSessions: IntermediateSessions,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly events: StytchEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  async end(
    exchange: HttpExchange,
    { everywhere = false }: { readonly everywhere?: boolean },
  ): Promise<SignOutResult> {
    const isOfBearer = isDecidedByBearer(exchange, this.options);
    // It would seem to be signed out, although nothing ended.
    if (!isOfBearer && this.hasOnlyBearer(exchange)) return refused('token_invalid');
    const presented = isOfBearer
      ? await this.revokeBearer(exchange)
      : await this.presented.revoke(exchange, { reason, lookUpSubject: everywhere });
    if (presented.kind === 'invalid') return refused('token_invalid');
    // Without its cookies the browser could not ask for the revocation again.
    if (presented.kind === 'unverified') return refused('stytch_unavailable');
    if (!isOfBearer) this.clearCookies(exchange);
    const sessions = presented.kind === 'known' ? presented.sessions : [];
    const [session] = sessions;
    this.events.emit({ type: 'signed_out', everywhere, ...(session && sessionFields(session)) }, exchange);
    if (!everywhere) return { kind: 'signed_out' };
    const areAllRevoked =
      presented.kind === 'known' &&
      (await this.revocation.revokeAll(subjectsOf(sessions), { reason, source: exchange }));
    return areAllRevoked ? { kind: 'signed_out' } : refused('stytch_unavailable');
  }

  private clearCookies(exchange: HttpExchange): void {
    this.cookies.clear(exchange.response);
    this.intermediateSessions.clear(exchange);
  }

  private async revokeBearer(exchange: HttpExchange): Promise<PresentedSessionsResult | Invalid> {
    const bearer = readBearer(exchange.request);
    return bearer.kind === 'token'
      ? this.presented.revokeJwt(bearer.token, exchange, { reason })
      : { kind: 'invalid' };
  }

  private hasOnlyBearer({ request }: HttpExchange): boolean {
    const cookies = [...this.cookies.jwtsOf(request), ...this.cookies.tokensOf(request)];
    return cookies.length === 0 && readBearer(request).kind !== 'none';
  }
}

function subjectsOf(sessions: readonly Session[]): Subject[] {
  const subjects: Subject[] = [];
  for (const subject of sessions.map(subjectOf)) {
    if (!subjects.some((other) => isSameSubject(other, subject))) subjects.push(subject);
  }
  return subjects;
}
