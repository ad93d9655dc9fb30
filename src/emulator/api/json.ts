/** JSON as Stytch writes it: keys in alphabetical order at every depth, and a newline at the end. */
export function wireJson(value: unknown): string {
  return `${JSON.stringify(inAlphabeticalOrder(value))}\n`;
}

function inAlphabeticalOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inAlphabeticalOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inAlphabeticalOrder(inner)]));
}

/** RFC 3339 in UTC and whole seconds: the only form of a timestamp Stytch sends. */
export function wireTime(atSeconds: number): string {
  return new Date(atSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

// Nothing a client of Stytch sends is deep; a body made of brackets would exhaust the stack later on.
const deepest = 64;

/** The object a JSON text stands for; undefined where it is something else or unreasonably deep. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return false;
    level = level.flatMap(innerValues);
  }
  return true;
}

function innerValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}
