import { isStrings } from '../../wire/fields.js';
import { isObject } from '../../wire/json.js';
import { isScope } from '../../wire/scopes.js';
import { type StytchPolicy } from './policy.js';

type Entry = Record<string, unknown>;
type Check = (entry: Entry) => (string | false)[];

/** What is wrong with a policy, each starting with the path in the policy. Empty if it is valid. */
export function policyProblems(policy: unknown, stytch: StytchPolicy): string[] {
  if (!isObject(policy)) return [' must be an object'];
  const isStytchResource = (id: unknown) => stytch.resources.some(({ resource_id }) => resource_id === id);
  const isStytchRole = (id: unknown) => stytch.roles.some(({ role_id }) => role_id === id);
  const actionsByResource = new Map(
    [...listIn(policy, 'resources'), ...stytch.resources.map((resource) => ({ ...resource }))].map(
      (resource): [unknown, unknown] => [resource['resource_id'], resource['actions']],
    ),
  );
  const permissionProblems = permissionChecker(actionsByResource);
  return [
    ...unknownFields(policy, ['resources', 'roles', 'scopes']),
    ...listProblems(policy, 'resources', 'resource_id', 'actions', ({ resource_id, actions }) => [
      isReserved(resource_id) &&
        !isStytchResource(resource_id) &&
        '.resource_id must not start with stytch, which is reserved',
      !isActions(actions) && '.actions must be a non-empty list of non-empty strings',
      isStrings(actions) && actions.includes('*') && '.actions must not contain *, which is for permissions',
    ]),
    ...listProblems(policy, 'roles', 'role_id', 'permissions', ({ role_id, permissions }) => [
      isReserved(role_id) &&
        !isStytchRole(role_id) &&
        '.role_id must not start with stytch, which is reserved',
      ...permissionProblems(permissions),
    ]),
    ...listProblems(policy, 'scopes', 'scope', 'permissions', ({ scope, permissions }) => [
      typeof scope === 'string' && !isScope(scope) && '.scope must not contain spaces, quotes or backslashes',
      ...permissionProblems(permissions),
    ]),
  ];
}

/** The problems that the entries of every list can have, and those that a check finds. */
function listProblems(
  policy: Entry,
  name: string,
  idName: string,
  valueName: string,
  check: Check,
): string[] {
  const list = policy[name] ?? [];
  if (!Array.isArray(list)) return [`.${name} must be a list`];
  const ids = list.map((entry) => (isObject(entry) ? entry[idName] : undefined));
  return list.flatMap((entry: unknown, index) => {
    const problems = isObject(entry)
      ? [
          ...unknownFields(entry, [idName, 'description', valueName]),
          !isNonEmpty(entry[idName]) && `.${idName} must be a non-empty string`,
          ids.indexOf(entry[idName]) < index && `.${idName} must be unique`,
          !['string', 'undefined'].includes(typeof entry['description']) && '.description must be a string',
          ...check(entry),
        ]
      : [' must be an object'];
    return problems.filter((problem) => problem !== false).map((problem) => `.${name}[${index}]${problem}`);
  });
}

function permissionChecker(actionsByResource: Map<unknown, unknown>) {
  const problemOf = (permission: unknown): string | false => {
    if (!isObject(permission)) return ' must be an object';
    const { resource_id, actions, ...rest } = permission;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) return `.${unknown} is unknown`;
    if (!isNonEmpty(resource_id) || !actionsByResource.has(resource_id)) {
      return '.resource_id must be that of a resource of the policy';
    }
    if (!isActions(actions)) return '.actions must be a non-empty list of non-empty strings';
    const known = actionsByResource.get(resource_id);
    const isKnown = (action: string) => action === '*' || (isStrings(known) && known.includes(action));
    return !actions.every(isKnown) && '.actions must be actions of the resource, or *';
  };
  return (permissions: unknown): (string | false)[] =>
    Array.isArray(permissions)
      ? permissions.map((permission, index) => {
          const problem = problemOf(permission);
          return problem && `.permissions[${index}]${problem}`;
        })
      : ['.permissions must be a list'];
}

function listIn(policy: Entry, name: string): Entry[] {
  const list = policy[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function unknownFields(entry: Entry, known: string[]): string[] {
  return Object.keys(entry)
    .filter((name) => !known.includes(name))
    .map((name) => `.${name} is unknown`);
}

function isReserved(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith('stytch');
}

function isNonEmpty(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isActions(value: unknown): value is string[] {
  return isStrings(value) && value.length > 0 && value.every(isNonEmpty);
}
