import { Injectable, type ExecutionContext } from '@nestjs/common';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import type { BearerChallenge } from '../http/bearer-challenge.js';
import { addToVary } from '../http/prevent-shared-caching.js';
import { withTimeout } from '../http/with-timeout.js';
import { isSession } from '../identity/principal.js';
import type { BearerAuthenticated, BearerResult } from '../session/authenticate-bearer.js';
import { isPromise, whenSettled, type MaybePromise } from '../session/maybe-promise.js';
import { refusalForResult } from '../session/session-result.js';
import { RenewedJwtHeader } from '../session/renewed-jwt-header.js';
import { TenantCheck, type TenantMismatch } from '../session/tenant-check.js';
import type { AccessRequirement } from './access-requirements.js';
import { CallAuthenticator } from './call-authenticator.js';
import { CallPrincipals } from './call-principals.js';
import { CallRefusals } from './call-refusals.js';
import { optionalTimeoutMs } from './optional-timeout.js';
import type { Call } from './transported-call.js';

/** What a request needs that is decided by its bearer token. */
type BearerRequirement = AccessRequirement & { readonly bearer: BearerChallenge };

/**
 * Decides requests by their bearer token. Browsers do not attach one to requests of other sites, so that
 * there is no cross-site check; and no cookie is read, written or cleared.
 */
@Injectable()
export class BearerAccess {
  constructor(
    private readonly authenticator: CallAuthenticator,
    private readonly principals: CallPrincipals,
    private readonly tenants: TenantCheck,
    private readonly refusals: CallRefusals,
    private readonly requirementChecker: RequirementChecker,
    private readonly renewedJwt: RenewedJwtHeader,
  ) {}

  /** Returns `true` if the handler may run, throws if not, and `undefined` if the cookies decide. */
  decide(
    call: Call,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> | undefined {
    if (!acceptsBearer(requirement)) return undefined;
    if (call.headers !== undefined) addToVary(call.headers, 'Authorization');
    const result = this.authenticator.byBearer(call, requirement);
    if (result === undefined) return undefined;
    const checked = whenSettled(result, (settled) => this.tenants.checkBearer(settled, call.platformRequest));
    if (requirement.access === 'optional') return this.attachOptional(checked, call, requirement, context);
    return whenSettled(checked, (settled) => this.require(settled, call, requirement, context));
  }

  private require(
    result: BearerResult | TenantMismatch,
    call: Call,
    requirement: BearerRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    const { bearer, requirements } = requirement;
    if (result.kind !== 'authenticated') {
      throw this.refusals.bearerExceptionFor(refusalForResult(result), call, bearer);
    }
    this.attach(result, call, requirement, context);
    const { principal, signedIn } = result;
    const checked = this.requirementChecker.check(requirements, principal, context, signedIn?.checkedAt);
    return whenSettled(checked, (refusal) => {
      if (refusal === undefined) return true;
      // A session has no scopes, so that another token of it would not help.
      throw isSession(principal)
        ? this.refusals.exceptionFor(refusal, call, undefined, principal)
        : this.refusals.bearerExceptionFor(refusal, call, bearer);
    });
  }

  private attachOptional(
    result: MaybePromise<BearerResult | TenantMismatch>,
    call: Call,
    requirement: BearerRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    const limited = isPromise(result) ? withTimeout(result, optionalTimeoutMs) : result;
    return whenSettled(limited, (settled) => {
      if (settled?.kind === 'authenticated') this.attach(settled, call, requirement, context);
      return true;
    });
  }

  private attach(
    { principal, signedIn }: BearerAuthenticated,
    call: Call,
    requirement: BearerRequirement,
    context: ExecutionContext,
  ): void {
    this.principals.attach(call, principal, requirement, context);
    if (call.response !== undefined) this.renewedJwt.offer(signedIn?.renewed, call.response);
  }
}

const acceptsBearer = (requirement: AccessRequirement): requirement is BearerRequirement =>
  requirement.bearer !== undefined;
