/** Shared by sessions without roles, to save memory. */
const noRoles: readonly string[] = Object.freeze([]);

/**
 * The roles of a session claim. What is not a list has no roles: on a plain string,
 * `roles.includes('admin')` would match substrings.
 */
export function readRoles(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return noRoles;
  return Object.freeze(value.filter((role): role is string => typeof role === 'string'));
}
