import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { HttpExchange } from '../http/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../identity/session.js';
import { DenyList } from '../session/deny/deny-list.js';
import { IssuedSessionReader, type IssuedSession } from '../session/refresh/issued-session.js';
import { TokenExchange } from '../session/refresh/token-exchange.js';
import { PresentedSessions } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import type { VerifiedJwt } from '../session/verify/verified-jwt.js';
import type { StytchRejection, StytchUnavailable } from '../ports/stytch-response.js';
import { MagicLinkApi } from '../stytch-api/magic-link-api.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { SignInLimits } from './sign-in-limits.js';
import { ShortLivedResults } from './short-lived-results.js';
import { refused, refusedAsUnavailable } from './refused.js';

export type StartSessionResult =
  | { readonly kind: 'started'; readonly session: Session }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A second click comes within moments. */
const sharedForMs = 5_000;

type TokenExchangeResult = IssuedSession | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The second half of a login: from the token of a link to the cookies of a session. */
@Injectable()
export class StartSession {
  /**
   * Stytch takes a token once. A double click sends it twice and the browser looks at the second
   * answer only, so the same browser gets the same session for a moment.
   */
  private readonly exchanges: ShortLivedResults<TokenExchangeResult>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly api: MagicLinkApi,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly tokens: TokenExchange,
    private readonly denyList: DenyList,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly cookies: SessionCookies,
    private readonly limits: SignInLimits,
    private readonly events: StytchEvents,
  ) {
    this.exchanges = new ShortLivedResults(sharedForMs, options.clock);
  }

  /**
   * Uses up the token. Whatever session the browser had ends with it, and only if it succeeds.
   * @param browser what ties the token to this browser: the verifier it is bound to, or the nonce it
   * was confirmed with
   */
  async start(
    { request, response }: HttpExchange,
    ip: string | undefined,
    token: string,
    browser: { readonly codeVerifier: string } | { readonly nonce: string },
  ): Promise<StartSessionResult> {
    const codeVerifier = 'codeVerifier' in browser ? browser.codeVerifier : undefined;
    const key = createHash('sha256')
      .update(`${token} ${'codeVerifier' in browser ? browser.codeVerifier : browser.nonce}`)
      .digest('base64url');
    const exchange = await this.exchanges.once(
      key,
      async () => (await this.limits.countLinkUse(request, ip)) ?? this.exchangeToken(token, codeVerifier),
      ({ kind }) => kind === 'issued',
    );
    if (exchange.kind === 'refused') return exchange;

    const { session } = exchange.verified;
    // Signed out again since: the second click is no second login.
    if (this.denyList.isDenied(session)) return refused('link_used_or_expired');
    // A completed login is always a new session.
    await this.presented.revoke(request, { except: session.sessionId });
    this.cookies.write(response, exchange.cookies);
    return { kind: 'started', session };
  }

  private async exchangeToken(token: string, codeVerifier: string | undefined): Promise<TokenExchangeResult> {
    const response = await this.api.authenticate({
      token,
      codeVerifier,
      sessionDurationMinutes: this.options.session.durationMinutes,
    });
    if (response.kind !== 'ok') return refusedFor(response);
    const issued = await this.issuedSessions.read(response.body);
    if (issued.kind === 'unusable') {
      return refused(issued.reason === 'clock_skew' ? 'clock_skew' : 'stytch_unavailable');
    }
    const { session, subject } = issued.verified;
    if (!(await this.isAllowed(issued.verified))) return refused('sign_in_refused');
    this.tokens.cacheSession(issued);
    this.events.emit({ type: 'signed_in', subject, sessionId: session.sessionId });
    return issued;
  }

  /** The application's own word, before any cookie is written. */
  private async isAllowed({ session, subject }: VerifiedJwt): Promise<boolean> {
    let isAllowed = false;
    try {
      isAllowed = (await this.options.onSignIn(session)) !== false;
      return isAllowed;
    } finally {
      if (!isAllowed) await this.revocation.revoke(subject, session);
    }
  }
}

function refusedFor(
  response: StytchRejection | StytchUnavailable,
): Extract<TokenExchangeResult, { kind: 'refused' }> {
  if (response.kind === 'unavailable') {
    return refusedAsUnavailable(response);
  }
  return refused(response.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired');
}
