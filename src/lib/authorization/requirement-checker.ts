import { Inject, Injectable, type ExecutionContext, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { refusalOf, type Refusal, type RefusalCode } from '../errors/refusal.js';
import type { Principal } from '../identity/principal.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { isPromise, type MaybePromise } from '../session/maybe-promise.js';
import { RESOLVED_OPTIONS } from '../stytch.tokens.js';
import { checkPermission, checkRequirement } from './check-requirement.js';
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
   * @param policyAgeMs see {@link PolicySource.get}
   */
  check(
    requirements: readonly Requirement[],
    principal: Principal,
    context: ExecutionContext,
    policyAgeMs?: number,
  ): MaybePromise<Refusal | undefined> {
    // Runs on every request, so it creates neither iterators nor closures.
    for (let at = 0; at < requirements.length; at += 1) {
      const requirement = requirements[at];
      if (requirement === undefined) continue;
      const code = this.checkOne(requirement, principal, context, policyAgeMs);
      if (isPromise(code)) {
        return code.then((settled) =>
          settled === undefined
            ? this.check(requirements.slice(at + 1), principal, context, policyAgeMs)
            : refusalFor(settled, requirement),
        );
      }
      if (code !== undefined) return refusalFor(code, requirement);
    }
    return undefined;
  }

  private checkOne(
    requirement: Requirement,
    principal: Principal,
    context: ExecutionContext,
    policyAgeMs?: number,
  ): MaybePromise<RefusalCode | undefined> {
    switch (requirement.kind) {
      case 'check':
        return this.runCheck(requirement.check, principal, context);
      case 'permission': {
        const policy = this.policies.get(policyAgeMs);
        return isPromise(policy)
          ? policy.then((fetched) => checkPermission(requirement, principal, fetched))
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
