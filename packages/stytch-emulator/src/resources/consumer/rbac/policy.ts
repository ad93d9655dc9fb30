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
  resources?: { resource_id: string; description?: string; actions: string[] }[];
  /** `stytch_user`, which every user has, is added without permissions if it is missing. */
  roles?: { role_id: string; description?: string; permissions: RbacPermission[] }[];
  scopes?: { scope: string; description?: string; permissions: RbacPermission[] }[];
}

export const defaultRoleId = 'stytch_user';

/** @param policy a policy without problems */
export function toPolicy({ resources = [], roles = [], scopes = [] }: NewRbacPolicy): RbacPolicy {
  const hasDefaultRole = roles.some(({ role_id }) => role_id === defaultRoleId);
  return structuredClone({
    resources: resources.map(withDescription),
    roles: [...(hasDefaultRole ? [] : [{ role_id: defaultRoleId, permissions: [] }]), ...roles].map(
      withDescription,
    ),
    scopes: scopes.map(withDescription),
  });
}

function withDescription<Entry extends { description?: string }>(entry: Entry) {
  return { ...entry, description: entry.description ?? '' };
}
