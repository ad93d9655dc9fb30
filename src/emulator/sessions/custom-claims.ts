import { refuse } from '../api/api-error.js';

const reserved = ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub'];

/**
 * Custom claims after an update: given keys replace those that were, null removes one.
 *
 * Stytch's sources disagree whether a reserved claim is ignored or refused; here it is refused,
 * because then nobody builds upon a claim that is not there.
 *
 * @throws {ApiError} `reserved_claims_in_custom_claims`, `stytch_claims_in_custom_claims`,
 *   `custom_claims_too_large` (over 4 KB of JSON)
 */
export function mergedClaims(
  before: Record<string, unknown>,
  given: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (given === undefined) return before;
  const names = Object.keys(given);
  if (names.some((name) => reserved.includes(name))) {
    refuse('reserved_claims_in_custom_claims', `Custom claims cannot be named ${reserved.join(', ')}.`);
  }
  if (names.some((name) => name.startsWith('https://stytch.com/'))) {
    refuse('stytch_claims_in_custom_claims', 'Custom claims cannot start with https://stytch.com/.');
  }
  const after = Object.fromEntries(
    Object.entries({ ...before, ...given }).filter(([, value]) => value !== null),
  );
  if (Buffer.byteLength(JSON.stringify(after)) > 4096)
    refuse('custom_claims_too_large', 'Custom claims have at most 4 KB.');
  return after;
}
