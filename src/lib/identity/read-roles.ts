/** Shared by sessions without roles, to save memory. */
const noRoles: readonly string[] = Object.freeze([]);

/**
 * The roles of a session claim, or `undefined` if they are not a list of strings. A plain string is
 * rejected, because `roles.includes('admin')` on it would match substrings.
 */
export function readRoles(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return noRoles;
  const isListOfStrings = Array.isArray(value) && value.every((role) => typeof role === 'string');
  return isListOfStrings ? Object.freeze([...value]) : undefined;
}
