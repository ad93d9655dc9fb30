import { Inject, Injectable, type ExecutionContext, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import type { Principal } from '../identity/principal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isPromise, type MaybePromise } from '../session/maybe-promise.js';
import type { Moment } from '../session/moment.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { checkPermission, checkRequirement, type PermissionRequirement } from './check-requirement.js';
import type { Policy } from './policy.js';
import { PolicySource } from './policy-source.js';
import { describeRequirement, type AccessCheck, type Requirement } from './requirement.js';

/** Checks the requirements of a handler, one after the other, until one is not met. */
@Injectable()
export class RequirementChecker {
  readonly #moduleRef: ModuleRef;
  readonly #checks = new Map<Type<AccessCheck>, AccessCheck>();

  constructor(
    private readonly policies: PolicySource,
    moduleRef: ModuleRef,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    this.#moduleRef = moduleRef;
  }

  /**
   * The refusal if a requirement is not met. Returns a promise only if it has to wait.
   *
   * @param now when the request was authenticated, if nothing was waited for since
   * @param policyAgeMs see {@link PolicySource.get}
   */
  check(
    requirements: readonly Requirement[],
    principal: Principal,
    context: ExecutionContext,
    now?: Moment,
    policyAgeMs?: number,
  ): MaybePromise<Refusal | undefined> {
    let checked = 0;
    for (const requirement of requirements) {
      checked += 1;
      const code = this.checkOne(requirement, principal, context, now, policyAgeMs);
      if (isPromise(code)) {
        const rest = requirements.slice(checked);
        return this.checkAfter(code, requirement, rest, principal, context, policyAgeMs);
      }
      if (code !== undefined) return refusalFor(code, requirement);
    }
    return undefined;
  }

  /** Separate, so that requests which wait for nothing create no closures. */
  private async checkAfter(
    code: Promise<RefusalCode | undefined>,
    requirement: Requirement,
    rest: readonly Requirement[],
    principal: Principal,
    context: ExecutionContext,
    policyAgeMs?: number,
  ): Promise<Refusal | undefined> {
    const settled = await code;
    return settled === undefined
      ? this.check(rest, principal, context, undefined, policyAgeMs)
      : refusalFor(settled, requirement);
  }

  private checkOne(
    requirement: Requirement,
    principal: Principal,
    context: ExecutionContext,
    now: Moment | undefined,
    policyAgeMs: number | undefined,
  ): MaybePromise<RefusalCode | undefined> {
    switch (requirement.kind) {
      case 'check':
        return this.runCheck(requirement.check, principal, context);
      case 'permission': {
        const policy = this.policies.getIfFresh(now) ?? this.policies.get(policyAgeMs);
        return isPromise(policy)
          ? checkFetched(policy, requirement, principal)
          : checkPermission(requirement, principal, policy);
      }
      default:
        return checkRequirement(requirement, principal, this.options.clock);
    }
  }

  private async runCheck(
    type: Type<AccessCheck>,
    principal: Principal,
    context: ExecutionContext,
  ): Promise<RefusalCode | undefined> {
    const isMet: unknown = await this.instanceOf(type).check({ principal, context });
    return isMet === true ? undefined : 'requirement_not_met';
  }

  private instanceOf(type: Type<AccessCheck>): AccessCheck {
    let check = this.#checks.get(type);
    if (check === undefined) {
      check = this.#moduleRef.get<AccessCheck>(type, { strict: false });
      this.#checks.set(type, check);
    }
    return check;
  }
}

/** Outside production, the message also says what is missing. */
function refusalFor(code: RefusalCode, requirement: Requirement): Refusal {
  const refusal = refusalOf(code);
  if (refusal.status !== 403 || process.env['NODE_ENV'] === 'production') return refusal;
  return { ...refusal, message: `${refusal.message} Required: ${describeRequirement(requirement)}.` };
}

async function checkFetched(
  policy: Promise<Policy | undefined>,
  requirement: PermissionRequirement,
  principal: Principal,
): Promise<RefusalCode | undefined> {
  return checkPermission(requirement, principal, await policy);
}
