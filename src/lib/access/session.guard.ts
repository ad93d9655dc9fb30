import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import { refusalOf } from '../errors/refusal.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { httpExchangeOf, type HttpExchange } from '../http/http-exchange.js';
import { preventSharedCaching } from '../http/prevent-shared-caching.js';
import { StytchRefusals } from '../http/refusals.js';
import { withTimeout } from '../http/with-timeout.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { RequestAuthenticator } from '../session/authenticate-request.js';
import { isPromise, whenSettled, type MaybePromise } from '../session/maybe-promise.js';
import { ResultCookies } from '../session/result-cookies.js';
import { refusalForResult, type SessionResult } from '../session/session-result.js';
import { TenantCheck, type TenantMismatch } from '../session/tenant-check.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AccessRequirements, type AccessRequirement } from './access-requirements.js';
import { attachPrincipal } from './attached-principal.js';
import { BearerAccess } from './bearer-access.js';
import { optionalTimeoutMs } from './optional-timeout.js';
import { TransportExceptions } from './transport-exceptions.js';

/**
 * Marks the calls that were allowed, on their context. Bound globally and by `@Protected()`, the guard runs
 * twice per call, with the same context. The mark is never on the request or the socket, since one request
 * may run several handlers. A WeakSet would cost a tenth of the guard's time.
 */
const allowed = Symbol('nestjs-stytch:allowed');

type MarkedContext = ExecutionContext & { [allowed]?: true };

/**
 * Decides whether a request reaches its handler. `StytchModule` binds it globally, unless
 * `guard: false`; then bind it with `{ provide: APP_GUARD, useExisting: SessionGuard }` to decide its
 * order. `@Protected()` works either way. Tests replace it with `overrideProvider(SessionGuard)`.
 *
 * @throws {StytchRefusalException} 401: there is no session, or no valid token. 503: that can't be
 * verified right now. 403: a page of another site sent a state-changing request, the session is of another
 * organization, or a requirement is not met
 */
@Injectable()
export class SessionGuard implements CanActivate {
  /** @internal Created by Nest. */
  constructor(
    private readonly requirements: AccessRequirements,
    private readonly bearer: BearerAccess,
    private readonly authenticator: RequestAuthenticator,
    private readonly tenants: TenantCheck,
    private readonly cookies: ResultCookies,
    private readonly refusals: StytchRefusals,
    private readonly exceptions: TransportExceptions,
    private readonly requirementChecker: RequirementChecker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if ((context as MarkedContext)[allowed] === true) return true;
    const requirement = this.requirements.of(context);
    if (requirement.access === 'public') return true;
    const decision = this.decide(context, requirement);
    return isPromise(decision) ? decision.then(() => allow(context)) : allow(context);
  }

  /** Returns `true` if the handler may run, and throws if not. */
  private decide(context: ExecutionContext, requirement: AccessRequirement): MaybePromise<true> {
    const exchange = httpExchangeOf(context);
    if (exchange !== undefined) {
      preventSharedCaching(exchange.headers);
      return (
        this.bearer.decide(exchange, requirement, context) ??
        (requirement.access === 'optional'
          ? this.authenticateOptional(exchange, requirement)
          : this.authenticateRequired(exchange, requirement, context))
      );
    }
    if (requirement.access === 'optional') return true;
    throw this.exceptions.create(context, refusalOf('context_not_supported'));
  }

  private authenticateRequired(
    exchange: HttpExchange,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    const result = this.authenticator.authenticate(exchange, requirement.maxTokenAgeSeconds);
    return isPromise(result)
      ? result.then((settled) => this.checkTenant(settled, exchange, requirement, context))
      : this.checkTenant(result, exchange, requirement, context);
  }

  private checkTenant(
    result: SessionResult,
    exchange: HttpExchange,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    // Checked after the session, so that a request without one gets a 401 from any site.
    if (result.kind === 'signed_in' && this.isCrossSite(exchange, requirement)) {
      throw this.refusals.exceptionFor(refusalOf('cross_site_refused'), exchange);
    }
    const checked = this.tenants.check(result, exchange.platformRequest);
    return isPromise(checked)
      ? checked.then((settled) => this.requireSession(settled, exchange, requirement, context))
      : this.requireSession(checked, exchange, requirement, context);
  }

  private requireSession(
    result: SessionResult | TenantMismatch,
    exchange: HttpExchange,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    this.cookies.apply(result, exchange);
    if (result.kind === 'tenant_mismatch') throw this.refusals.mismatchExceptionFor(result, exchange);
    if (result.kind !== 'signed_in') {
      throw this.refusals.exceptionFor(refusalForResult(result), exchange, requirement.bearer);
    }
    const { session } = result.verified;
    attachPrincipal(exchange.request, session);
    return requirement.requirements.length === 0 || this.requireAll(requirement, session, exchange, context);
  }

  private requireAll(
    { requirements }: AccessRequirement,
    session: Session,
    exchange: HttpExchange,
    context: ExecutionContext,
  ): MaybePromise<true> {
    return whenSettled(this.requirementChecker.check(requirements, session, context), (refusal) => {
      if (refusal !== undefined) throw this.refusals.exceptionFor(refusal, exchange);
      return true;
    });
  }

  private authenticateOptional(exchange: HttpExchange, requirement: AccessRequirement): MaybePromise<true> {
    if (this.isCrossSite(exchange, requirement)) return true;
    const result = whenSettled(this.authenticator.authenticate(exchange), (settled) =>
      this.tenants.check(settled, exchange.platformRequest),
    );
    return isPromise(result)
      ? withTimeout(result, optionalTimeoutMs).then((settled) => this.attachIfSignedIn(settled, exchange))
      : this.attachIfSignedIn(result, exchange);
  }

  /** A session of another tenant than the one of the request is none here. */
  private attachIfSignedIn(result: SessionResult | TenantMismatch | undefined, exchange: HttpExchange): true {
    if (result?.kind === 'signed_in') attachPrincipal(exchange.request, result.verified.session);
    // Otherwise a page that requires no session would never clear planted cookies.
    const isAmbiguous = result?.kind === 'signed_out' && result.code === 'session_ambiguous';
    if (result?.kind === 'signed_in' || result?.kind === 'tenant_mismatch' || isAmbiguous)
      this.cookies.apply(result, exchange);
    return true;
  }

  private isCrossSite({ request }: HttpExchange, { allowsCrossSite }: AccessRequirement): boolean {
    return !allowsCrossSite && isCrossSiteRequest(request, this.options);
  }
}

function allow(context: ExecutionContext): true {
  (context as MarkedContext)[allowed] = true;
  return true;
}
