import { Injectable, type ExecutionContext } from '@nestjs/common';
import { RequirementChecker } from '../authorization/requirement-checker.js';
import type { BearerChallenge } from '../http/bearer-challenge.js';
import type { HttpExchange } from '../http/http-exchange.js';
import { addToVary } from '../http/prevent-shared-caching.js';
import { StytchRefusals } from '../http/refusals.js';
import { withTimeout } from '../http/with-timeout.js';
import { isSession } from '../identity/principal.js';
import {
  BearerAuthenticator,
  type BearerAuthenticated,
  type BearerResult,
} from '../session/authenticate-bearer.js';
import { isPromise, whenSettled, type MaybePromise } from '../session/maybe-promise.js';
import { refusalForResult } from '../session/session-result.js';
import { RenewedJwtHeader } from '../session/renewed-jwt-header.js';
import { TenantCheck, type TenantMismatch } from '../session/tenant-check.js';
import type { AccessRequirement } from './access-requirements.js';
import { attachPrincipal } from './attached-principal.js';
import { optionalTimeoutMs } from './optional-timeout.js';

/** What a request needs that is decided by its bearer token. */
type BearerRequirement = AccessRequirement & { readonly bearer: BearerChallenge };

/**
 * Decides requests by their bearer token. Browsers do not attach one to requests of other sites, so that
 * there is no cross-site check; and no cookie is read, written or cleared.
 */
@Injectable()
export class BearerAccess {
  constructor(
    private readonly authenticator: BearerAuthenticator,
    private readonly tenants: TenantCheck,
    private readonly refusals: StytchRefusals,
    private readonly requirementChecker: RequirementChecker,
    private readonly renewedJwt: RenewedJwtHeader,
  ) {}

  /** Returns `true` if the handler may run, throws if not, and `undefined` if the cookies decide. */
  decide(
    exchange: HttpExchange,
    requirement: AccessRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> | undefined {
    if (!acceptsBearer(requirement)) return undefined;
    addToVary(exchange.headers, 'Authorization');
    const result = this.authenticator.authenticate(
      exchange.request,
      requirement.credentials,
      requirement.maxTokenAgeSeconds,
    );
    if (result === undefined) return undefined;
    const checked = whenSettled(result, (settled) =>
      this.tenants.checkBearer(settled, exchange.platformRequest),
    );
    if (requirement.access === 'optional') return this.attachOptional(checked, exchange);
    return whenSettled(checked, (settled) => this.require(settled, exchange, requirement, context));
  }

  private require(
    result: BearerResult | TenantMismatch,
    exchange: HttpExchange,
    requirement: BearerRequirement,
    context: ExecutionContext,
  ): MaybePromise<true> {
    const { bearer, requirements } = requirement;
    if (result.kind !== 'authenticated') {
      throw this.refusals.bearerExceptionFor(refusalForResult(result), exchange, bearer);
    }
    this.attach(result, exchange);
    const { principal } = result;
    return whenSettled(this.requirementChecker.check(requirements, principal, context), (refusal) => {
      if (refusal === undefined) return true;
      // A session has no scopes, so that another token of it would not help.
      throw isSession(principal)
        ? this.refusals.exceptionFor(refusal, exchange)
        : this.refusals.bearerExceptionFor(refusal, exchange, bearer);
    });
  }

  private attachOptional(
    result: MaybePromise<BearerResult | TenantMismatch>,
    exchange: HttpExchange,
  ): MaybePromise<true> {
    const limited = isPromise(result) ? withTimeout(result, optionalTimeoutMs) : result;
    return whenSettled(limited, (settled) => {
      if (settled?.kind === 'authenticated') this.attach(settled, exchange);
      return true;
    });
  }

  private attach({ principal, signedIn }: BearerAuthenticated, { request, response }: HttpExchange): void {
    attachPrincipal(request, principal);
    this.renewedJwt.offer(signedIn?.renewed, response);
  }
}

const acceptsBearer = (requirement: AccessRequirement): requirement is BearerRequirement =>
  requirement.bearer !== undefined;
