/** Kinds of calls have separate queues and connections, so that none can take the capacity of another. */
export const callKinds = ['refresh', 'sign_in', 'revocation', 'keys'] as const;
export type CallKind = (typeof callKinds)[number];

/**
 * How many calls of each kind are in flight at a time, each on a connection of its kind.
 * @param maxConnections the option `http.maxConnections`
 */
export function maxInFlightOf(maxConnections: number): Record<CallKind, number> {
  return {
    refresh: maxConnections,
    sign_in: Math.ceil(maxConnections / 4),
    revocation: Math.ceil(maxConnections / 4),
    keys: 2,
  };
}
