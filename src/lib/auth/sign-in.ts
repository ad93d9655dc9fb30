import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HttpExchange } from '../cookies/http-exchange.js';
import { addressOf } from '../answers/page-navigation.js';
import { isCrossSite } from '../cookies/cross-site.js';
import { SessionCookies } from '../cookies/session-cookies.js';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import { StytchEvents } from '../events/stytch-events.js';
import { ApplicationRoutes } from '../options/application-routes.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Session } from '../session.js';
import { readGrantedSession, type VerifiedGrant } from '../session/granted-session.js';
import { RequestAuthenticator } from '../session/request-authenticator.js';
import { SessionJwts } from '../session/session-jwts.js';
import { SessionRefresher } from '../session/refresh-session.js';
import { SessionRevocation } from '../session/session-revocation.js';
import { StytchApi } from '../stytch-api/stytch-api.js';
import type { StytchRefused, StytchUnavailable } from '../stytch-api/stytch-answer.js';
import { codeChallengeOf, LoginBindings } from './login-binding.js';
import { readCallback } from './read-callback.js';
import { readEmail } from './read-email.js';
import { requireExchange } from './require-exchange.js';
import { safeReturnTo } from './return-to.js';

export type LinkRequest = { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly refusal: Refusal };

export type SignInCompletion =
  | { readonly kind: 'signed_in'; readonly session: Session; readonly returnTo: string }
  /** The link was not used: this browser has a session already. */
  | { readonly kind: 'already_signed_in'; readonly session: Session; readonly returnTo: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Signing in by a link in a mail, in its two steps. `AuthController` is one way to put them on
 * routes; an application with a controller of its own injects this class and calls the same
 * steps with the request and response of Express or Fastify.
 */
@Injectable()
export class SignIn {
  private readonly logger = new Logger('Stytch');

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly routes: ApplicationRoutes,
    private readonly api: StytchApi,
    private readonly bindings: LoginBindings,
    private readonly cookies: SessionCookies,
    private readonly jwts: SessionJwts,
    private readonly authenticator: RequestAuthenticator,
    private readonly refresher: SessionRefresher,
    private readonly revocation: SessionRevocation,
    private readonly events: StytchEvents,
  ) {}

  /**
   * Sends a link to an address and binds it to this browser by a cookie. The answer is the same
   * for addresses Stytch knows and for others.
   *
   * @param login `email` and `returnTo` as they came; both are checked here. `callbackUrl` is
   * needed where the routes of the package are not mounted: the address registered at Stytch.
   */
  async requestLink(
    platformRequest: unknown,
    platformResponse: unknown,
    login: { email: unknown; returnTo?: unknown; callbackUrl?: string },
  ): Promise<LinkRequest> {
    const { request, response } = requireExchange(platformRequest, platformResponse);
    if (isCrossSite(request, this.options)) return refused('cross_site_refused');
    const reading = readEmail(login);
    if ('fault' in reading) return refused(reading.fault);

    const { appUrl, pages, magicLinks } = this.options;
    const binding = this.bindings.bind(
      request,
      response,
      safeReturnTo(login.returnTo, appUrl, pages.afterLogin),
    );
    const answer = await this.api.sendMagicLink({
      email: reading.email,
      callbackUrl: this.callbackUrl(login.callbackUrl),
      codeChallenge: codeChallengeOf(binding.codeVerifier),
      ...magicLinks,
    });
    return answer.kind === 'ok' ? { kind: 'sent' } : this.answerToAsking(answer);
  }

  /**
   * Exchanges the token of a link for a session and sets its cookies. Consumes nothing unless this
   * browser asked for the link; the link then still works where it was asked for.
   */
  async complete(platformRequest: unknown, platformResponse: unknown): Promise<SignInCompletion> {
    const exchange = requireExchange(platformRequest, platformResponse);
    const reading = readCallback(addressOf(exchange.request));
    if ('fault' in reading) return refused(reading.fault);
    const binding = this.bindings.read(exchange.request);
    if (binding === undefined) return this.goOnOrExplain(exchange);

    const answer = await this.api.authenticateMagicLink({
      token: reading.token,
      codeVerifier: binding.codeVerifier,
      sessionDurationMinutes: this.options.session.durationMinutes,
    });
    if (answer.kind !== 'ok') return answerToExchanging(answer);
    const granted = await readGrantedSession(answer.body, this.jwts);
    if (granted.kind === 'unusable') {
      return refused(granted.reason === 'clock_skew' ? 'clock_skew' : 'stytch_unavailable');
    }
    if (!(await this.isWelcome(granted))) return refused('sign_in_refused');

    const { session } = granted.verified;
    // A completed login is a new session: what the browser had before ends with it.
    await this.revocation.revokePresented(exchange.request, session.sessionId);
    this.refresher.hold(granted);
    this.cookies.write(exchange.response, granted.cookies);
    this.bindings.forget(exchange.response);
    this.events.tell({ type: 'signed_in', userId: session.userId, sessionId: session.sessionId });
    return { kind: 'signed_in', session, returnTo: binding.returnTo };
  }

  /** Without the cookie of the browser that asked, nothing is consumed, whoever opened the link. */
  private async goOnOrExplain({ request, response }: HttpExchange): Promise<SignInCompletion> {
    const outcome = await this.authenticator.authenticate(request);
    if (outcome.kind !== 'signed_in') return refused('link_for_another_browser');
    if (outcome.renewed !== undefined) this.cookies.write(response, outcome.renewed);
    return {
      kind: 'already_signed_in',
      session: outcome.verified.session,
      returnTo: this.options.pages.afterLogin,
    };
  }

  /** The application's own word, before any cookie is written. */
  private async isWelcome({ verified: { session } }: VerifiedGrant): Promise<boolean> {
    let isWelcome = false;
    try {
      isWelcome = (await this.options.onSignIn(session)) !== false;
      return isWelcome;
    } finally {
      if (!isWelcome) await this.revocation.revoke(session);
    }
  }

  private callbackUrl(given: string | undefined): string {
    const callbackUrl = given ?? this.routes.callbackUrl;
    if (callbackUrl === undefined) {
      throw new TypeError(
        'With routes: false, requestLink needs the callbackUrl that is registered at Stytch.',
      );
    }
    return callbackUrl;
  }

  private answerToAsking(answer: StytchRefused | StytchUnavailable): LinkRequest {
    if (answer.kind === 'unavailable') {
      return refused(
        answer.reason === 'rate_limited' ? 'rate_limited' : 'stytch_unavailable',
        answer.retryAfterSeconds,
      );
    }
    if (answer.errorType === 'invalid_email') return refused('email_invalid');
    if (isAboutTheLink(answer)) {
      this.logger.error(
        `Stytch does not accept the redirect URL (${answer.errorType}). Register ${this.routes.callbackUrl ?? 'it'} for login and sign-up.`,
      );
      return refused('stytch_unavailable');
    }
    // The address is unknown, denied or inactive: nobody who asks may learn which.
    if (answer.errorType !== 'email_not_found') {
      this.logger.warn(`Stytch sent no link (${answer.errorType}, ${answer.requestId}).`);
    }
    return { kind: 'sent' };
  }
}

const refused = (...refusal: Parameters<typeof refusalOf>) =>
  ({ kind: 'refused', refusal: refusalOf(...refusal) }) as const;

/** The operator's fault: a URL that is not registered, or a length of time that is not allowed. */
const isAboutTheLink = ({ errorType }: StytchRefused) =>
  /_url|redirect|expiration|query_params|code_challenge/.test(errorType);

function answerToExchanging(answer: StytchRefused | StytchUnavailable): SignInCompletion {
  if (answer.kind === 'unavailable') {
    return refused(
      answer.reason === 'rate_limited' ? 'rate_limited' : 'stytch_unavailable',
      answer.retryAfterSeconds,
    );
  }
  return refused(answer.errorType.includes('pkce') ? 'link_for_another_browser' : 'link_used_or_expired');
}
