/** A permission for actions on a resource. `*` stands for every action. */
export interface RbacPermission {
  resource_id: string;
  actions: string[];
}

/** The project's RBAC policy, as the API returns it. */
export interface RbacPolicy {
  resources: { resource_id: string; description: string; actions: string[] }[];
  roles: { role_id: string; description: string; permissions: RbacPermission[] }[];
  scopes: { scope: string; description: string; permissions: RbacPermission[] }[];
}

/** An RBAC policy as it is set. What `GET /v1/rbac/policy` of a project returns can be used unchanged. */
export interface NewRbacPolicy {
  /** Stytch's own resources can't be changed. */
  resources?: { resource_id: string; description?: string; actions: string[] }[];
  /** Stytch's own roles are added if they are missing. */
  roles?: { role_id: string; description?: string; permissions: RbacPermission[] }[];
  scopes?: { scope: string; description?: string; permissions: RbacPermission[] }[];
}

/** The resources and roles that Stytch defines for every project of a product. Their names start with `stytch`. */
export interface StytchPolicy {
  readonly resources: readonly RbacPolicy['resources'][number][];
  readonly roles: readonly RbacPolicy['roles'][number][];
}

/** @param policy a policy without problems */
export function toPolicy(
  { resources = [], roles = [], scopes = [] }: NewRbacPolicy,
  stytch: StytchPolicy,
): RbacPolicy {
  const isOwnResource = ({ resource_id }: { resource_id: string }) =>
    !stytch.resources.some((resource) => resource.resource_id === resource_id);
  const missingRoles = stytch.roles.filter(({ role_id }) => !roles.some((role) => role.role_id === role_id));
  return structuredClone({
    resources: [...stytch.resources, ...resources.filter(isOwnResource).map(withDescription)],
    roles: [...missingRoles, ...roles.map(withDescription)],
    scopes: scopes.map(withDescription),
  });
}

function withDescription<Entry extends { description?: string }>(entry: Entry) {
  return { ...entry, description: entry.description ?? '' };
}
