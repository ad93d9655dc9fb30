import type { RefusalCode } from '../errors/refusal.js';
import { isSession, type Principal } from '../identity/principal.js';
import type { Session } from '../identity/session.js';
import type { Clock } from '../ports/clock.js';
import { isPermitted, type Policy } from './policy.js';
import type { Requirement } from './requirement.js';

export type PermissionRequirement = Extract<Requirement, { kind: 'permission' }>;

/** A requirement that is decided from the principal alone. */
type DecidableRequirement = Exclude<Requirement, { kind: 'check' | 'permission' }>;

/**
 * The code of the refusal if neither the roles of a session nor the scopes of an access token permit an action.
 *
 * @param policy undefined if it can't be known right now
 */
export function checkPermission(
  { resource, action }: PermissionRequirement,
  principal: Principal,
  policy: Policy | undefined,
): RefusalCode | undefined {
  if (policy === undefined) return 'policy_unavailable';
  return isPermitted(policy, principal, resource, action) ? undefined : 'permission_missing';
}

/**
 * The code of the refusal if a principal does not meet a requirement. Roles, factors and sign-ins are a
 * person's and scopes an access token's, so that a client never has a role, nor a session a scope.
 */
export function checkRequirement(
  requirement: DecidableRequirement,
  principal: Principal,
  clock: Pick<Clock, 'nowMs'>,
): RefusalCode | undefined {
  const session = isSession(principal) ? principal : undefined;
  switch (requirement.kind) {
    case 'roles':
      return requirement.anyOf.some((role) => session?.roles.includes(role)) ? undefined : 'role_missing';
    case 'scopes': {
      const scopes = isSession(principal) ? [] : principal.scopes;
      return requirement.allOf.every((scope) => scopes.includes(scope)) ? undefined : 'scope_missing';
    }
    case 'factors': {
      const types = session?.authenticationFactors.map(({ type }) => type) ?? [];
      return requirement.allOf.every((type) => types.includes(type)) ? undefined : 'factor_missing';
    }
    case 'recent_sign_in': {
      const earliestSeconds = clock.nowMs() / 1000 - requirement.withinSeconds;
      const signedInAtSeconds = session && lastSignInSeconds(session);
      return signedInAtSeconds !== undefined && signedInAtSeconds >= earliestSeconds
        ? undefined
        : 'step_up_required';
    }
    case 'no_impersonation':
      return session?.impersonator === undefined ? undefined : 'impersonation_refused';
  }
}

/**
 * When the person last authenticated with any factor. A refresh is no sign-in, and someone who impersonates
 * the person can't sign in as them: `undefined`.
 */
function lastSignInSeconds({ startedAt, authenticationFactors, impersonator }: Session): number | undefined {
  if (impersonator !== undefined) return undefined;
  const times = authenticationFactors.map(({ lastAuthenticatedAt }) => lastAuthenticatedAt ?? startedAt);
  return Math.max(...[startedAt, ...times].map((time) => Date.parse(time) / 1000));
}
