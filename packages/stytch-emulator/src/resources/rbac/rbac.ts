import { Entries } from '../../project/entries.js';
import { refuse } from '../../wire/api-error.js';
import { policyProblems } from './policy-problems.js';
import {
  type NewRbacPolicy,
  type RbacPermission,
  type RbacPolicy,
  type StytchPolicy,
  toPolicy,
} from './policy.js';

/** An action on a resource that is checked against the roles of a user or member. */
export interface AuthorizationCheck {
  resourceId: string;
  action: string;
}

/** The RBAC policy of the project: the one that was set last, else that of the seed, else an empty one. */
export class Rbac {
  private seeded: RbacPolicy;
  /** At most one. Not the seeded policy: after a restart, the seed may have another one. */
  readonly entries = new Entries<RbacPolicy>(() => 'policy');

  constructor(private readonly stytch: StytchPolicy) {
    this.seeded = toPolicy({}, stytch);
  }

  get policy(): RbacPolicy {
    return this.entries.get('policy') ?? this.seeded;
  }

  /** What is wrong with a policy. Empty if it is valid. */
  problemsOf(policy: unknown): string[] {
    return policyProblems(policy, this.stytch);
  }

  /** @param policy a policy without problems */
  set(policy: NewRbacPolicy): void {
    this.entries.set(toPolicy(policy, this.stytch));
  }

  /** @param policy a policy without problems */
  seed(policy: NewRbacPolicy): void {
    this.seeded = toPolicy(policy, this.stytch);
  }

  /**
   * @param moreRoles roles besides those of the policy
   * @throws {ApiError} `invalid_role` if none of them defines one of the roles
   */
  requireRoles(roles: readonly string[], moreRoles: RbacPolicy['roles'] = []): void {
    const unknown = roles.find(
      (role) => ![...this.policy.roles, ...moreRoles].some(({ role_id }) => role_id === role),
    );
    if (unknown === undefined) return;
    refuse(400, 'invalid_role', `roles: the RBAC policy has no role "${unknown}".`);
  }

  /** Whether the policy has a resource with the action. */
  hasAction(resourceId: string, action: string): boolean {
    return this.policy.resources.some(
      ({ resource_id, actions }) => resource_id === resourceId && actions.includes(action),
    );
  }

  /**
   * Those of the roles that permit the action on the resource. Ids are compared exactly.
   *
   * @param moreRoles roles besides those of the policy
   */
  grantingRoles(
    roles: readonly string[],
    { resourceId, action }: AuthorizationCheck,
    moreRoles: RbacPolicy['roles'] = [],
  ): string[] {
    const permits = (permission: RbacPermission) =>
      permission.resource_id === resourceId &&
      (permission.actions.includes(action) || permission.actions.includes('*'));
    return [...this.policy.roles, ...moreRoles]
      .filter(({ role_id, permissions }) => roles.includes(role_id) && permissions.some(permits))
      .map(({ role_id }) => role_id);
  }
}
