import { isObject } from '../identity/claims.js';
import { isSession, type Principal } from '../identity/principal.js';

/** Actions by resource. */
type Permissions = ReadonlyMap<string, ReadonlySet<string>>;

/** What each role and each scope of the project allows. */
export interface Policy {
  readonly roles: ReadonlyMap<string, Permissions>;
  readonly scopes: ReadonlyMap<string, Permissions>;
}

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
 * Whether the policy allows an action: to a session through any of its roles, to an access token through any of its scopes.
 * All comparisons are exact. Source: Stytch's guide to RBAC.
 */
export const isPermitted = (
  policy: Policy,
  principal: Principal,
  resource: string,
  action: string,
): boolean =>
  isSession(principal)
    ? anyAllows(policy.roles, principal.roles, resource, action)
    : anyAllows(policy.scopes, principal.scopes, resource, action);

function anyAllows(
  all: ReadonlyMap<string, Permissions>,
  names: readonly string[],
  resource: string,
  action: string,
): boolean {
  for (const name of names) if (allows(all.get(name), resource, action)) return true;
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
