/** Serializes like Stytch: keys in alphabetical order at every depth, and a trailing newline. */
export function toWireJson(value: unknown): string {
  return `${JSON.stringify(sortKeys(value))}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** Formats a timestamp like Stytch: RFC 3339 in UTC with whole seconds. */
export function toTimestamp(atSeconds: number): string {
  return new Date(atSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

// Deeply nested input would overflow the stack of the recursive functions that process it later.
const maxDepth = 64;

/** Parses a JSON object. Returns undefined if the text is anything else or is nested too deeply. */
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
    if (depth > maxDepth) return false;
    level = level.flatMap(innerValues);
  }
  return true;
}

function innerValues(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}
