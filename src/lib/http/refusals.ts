import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import { sessionFields } from '../events/session-fields.js';
import { StytchEvents } from '../events/stytch-events.js';
import type { Session } from '../identity/session.js';
import { ApplicationRoutes } from './application-routes.js';
import { bearerChallenge, type BearerChallenge } from './bearer-challenge.js';
import { requireExchange, type HttpExchange } from './http-exchange.js';
import { OrganizationHosts } from './organization-hosts.js';
import { isPageNavigation, maxReturnToLength, pathIn, requestTarget } from './page-navigation.js';
import { withMark, withoutMark } from './redirect-mark.js';
import { withQuery } from './with-query.js';

/** Proxies buffer all headers of a response in 4 to 8 KB. Percent-encoding triples the length, or more. */
const maxLocationLength = 3 * maxReturnToLength;

/**
 * Turns a refusal into an HTTP response: it sets the headers, emits the event `refused` and returns
 * the exception to throw. The guard and the login routes use it, and so does a custom controller over
 * `SignIn` and `SignOut`.
 *
 * @example
 * ```ts
 * const result = await this.signIn.complete(request, response);
 * if (result.kind === 'refused') throw this.refusals.toException(result.refusal, request, response);
 * ```
 */
@Injectable()
export class StytchRefusals {
  /** @internal Created by Nest. */
  constructor(
    private readonly routes: ApplicationRoutes,
    private readonly hosts: OrganizationHosts,
    private readonly events: StytchEvents,
  ) {}

  /**
   * The exception for a refused request. If a browser is loading a page and signing in would help (401),
   * it is a redirect (303) to the login page with the way back in `return_to`. A 503 is never
   * redirected, since the person may well be signed in, nor is a refused bearer token.
   *
   * @param request the request of Express or Fastify
   * @param response the response of Express or Fastify; headers are set on it
   */
  toException(refusal: Refusal, request: unknown, response: unknown): StytchRefusalException {
    return this.exceptionOf(refusal, requireExchange(request, response));
  }

  /**
   * Like {@link toException}.
   * @internal
   */
  exceptionOf(refusal: Refusal, exchange: HttpExchange): StytchRefusalException {
    return isOfBearer(refusal)
      ? this.bearerExceptionFor(refusal, exchange, { scope: '', acceptsConnectedApps: false })
      : this.exceptionFor(refusal, exchange);
  }

  /**
   * @param bearer the challenge of a handler that also accepts bearer tokens
   * @param session the verified session of the request, for the event
   * @internal
   */
  exceptionFor(
    refusal: Refusal,
    exchange: HttpExchange,
    bearer?: BearerChallenge,
    session?: Session,
  ): StytchRefusalException {
    const loginUrl = refusal.status === 401 ? this.loginUrlFor(refusal, exchange) : undefined;
    if (loginUrl === undefined) {
      const challenges = [sessionChallenge(refusal), bearer && this.bearerChallenge(refusal, bearer)];
      return new StytchRefusalException(this.prepare(refusal, exchange, challenges, session));
    }
    return this.redirectTo(loginUrl, refusal, exchange, session);
  }

  /**
   * The exception for a request that is for another organization than the session (403). If a browser is loading
   * a page, it is a redirect (303) to the page that offers to switch. The response does not depend on whether
   * the organization exists.
   * @param tenant the organization as the request names it; without it, switching would not help
   * @internal
   */
  mismatchExceptionFor(
    { tenant }: { readonly tenant?: string },
    exchange: HttpExchange,
    session?: Session,
  ): StytchRefusalException {
    const refusal = refusalOf('organization_mismatch');
    const switchUrl = tenant === undefined ? undefined : this.switchUrlFor(tenant, exchange);
    return switchUrl === undefined
      ? new StytchRefusalException(this.prepare(refusal, exchange, undefined, session))
      : this.redirectTo(switchUrl, refusal, exchange, session);
  }

  /**
   * The exception for a request that is refused because of its bearer token, or because it has none. The
   * login page would not help.
   * @internal
   */
  bearerExceptionFor(
    refusal: Refusal,
    exchange: HttpExchange,
    bearer: BearerChallenge,
  ): StytchRefusalException {
    return new StytchRefusalException(
      this.prepare(refusal, exchange, [this.bearerChallenge(refusal, bearer)]),
    );
  }

