import { Injectable } from '@nestjs/common';
import { refusalOf } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import type { Principal } from '../identity/principal.js';
import { grantsOf } from './check-requirement.js';
import { isPermitted } from './policy.js';
import { PolicySource } from './policy-source.js';

/**
 * Decides permissions in services, where `@RequirePermission()` can't: for a decision that depends on
 * what was loaded.
 *
 * @example
 * ```ts
 * const canEdit = document.ownerId === session.userId || (await this.authorization.can(session, 'documents', 'write'));
 * ```
 */
@Injectable()
export class StytchAuthorization {
  /** @internal Created by Nest. */
  constructor(private readonly policies: PolicySource) {}

  /**
   * Whether the project's RBAC policy allows an action, through one of the session's roles or one of the access
   * token's scopes. A change of the policy at Stytch has an effect after five minutes at the latest.
   *
   * @throws {StytchRefusalException} 503 `policy_unavailable` if the policy can't be known
   */
  async can(principal: Principal, resource: string, action: string): Promise<boolean> {
    const policy = await this.policies.get();
    if (policy === undefined) throw new StytchRefusalException(refusalOf('policy_unavailable'));
    return isPermitted(policy, grantsOf(principal), resource, action);
  }
}
