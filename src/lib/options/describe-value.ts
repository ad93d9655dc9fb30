/** Describes a value for an error message that may be logged. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${withoutCredentials(value).slice(0, 120)}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  return typeof value === 'function' ? 'a function' : 'an object';
}

/** Describes a value that may be a secret. */
export function describeSecret(value: unknown): string {
  if (value === undefined || value === null) return describeValue(value);
  if (typeof value === 'string') return `a string of ${value.length} characters (masked)`;
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The credentials of a pasted URL must not reach the log. */
const withoutCredentials = (value: string) => value.replace(/\/\/[^/@\s]*@/, '//…@');
