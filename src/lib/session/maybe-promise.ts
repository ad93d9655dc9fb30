/**
 * A value that is often available without waiting. Requests with a cached JWT are handled without a
 * promise, which would cost them a turn of the microtask queue.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Tests the shape: where the global `Promise` was replaced, as zone.js does, the promises of async functions are
 * not an instance of it.
 */
export const isPromise = <Value>(value: MaybePromise<Value>): value is Promise<Value> =>
  typeof value === 'object' && typeof (value as Partial<Promise<Value>> | null)?.then === 'function';

/** Applies `next` at once if the value is available, otherwise when the promise resolves. */
export const whenSettled = <Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> => (isPromise(value) ? value.then(next) : next(value));
