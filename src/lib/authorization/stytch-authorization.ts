import { Injectable } from '@nestjs/common';
import { refusalOf } from '../errors/refusal.js';
import { StytchRefusalException } from '../errors/stytch-refusal.exception.js';
import type { Principal } from '../identity/principal.js';
import { isPermitted } from './policy.js';
import { PolicySource } from './policy-source.js';

/** The permissions of one principal, as the project's RBAC policy was when they were asked for. */
export interface StytchPermissions {
  /** Whether the policy allows an action, through one of the session's roles or one of the access token's scopes. */
  can(resource: string, action: string): boolean;
}

/**
 * Decides permissions in services, where `@RequirePermission()` can't: for a decision that depends on
 * what was loaded.
 *
 * @example
 * ```ts
 * const permissions = await this.authorization.permissionsOf(session);
 * return documents.filter(({ ownerId }) => ownerId === session.userId || permissions.can('documents', 'read'));
 * ```
 */
@Injectable()
export class StytchAuthorization {
  /** @internal Created by Nest. */
  constructor(private readonly policies: PolicySource) {}

  /**
   * The permissions of a principal, for several decisions without waiting for each. Ask for them once per
   * request, and don't keep them: they don't follow changes of the policy at Stytch, which otherwise have an
   * effect after five minutes at the latest.
   *
   * @throws {StytchRefusalException} 503 `policy_unavailable` if the policy can't be known
   */
  async permissionsOf(principal: Principal): Promise<StytchPermissions> {
    const policy = await this.policies.get();
    if (policy === undefined) throw new StytchRefusalException(refusalOf('policy_unavailable'));
    return { can: (resource, action) => isPermitted(policy, principal, resource, action) };
  }

  /**
   * One decision of {@link permissionsOf}.
   *
   * **Always await it.** A promise is truthy, so without `await` everything is allowed, and TypeScript accepts
   * `if (!authorization.can(…))` and `filter(() => authorization.can(…))`. The ESLint rule
   * `@typescript-eslint/no-misused-promises` reports both. {@link permissionsOf} avoids the mistake.
   *
   * @throws {StytchRefusalException} 503 `policy_unavailable` if the policy can't be known
   */
  async can(principal: Principal, resource: string, action: string): Promise<boolean> {
    return (await this.permissionsOf(principal)).can(resource, action);
  }
}
