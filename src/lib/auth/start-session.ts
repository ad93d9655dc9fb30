import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { HttpExchange } from '../http/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../identity/session.js';
import { DeniedSessions } from '../session/deny/deny-list.js';
import { readGrantedSession, type VerifiedGrant } from '../session/refresh/issued-session.js';
import { SessionRefresher } from '../session/refresh/session-refresher.js';
import { SessionJwts } from '../session/verify/session-jwt-verifier.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import type { StytchRefused, StytchUnavailable } from '../stytch-api/stytch-response.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { LoginLimits } from './sign-in-limits.js';
import { MomentaryResults } from './short-lived-results.js';
import { refused, refusedAsUnavailable } from './refused.js';

export type SessionBeginning =
  | { readonly kind: 'begun'; readonly session: Session }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A second click comes within moments. */
const sharedForMs = 5_000;

type Grant = VerifiedGrant | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The second half of a login: from the token of a link to the cookies of a session. */
@Injectable()
export class BeginSession {
  /**
   * Stytch takes a token once. A double click sends it twice and the browser looks at the second
   * answer only, so the same browser gets the same session for a moment.
   */
  private readonly grants: MomentaryResults<Grant>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly api: StytchApi,
    private readonly jwts: SessionJwts,
    private readonly refresher: SessionRefresher,
    private readonly denied: DeniedSessions,
    private readonly revocation: SessionRevocation,
    private readonly cookies: SessionCookies,
    private readonly limits: LoginLimits,
    private readonly events: StytchEvents,
  ) {
    this.grants = new MomentaryResults(sharedForMs, options.clock);
  }

  /**
   * Uses up the token. Whatever session the browser had ends with it, and only if it succeeds.
   * @param browser what ties the token to this browser: the verifier it is bound to, or the nonce it
   * was confirmed with
   */
  async begin(
    { request, response }: HttpExchange,
    ip: string | undefined,
    token: string,
    browser: { readonly codeVerifier: string } | { readonly nonce: string },
  ): Promise<SessionBeginning> {
    const codeVerifier = 'codeVerifier' in browser ? browser.codeVerifier : undefined;
    const key = createHash('sha256')
      .update(`${token} ${'codeVerifier' in browser ? browser.codeVerifier : browser.nonce}`)
      .digest('base64url');
    const grant = await this.grants.once(
      key,
      async () => (await this.limits.countOpening(request, ip)) ?? this.grant(token, codeVerifier),
      ({ kind }) => kind === 'granted',
    );
    if (grant.kind === 'refused') return grant;

    const { session } = grant.verified;
    // Signed out again since: the second click is no second login.
    if (this.denied.has(session.sessionId)) return refused('link_used_or_expired');
    // A completed login is always a new session.
    await this.revocation.revokePresented(request, { except: session.sessionId });
    this.cookies.write(response, grant.cookies);
    return { kind: 'begun', session };
  }

  private async grant(token: string, codeVerifier: string | undefined): Promise<Grant> {
    const answer = await this.api.authenticateMagicLink({
      token,
      codeVerifier,
      sessionDurationMinutes: this.options.session.durationMinutes,
    });
    if (answer.kind !== 'ok') return answerTo(answer);
    const granted = await readGrantedSession(answer.body, this.jwts);
    if (granted.kind === 'unusable') {
      return refused(granted.reason === 'clock_skew' ? 'clock_skew' : 'stytch_unavailable');
    }
    const { session } = granted.verified;
    if (!(await this.isWelcome(session))) return refused('sign_in_refused');
    this.refresher.hold(granted);
    this.events.tell({ type: 'signed_in', userId: session.userId, sessionId: session.sessionId });
    return granted;
  }

  /** The application's own word, before any cookie is written. */
  private async isWelcome(session: Session): Promise<boolean> {
    let isWelcome = false;
    try {
      isWelcome = (await this.options.onSignIn(session)) !== false;
      return isWelcome;
    } finally {
      if (!isWelcome) await this.revocation.revoke(session);
    }
  }
}

function answerTo(answer: StytchRefused | StytchUnavailable): Extract<Grant, { kind: 'refused' }> {
  if (answer.kind === 'unavailable') {
    return refusedAsUnavailable(answer);
  }
  return refused(answer.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired');
}
