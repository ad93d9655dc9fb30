import type { StytchCallKind } from '../ports/call-kind.js';

/**
 * Creates something for each kind of call, such as its queue.
 * @param maxConnections the option `http.maxConnections`
 * @param create its parameter is how many calls of the kind are in flight at a time, each on a connection
 */
export function perCallKind<Value>(
  maxConnections: number,
  create: (maxInFlight: number) => Value,
): Readonly<Record<StytchCallKind, Value>> {
  return {
    refresh: create(maxConnections),
    sign_in: create(Math.ceil(maxConnections / 4)),
    revocation: create(Math.ceil(maxConnections / 4)),
    keys: create(2),
    policy: create(2),
  };
}
