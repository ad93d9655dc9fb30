import { type Resource } from '../../resource.js';
import { type Consumer } from '../consumer.js';
import { policyProblems } from './policy-problems.js';

/** The RBAC policy, which Stytch's API only reads. The control API changes it, like Stytch's dashboard. */
export function rbacResource({ rbac }: Consumer): Resource {
  return {
    name: 'rbacPolicy',
    routes: { 'GET /v1/rbac/policy': () => ({ policy: rbac.policy }) },
    entries: rbac.entries,
    seed: {
      problemsOf: policyProblems,
      load(policy) {
        rbac.seed(policy ?? {});
        return [];
      },
    },
  };
}
