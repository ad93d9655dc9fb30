import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { HttpExchange } from '../http/http-exchange.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import type { Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../identity/session.js';
import { DenyList } from '../session/deny/deny-list.js';
import {
  IssuedSessionReader,
  type IssuedSession,
  type UnusableSession,
} from '../session/refresh/issued-session.js';
import { TokenExchange } from '../session/refresh/token-exchange.js';
import { PresentedSessions } from '../session/revoke/presented-sessions.js';
import { SessionRevocation } from '../session/revoke/session-revocation.js';
import { isOpaqueToken } from '../session/opaque-token.js';
import { SessionJwtVerifier } from '../session/verify/session-jwt-verifier.js';
import { applicationClaim, SessionOwnership } from '../session/verify/session-ownership.js';
import { SigningKeys } from '../session/verify/signing-keys.js';
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

/** What ties a token to this browser: its PKCE code verifier, or the nonce of the confirm page. */
export type BrowserProof = { readonly codeVerifier: string } | { readonly nonce: string };

/** For how long a second request with the same token gets the same result. */
const sharedResultMs = 5_000;

type TokenExchangeResult = IssuedSession | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Exchanges the token of a link for a session, and sets the session cookies. */
@Injectable()
export class StartSession {
  private readonly logger = new Logger('Stytch');
  /**
   * Stytch accepts a token once. A double click sends two requests, and the browser shows the second
   * response only, so requests with the same token and proof share one exchange.
   */
  private readonly exchanges: ShortLivedResults<TokenExchangeResult>;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly api: MagicLinkApi,
    private readonly keys: SigningKeys,
    private readonly verifier: SessionJwtVerifier,
    private readonly ownership: SessionOwnership,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly tokens: TokenExchange,
    private readonly denyList: DenyList,
    private readonly presented: PresentedSessions,
    private readonly revocation: SessionRevocation,
    private readonly cookies: SessionCookies,
    private readonly limits: SignInLimits,
    private readonly events: StytchEvents,
  ) {
    this.exchanges = new ShortLivedResults(sharedResultMs, options.clock);
  }

  /** Consumes the token. If it succeeds, the session that the browser had before is revoked. */
  async start(exchange: HttpExchange, token: string, proof: BrowserProof): Promise<StartSessionResult> {
    const { response } = exchange;
    const result = await this.exchanges.once(
      exchangeKey(token, proof),
      async () => (await this.limits.countLinkUse(exchange)) ?? this.exchangeToken(token, proof),
      ({ kind }) => kind === 'issued',
    );
    if (result.kind === 'refused') return result;

    const { session } = result.verified;
    // The person signed out between two requests with the same token.
    if (this.denyList.isDenied(session)) return refused('link_used_or_expired');
    // A completed sign-in is always a new session: session fixation has no effect.
    await this.presented.revoke(exchange, { except: session.sessionId });
    this.cookies.replace(response, result.cookies);
    return { kind: 'started', session };
  }

  private async exchangeToken(token: string, proof: BrowserProof): Promise<TokenExchangeResult> {
    // Stytch accepts a token once, so not before its response can be verified.
    if (!(await this.hasKeys())) return refused('stytch_unavailable');
    if (!(await this.verifier.ensureTrustedClock())) return refused('clock_skew');
    const response = await this.api.authenticate({
      token,
      codeVerifier: 'codeVerifier' in proof ? proof.codeVerifier : undefined,
      sessionDurationMinutes: this.options.session.durationMinutes,
      sessionCustomClaims: this.ownership.claims,
    });
    if (response.kind !== 'ok') return refusedFor(response);
    const issued = await this.issuedSessions.read(response.body);
    if (issued.kind === 'unusable') {
      return this.discard(issued, response.body.sessionToken);
    }
    const { session, subject } = issued.verified;
    if (!this.ownership.isAccepted(session)) {
      this.logger.error(
        `Stytch responded to a sign-in with a session JWT without the claim ${applicationClaim}, which session.accept: 'own' requires. Don't set that claim in the project's JWT template.`,
      );
      return this.discard({ kind: 'unusable', reason: 'misconfigured' }, response.body.sessionToken);
    }
    if (!(await this.isAllowed(issued.verified))) return refused('sign_in_refused');
    this.tokens.cacheSession(issued);
    this.events.emit({ type: 'signed_in', subject, sessionId: session.sessionId });
    return issued;
  }

  private async hasKeys(): Promise<boolean> {
    if (!this.keys.areAvailable) await this.keys.refetch();
    return this.keys.areAvailable;
  }

  /** Revokes a session that cannot be used: no browser gets its cookies, so no sign-out would. */
  private async discard({ reason }: UnusableSession, sessionToken: unknown) {
    if (reason === 'invalid') {
      this.logger.error('Stytch responded to a sign-in with an invalid session JWT. It was discarded.');
    }
    if (isOpaqueToken(sessionToken)) await this.revocation.revokeToken(sessionToken);
    return refused(reason === 'clock_skew' ? 'clock_skew' : 'stytch_unavailable');
  }

  /** Calls `onSignIn`. Unless it accepts, the session is revoked. */
  private async isAllowed({ session, subject }: VerifiedJwt): Promise<boolean> {
    let isAllowed = false;
    try {
      const decision: unknown = await this.options.onSignIn(session);
      isAllowed = decision === true || decision === undefined;
      if (!isAllowed && decision !== false) {
        this.logger.error(
          'onSignIn returned something other than true, false or undefined, so the sign-in was refused.',
        );
      }
      return isAllowed;
    } finally {
      if (!isAllowed) await this.revocation.revoke(subject, session);
    }
  }
}

const exchangeKey = (token: string, proof: BrowserProof): string =>
  createHash('sha256')
    .update(`${token} ${'codeVerifier' in proof ? proof.codeVerifier : proof.nonce}`)
    .digest('base64url');

function refusedFor(
  response: StytchRejection | StytchUnavailable,
): Extract<TokenExchangeResult, { kind: 'refused' }> {
  if (response.kind === 'unavailable') return refusedAsUnavailable(response);
  return refused(response.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired');
}
