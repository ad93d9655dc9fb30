/**
 * A value that is often available without waiting. Requests with a cached JWT are handled without a
 * promise, which would cost them a turn of the microtask queue.
 */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Applies `next` at once if the value is available, otherwise when the promise resolves. */
export const whenSettled = <Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> => (value instanceof Promise ? value.then(next) : next(value));