  /**
   * Sets the headers that belong to the status (RFC 9110 sections 11.6.1 and 10.2.3) and emits the event.
   * @internal
   */
  prepare(
    refusal: Refusal,
    exchange: HttpExchange,
    challenges = [sessionChallenge(refusal)],
    session?: Session,
  ): Refusal {
    const { retryAfterSeconds } = refusal;
    this.emit(refusal, exchange, session);
    const challenge = challenges.filter((one) => one !== undefined).join(', ');
    if (challenge !== '') exchange.headers.setHeader('www-authenticate', challenge);
    if (retryAfterSeconds !== undefined) exchange.headers.setHeader('retry-after', String(retryAfterSeconds));
    return refusal;
  }

  private bearerChallenge(refusal: Refusal, bearer: BearerChallenge): string | undefined {
    return bearerChallenge(refusal, bearer, this.routes.resourceMetadataUrl);
  }

  private emit({ code }: Refusal, exchange: HttpExchange, session: Session | undefined): void {
    exchange.headers.setHeader('cache-control', 'no-store');
    this.events.emit({ type: 'refused', code, ...(session && sessionFields(session)) }, exchange);
  }

  /**
   * The login page with the way back, if the browser is loading a page. `undefined` if that page is the
   * login page itself, which would redirect to itself endlessly.
   */
  private loginUrlFor({ code }: Refusal, exchange: HttpExchange): string | undefined {
    const { request } = exchange;
    const { loginPath } = this.routes;
    if (loginPath === undefined || !isPageNavigation(request)) return undefined;
    const returnTo = this.returnToOf(request);
    if (pathIn(returnTo) === pathIn(loginPath)) return undefined;
    const path = withQuery(loginPath, this.loginParametersFor(code, exchange));
    return this.hosts.loginOrigin + withReturnTo(path, returnTo);
  }

  /** What the login page has to know: nobody can sign in to an organization that is suspended. */
  private loginParametersFor(code: RefusalCode, exchange: HttpExchange): Record<string, string> {
    if (code === 'session_suspended') return { reason: code };
    const org = this.hosts.organizationAt(exchange);
    return org === undefined ? {} : { org };
  }

  /**
   * The page that offers to switch to an organization, with the way back, if the browser is loading a page. It is where
   * people sign in, since the organization may require them to.
   */
  private switchUrlFor(organization: string, exchange: HttpExchange): string | undefined {
    const { request } = exchange;
    const switchPath = this.routes.pathOf('switch');
    if (switchPath === undefined || !isPageNavigation(request)) return undefined;
    const path = withQuery(switchPath, { organization });
    const isRedirectedFromHost = this.hosts.organizationAt(exchange) !== undefined;
    const returnTo = this.returnToOf(request);
    return this.hosts.loginOrigin + withReturnTo(isRedirectedFromHost ? withMark(path) : path, returnTo);
  }

  /** The way back to a page. One of the package may have been redirected to; those of the application stay as they are. */
  private returnToOf(request: IncomingMessage): string {
    const target = this.routes.publicTargetOf(requestTarget(request));
    return this.routes.isSignInPage(target) ? withoutMark(target) : target;
  }

  private redirectTo(
    url: string,
    refusal: Refusal,
    exchange: HttpExchange,
    session: Session | undefined,
  ): StytchRefusalException {
    this.emit(refusal, exchange, session);
    exchange.headers.setHeader('location', url);
    return new StytchRefusalException(refusal, 303);
  }
}

const isOfBearer = ({ code }: Refusal) => code.startsWith('token_') || code === 'scope_missing';

const sessionChallenge = ({ status, code }: Refusal): string | undefined =>
  status === 401 ? `Session error="${code}"` : undefined;

/** A page with the way back, unless that is too long. */
function withReturnTo(path: string, returnTo: string): string {
  const url = withQuery(path, { return_to: returnTo });
  return returnTo.length <= maxReturnToLength && url.length <= maxLocationLength ? url : path;
}
