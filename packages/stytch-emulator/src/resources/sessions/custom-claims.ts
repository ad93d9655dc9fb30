import { refuse } from '../../wire/api-error.js';

const reservedClaims = ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub'];

/**
 * Applies an update to custom claims. Updates merge at the top level; null removes a claim.
 *
 * Stytch's documentation is inconsistent about reserved claims: ignored or refused. Here they are
 * refused, so that no application relies on a claim that is not there.
 *
 * @throws {ApiError} `reserved_claims_in_custom_claims`, `stytch_claims_in_custom_claims`,
 *   `custom_claims_too_large` (more than 4 KB of JSON)
 */
export function mergeClaims(
  current: Record<string, unknown>,
  update: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (update === undefined) return current;
  const names = Object.keys(update);
  if (names.some((name) => reservedClaims.includes(name))) {
    refuse(
      400,
      'reserved_claims_in_custom_claims',
      `Custom claims must not be named ${reservedClaims.join(', ')}.`,
    );
  }
  if (names.some((name) => name.startsWith('https://stytch.com/'))) {
    refuse(
      400,
      'stytch_claims_in_custom_claims',
      'Names of custom claims must not start with https://stytch.com/.',
    );
  }
  const merged = Object.fromEntries(
    Object.entries({ ...current, ...update }).filter(([, value]) => value !== null),
  );
  if (Buffer.byteLength(JSON.stringify(merged)) > 4096) {
    refuse(400, 'custom_claims_too_large', 'Custom claims must not be larger than 4 KB.');
  }
  return merged;
}
