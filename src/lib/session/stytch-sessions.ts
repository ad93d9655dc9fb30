import { Inject, Injectable } from '@nestjs/common';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import { changesState, isFromAnotherSite } from '../http/cross-site.js';
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
import { TenantCheck, type TenantMismatch } from './tenant-check.js';

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
    if (result.kind === 'signed_in' && this.#isCrossSite(client))
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

  /** Browsers attach cookies to the WebSocket handshakes of any site, and no CORS check follows. */
  #isCrossSite({ request }: HttpClient): boolean {
    const isChecked = changesState(request) || request.headers.upgrade !== undefined;
    return isChecked && isFromAnotherSite(request, this.options);
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
