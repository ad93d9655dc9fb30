/** The payload of a JWT, or an object in it. */
export type Claims = Readonly<Record<string, unknown>>;

export type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/**
 * An object to be filled field by field, for those that are cached: when most objects of a literal have survived
 * garbage collection, V8 creates the next ones in its old generation, which takes several times longer.
 */
export const emptyObject = <Value extends object>(): Writable<Value> => ({}) as Writable<Value>;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 3339 with an offset. Without one, `Date.parse` would assume the server's time zone. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds, or NaN if `value` is not an RFC 3339 timestamp. */
export const readTimestampMs = (value: unknown): number =>
  typeof value === 'string' && timestamp.test(value) ? Date.parse(value) : NaN;

/** The RFC 3339 timestamp of epoch seconds; `undefined` if they are not the number of a date. */
export function timestampOf(seconds: unknown): string | undefined {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/**
 * A deep, frozen copy without prototypes. `__proto__` is omitted at every depth: as an own property
 * it would change the prototype of any object it is later assigned to.
 */
export function frozenCopy(claims: Claims): Claims {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(claims)) {
    if (name !== '__proto__') copy[name] = frozenValue(inner);
  }
  return Object.freeze(copy);
}

export function frozenValue(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenValue));
  return isObject(value) ? frozenCopy(value) : value;
}
