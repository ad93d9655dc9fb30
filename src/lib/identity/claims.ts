/** The payload of a JWT, or an object in it. */
export type Claims = Readonly<Record<string, unknown>>;

export type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 3339 with an offset. Without one, `Date.parse` would assume the server's time zone. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds, or NaN if `value` is not an RFC 3339 timestamp. */
export const readTimestampMs = (value: unknown): number =>
  typeof value === 'string' && timestamp.test(value) ? Date.parse(value) : NaN;
