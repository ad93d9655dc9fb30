import type { KeyIdSource, SigningKeys } from './signing-keys.js';

/** No cached key has the token's key id, and the keys could not be fetched to see whether it is new. */
export interface KeyNotFetched {
  readonly kind: 'key_not_fetched';
}

/**
 * Verifies the tokens of one request, and again after a key fetch if that may help. Rate limited: one
 * fetch at most.
 */
export async function withFetchedKeys<Result extends { readonly kind: string }>(
  keys: SigningKeys,
  verifyAll: () => Result[],
  source?: KeyIdSource,
): Promise<(Result | KeyNotFetched)[]> {
  const since = keys.startedFetches;
  let results = verifyAll();
  if (!results.some(needsFetch)) return results;
  if (keys.fetchInFlight !== undefined) {
    await keys.fetchInFlight;
    results = verifyAll();
    if (!results.some(needsFetch)) return results;
  }
  const isFetched = await keys.refetch(source, since);
  return verifyAll().map((result) =>
    result.kind === 'unknown_key' && !isFetched ? { kind: 'key_not_fetched' } : result,
  );
}

/** Whether a key fetch may help: it brings keys, and Stytch's time. */
export const needsFetch = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'unknown_key' || kind === 'no_keys' || kind === 'clock_untrusted';
