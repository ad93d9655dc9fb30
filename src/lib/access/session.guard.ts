import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import { refusalOf, type Refusal } from '../errors/refusal.js';
import { isCrossSiteRequest } from '../http/cross-site.js';
import { preventSharedCaching } from '../http/prevent-shared-caching.js';
import { withTimeout } from '../http/with-timeout.js';
import type { Session } from '../identity/session.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isPromise, whenSettled, type MaybePromise } from '../session/maybe-promise.js';
import { ResultCookies } from '../session/result-cookies.js';
import { refusalForResult, type SessionResult } from '../session/session-result.js';
import { TenantCheck, type TenantMismatch } from '../session/tenant-check.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { AccessRequirements, type AccessRequirement } from './access-requirements.js';
import { BearerAccess } from './bearer-access.js';
import { CallAuthenticator } from './call-authenticator.js';
import { CallPrincipals } from './call-principals.js';
import { CallRefusals } from './call-refusals.js';
import { optionalTimeoutMs } from './optional-timeout.js';
import type { Call } from './transported-call.js';
import { Transports } from './transports.js';

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
    private readonly transports: Transports,
    private readonly bearer: BearerAccess,
    private readonly authenticator: CallAuthenticator,
    private readonly principals: CallPrincipals,
    private readonly tenants: TenantCheck,
    private readonly cookies: ResultCookies,
    private readonly refusals: CallRefusals,
    private readonly requirementChecker: RequirementChecker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if ((context as MarkedContext)[allowed] === true) return true;
    const requirement = this.requirements.of(context);
    if (requirement.access === 'public') return true;
    const decision = this.decide(context, requirement);
    return isPromise(decision) ? decision.then(() => this.allow(context)) : this.allow(context);
  }

  private allow(context: ExecutionContext): true {
    this.options.telemetry?.decided(undefined);
    (context as MarkedContext)[allowed] = true;
    return true;
  }

  /** Returns `true` if the handler may run, and throws if not. */
  private decide(context: ExecutionContext, requirement: AccessRequirement): MaybePromise<true> {
    const call = this.transports.callOf(context);
    if (call !== undefined) {
      if (call.headers !== undefined) preventSharedCaching(call.headers);
      return (
        this.bearer.decide(call, requirement, context) ??
        (requirement.access === 'optional'
          ? this.authenticateOptional(call, requirement, context)
          : this.authenticateRequired(call, requirement, context))
      );
    }
    if (requirement.access === 'optional') return true;
    throw this.refusals.unsupportedExceptionFor(context);
  }

  private authenticateRequired(
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    const result = this.authenticator.byCookies(call, requirement.maxTokenAgeSeconds);
    return isPromise(result)
      ? result.then((settled) => this.checkTenant(settled, call, requirement, context))
      : this.checkTenant(result, call, requirement, context);
  }

  private checkTenant(
    result: SessionResult,
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    // Checked after the session, so that a request without one gets a 401 from any site.
    if (result.kind === 'signed_in' && this.isCrossSite(call, requirement)) {
      throw this.refusals.exceptionFor(
        refusalOf('cross_site_refused'),
        call,
        undefined,
        result.verified.session,
      );
    }
    const checked = this.tenants.check(result, call.platformRequest);
    return isPromise(checked)
      ? checked.then((settled) => this.requireSession(settled, call, requirement, context, result))
      : this.requireSession(checked, call, requirement, context, result);
  }

  private requireSession(
    result: SessionResult | TenantMismatch,
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
    presented: SessionResult,
  ): MaybePromise<true> {
    this.cookies.apply(result, call);
    if (result.kind === 'tenant_mismatch')
      throw this.refusals.mismatchExceptionFor(result, call, sessionIn(presented));
    if (result.kind !== 'signed_in') {
      throw this.refusals.exceptionFor(refusalForResult(result), call, requirement.bearer);
    }
    const { verified, checkedAt } = result;
    const { session } = verified;
    this.principals.attach(call, session, requirement, context);
    const refusal = this.requirementChecker.check(requirement.requirements, session, context, checkedAt);
    return isPromise(refusal)
      ? refusal.then((settled) => this.allowUnless(settled, session, call))
      : this.allowUnless(refusal, session, call);
  }

  private allowUnless(refusal: Refusal | undefined, session: Session, call: Call): true {
    if (refusal !== undefined) throw this.refusals.exceptionFor(refusal, call, undefined, session);
    return true;
  }

  private authenticateOptional(
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    if (this.isCrossSite(call, requirement)) return true;
    const result = whenSettled(this.authenticator.byCookies(call), (settled) =>
      this.tenants.check(settled, call.platformRequest),
    );
    return isPromise(result)
      ? withTimeout(result, optionalTimeoutMs).then((settled) =>
          this.attachIfSignedIn(settled, call, requirement, context),
        )
      : this.attachIfSignedIn(result, call, requirement, context);
  }

  /** A session of another tenant than the one of the request is none here. */
  private attachIfSignedIn(
    result: SessionResult | TenantMismatch | undefined,
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): true {
    if (result?.kind === 'signed_in')
      this.principals.attach(call, result.verified.session, requirement, context);
    // Otherwise a page that requires no session would never clear planted cookies.
    const isAmbiguous = result?.kind === 'signed_out' && result.code === 'session_ambiguous';
    if (result?.kind === 'signed_in' || result?.kind === 'tenant_mismatch' || isAmbiguous)
      this.cookies.apply(result, call);
    return true;
  }

  private isCrossSite({ request }: Call, { allowsCrossSite }: AccessRequirement): boolean {
    return !allowsCrossSite && isCrossSiteRequest(request, this.options);
  }
}

const sessionIn = (result: SessionResult): Session | undefined =>
  result.kind === 'signed_in' ? result.verified.session : undefined;
