import { Inject, Injectable } from '@nestjs/common';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { httpClientOf, requireExchange, type HttpClient, type HttpExchange } from '../http/http-exchange.js';
import { addToVary, preventSharedCaching } from '../http/prevent-shared-caching.js';
import { isObject } from '../identity/claims.js';
import { isOfSession } from '../identity/credential-kind.js';
import type { Session } from '../identity/session.js';
import { hideProperties } from '../options/hide-properties.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { BearerAuthenticator, type AcceptedCredentials, type BearerResult } from './authenticate-bearer.js';
import { RequestAuthenticator } from './authenticate-request.js';
import { RenewedJwtHeader } from './renewed-jwt-header.js';
import { ResultCookies } from './result-cookies.js';
import { refusalForResult, type SessionResult, type SignedIn } from './session-result.js';
import { SessionWatch } from './watch/session-watch.js';
import { TenantCheck, type TenantMismatch } from './tenant-check.js';

/** The result of `StytchSessions.authenticate()`. */
export type SessionAuthenticationResult =
  | {
      readonly kind: 'signed_in';
      readonly session: Session;
      /**
       * The JWT that replaces the one that was sent, if the session was refreshed. Not enumerable, so that logs
       * don't contain it: read it by its name, since a copy of the result with `{ ...result }` lacks it.
       */
      readonly renewedJwt?: string;
    }
  /** Status and code say what the guard would respond: 401, 403 or 503. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Authenticates requests and session JWTs as the guard does, and returns the result as a value: for
 * middleware, guards of the application, Passport strategies, handshakes of gateways, and message handlers.
 * It checks no requirements of a handler.
 *
 * @example
 * ```ts
 * const result = await this.sessions.authenticate(request, response);
 * if (result.kind === 'refused') throw this.refusals.toException(result.refusal, request, response);
 * attachSession(request, result.session);
 * ```
 */
@Injectable()
export class StytchSessions {
  /** The credentials of a session among those that handlers accept by default. */
  readonly #accepted: AcceptedCredentials;

  /** @internal Created by Nest. */
  constructor(
    private readonly authenticator: RequestAuthenticator,
    private readonly bearer: BearerAuthenticator,
    private readonly cookies: ResultCookies,
    private readonly renewedJwt: RenewedJwtHeader,
    private readonly tenants: TenantCheck,
    private readonly sessionWatch: SessionWatch,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#accepted = new Set(options.credentials.filter(isOfSession));
  }

  /**
   * Verifies a session JWT locally, and refreshes it if it has expired. No cookie is involved.
   *
   * @param credential a JWT that is not a string is refused with `session_missing`
   */
  authenticate(credential: { readonly jwt: unknown }): Promise<SessionAuthenticationResult>;
  /**
   * Authenticates a request by what the option `credentials` names: its session cookies, a session JWT in its
   * `Authorization` header, or both. Cookies in a state-changing request or in a WebSocket handshake of another
   * site are refused with `cross_site_refused`, and a session of another organization than the one that the
   * request names with `organization_mismatch`. A parameter of the path is only known once the request was
   * routed, in guards and interceptors.
   *
   * With a response, the cookies of a refreshed session are set when its headers are sent, and those of a
   * session that is over are cleared. Without one, no cookie is written: send `renewedJwt` in another way, or
   * leave it to the next request, which gets it without a call if it reaches this process.
   *
   * @param request the request of Node, Express or Fastify
   * @param response the response of the same framework
   * @throws {TypeError} for anything else
   */
  authenticate(request: object, response?: object): Promise<SessionAuthenticationResult>;
  async authenticate(input: object, response?: object): Promise<SessionAuthenticationResult> {
    const client = httpClientOf(input);
    if (client === undefined) return this.#authenticateJwt(input);
    if (response === undefined) return this.#authenticateRequest(input, client);
    const exchange = requireExchange(input, response);
    preventSharedCaching(exchange.headers);
    return this.#authenticateRequest(input, client, exchange);
  }

