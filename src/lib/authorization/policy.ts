import { isObject } from '../identity/claims.js';

/** Actions by resource. */
type Permissions = ReadonlyMap<string, ReadonlySet<string>>;

/** What each role and each scope of the project allows. */
export interface Policy {
  readonly roles: ReadonlyMap<string, Permissions>;
  readonly scopes: ReadonlyMap<string, Permissions>;
}

/** What the policy gives permissions to: a session has roles, and an access token has scopes. */
export interface Grants {
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
}

const none: readonly string[] = [];

/** Stytch's name for all actions on a resource. There is none for all resources. */
const allActions = '*';

/**
 * Reads the response of `GET /v1/rbac/policy`; `undefined` if any part of it is malformed, since a
 * policy with a part left out is another policy.
 */
export function readPolicy(body: unknown): Policy | undefined {
  const policy = isObject(body) ? body['policy'] : undefined;
  if (!isObject(policy)) return undefined;
  const roles = readAll(policy['roles'], 'role_id');
  const scopes = readAll(policy['scopes'], 'scope');
  return roles && scopes && { roles, scopes };
}

/**
 * Whether the policy allows an action, through any of the roles and scopes. All comparisons are exact.
 * Source: Stytch's guide to RBAC.
 */
export function isPermitted(
  policy: Policy,
  { roles = none, scopes = none }: Grants,
  resource: string,
  action: string,
): boolean {
  for (const role of roles) if (allows(policy.roles.get(role), resource, action)) return true;
  for (const scope of scopes) if (allows(policy.scopes.get(scope), resource, action)) return true;
  return false;
}

function allows(permissions: Permissions | undefined, resource: string, action: string): boolean {
  const actions = permissions?.get(resource);
  return actions !== undefined && (actions.has(action) || actions.has(allActions));
}

function readAll(list: unknown, idField: 'role_id' | 'scope'): Map<string, Permissions> | undefined {
  if (!Array.isArray(list)) return undefined;
  const all = new Map<string, Permissions>();
  for (const entry of list as unknown[]) {
    if (!isObject(entry)) return undefined;
    const { [idField]: id, permissions: listed } = entry;
    const permissions = readPermissions(listed);
    if (typeof id !== 'string' || permissions === undefined) return undefined;
    all.set(id, permissions);
  }
  return all;
}

function readPermissions(list: unknown): Permissions | undefined {
  if (!Array.isArray(list)) return undefined;
  const permissions = new Map<string, Set<string>>();
  for (const entry of list as unknown[]) {
    if (!isObject(entry)) return undefined;
    const { resource_id: resource, actions } = entry;
    if (typeof resource !== 'string' || !isStrings(actions)) return undefined;
    permissions.set(resource, new Set([...(permissions.get(resource) ?? []), ...actions]));
  }
  return permissions;
}

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
