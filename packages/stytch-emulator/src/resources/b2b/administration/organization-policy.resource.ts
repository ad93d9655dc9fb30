import { refuse } from '../../../wire/api-error.js';
import { type ApiCall } from '../../../wire/operation.js';
import { type Resource } from '../../resource.js';
import { type RbacPolicy } from '../../rbac/policy.js';
import { type B2B } from '../b2b.js';
import { organizationOf } from './path-parameters.js';

/** The roles that an organization has besides those of the project. Has no state: organizations store it. */
export function organizationPolicyResource(b2b: B2B): Resource {
  return {
    name: 'organizationPolicies',
    routes: {
      'GET /v1/b2b/rbac/organizations/{organization_id}': (call) => ({
        org_policy: { roles: organizationOf(b2b, call).customRoles },
      }),
      'PUT /v1/b2b/rbac/organizations/{organization_id}': (call) => set(b2b, call),
    },
  };
}

function set(b2b: B2B, call: ApiCall) {
  const organization = organizationOf(b2b, call);
  const roles = checkRoles(b2b, call.fields.fields('org_policy')?.any('roles'));
  b2b.organizations.edit(organization).customRoles = roles;
  return { org_policy: { roles } };
}

/** @throws {ApiError} `invalid_rbac_custom_role`, `rbac_role_duplicate` if the project has a role with the id */
function checkRoles({ rbac }: B2B, roles: unknown): RbacPolicy['roles'] {
  const { resources } = rbac.policy;
  const problems = roles === undefined ? [' is required'] : rbac.problemsOf({ resources, roles });
  if (problems.length > 0)
    refuse(400, 'invalid_rbac_custom_role', `org_policy.roles: ${problems.join('; ')}.`);
  const checked = (roles as RbacPolicy['roles']).map((role) => ({ ...role, description: role.description }));
  const isOfProject = ({ role_id }: { role_id: string }) =>
    rbac.policy.roles.some((role) => role.role_id === role_id);
  if (!checked.some(isOfProject)) return checked;
  return refuse(400, 'rbac_role_duplicate', 'A role of the project has the same role_id.');
}
