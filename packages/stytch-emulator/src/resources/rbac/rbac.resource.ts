import { type Resource } from '../resource.js';
import { type ApiRoutes } from '../../wire/operation.js';
import { type Rbac } from './rbac.js';

/**
 * The RBAC policy, which Stytch's API only reads. The control API changes it, like Stytch's dashboard.
 *
 * @param operation of the product that reads the policy
 */
export function rbacResource(
  rbac: Rbac,
  operation: 'GET /v1/rbac/policy' | 'GET /v1/b2b/rbac/policy',
): Resource {
  return {
    name: 'rbacPolicy',
    routes: { [operation]: () => ({ policy: rbac.policy }) } satisfies ApiRoutes,
    entries: rbac.entries,
    seed: {
      problemsOf: (policy) => rbac.problemsOf(policy),
      load(policy) {
        rbac.seed(policy ?? {});
        return [];
      },
    },
  };
}