  /**
   * Calls `onEnd` once when a session has ended, for what goes on after its request, such as a socket or an event
   * stream. It is called at once after a sign-out here or on another instance that `shared.revocations` connects,
   * and within a second after the session has expired. A session that was revoked in another way is noticed when
   * its JWT is refreshed, at most every five minutes: while something watches it, one call per session and JWT. If a
   * webhook reports a change of the user, member or organization, the JWT is refreshed sooner.
   * An open socket therefore counts as use of the session where `session.extendOnRefresh` is set.
   *
   * The refusal is the one that a request would get now: 503 if Stytch can't be reached when the JWT has expired,
   * and `outage.graceSeconds` are over. With more than 200,000 watches, `onEnd` of others is called at once.
   *
   * Unlike with `@EndWithSession()`, requirements and the organization are not checked again. Call {@link authenticate}
   * again before you send what depends on them.
   *
   * @param session as `@CurrentSession()` or {@link authenticate} returns it
   * @returns a function that stops watching; call it when the connection is closed
   * @throws {TypeError} for a copy of a session
   *
   * @example
   * ```ts
   * const stop = this.sessions.watch(session, ({ code }) => socket.close(4401, code));
   * socket.once('close', stop);
   * ```
   */
  watch(session: Session, onEnd: (refusal: Refusal) => void): () => void {
    return this.sessionWatch.watch(session, onEnd);
  }

  async #authenticateJwt(input: unknown): Promise<SessionAuthenticationResult> {
    if (!isObject(input) || !('jwt' in input)) {
      throw new TypeError('Pass a request of Node, Express or Fastify, or an object with a jwt.');
    }
    const { jwt } = input;
    if (typeof jwt !== 'string') return refused(refusalOf('session_missing'));
    return toResult(await this.authenticator.authenticateJwt(jwt));
  }

  async #authenticateRequest(
    platformRequest: object,
    client: HttpClient,
    exchange?: HttpExchange,
  ): Promise<SessionAuthenticationResult> {
    if (this.#accepted.has('bearer') || !this.#accepted.has('cookie')) {
      if (exchange !== undefined) addToVary(exchange.headers, 'Authorization');
      const byBearer = await this.bearer.authenticate(client.request, this.#accepted);
      if (byBearer !== undefined) {
        return this.#bearerResult(await this.tenants.checkBearer(byBearer, platformRequest), exchange);
      }
    }
    const result = await this.authenticator.authenticate(client);
    // Checked after the session, so that a request without one gets a 401 from any site.
    if (result.kind === 'signed_in' && isCrossSiteRequest(client.request, this.options))
      return refused(refusalOf('cross_site_refused'));
    const checked = await this.tenants.check(result, platformRequest);
    if (exchange !== undefined) this.cookies.apply(checked, exchange);
    return toResult(checked);
  }

  #bearerResult(
    result: BearerResult | TenantMismatch,
    exchange: HttpExchange | undefined,
  ): SessionAuthenticationResult {
    if (result.kind !== 'authenticated') return refused(refusalForResult(result));
    if (result.signedIn === undefined) return refused(refusalOf('token_invalid'));
    if (exchange !== undefined) this.renewedJwt.offer(result.signedIn.renewed, exchange.response);
    return signedIn(result.signedIn);
  }
}

const refused = (refusal: Refusal): SessionAuthenticationResult => ({ kind: 'refused', refusal });

/** The renewed JWT is a credential, so printing or serializing the result does not show it. */
function signedIn({ verified: { session }, renewed }: SignedIn): SessionAuthenticationResult {
  const result = { kind: 'signed_in', session } as const;
  return renewed === undefined
    ? result
    : hideProperties({ ...result, renewedJwt: renewed.sessionJwt }, 'renewedJwt');
}

const toResult = (result: SessionResult | TenantMismatch): SessionAuthenticationResult =>
  result.kind === 'signed_in' ? signedIn(result) : refused(refusalForResult(result));
