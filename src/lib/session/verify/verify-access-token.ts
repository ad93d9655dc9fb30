import type { Client } from '../../identity/client.js';
import { clientFromClaims } from '../../identity/client-from-claims.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { checkAcceptance, type UnusableJwt } from './check-acceptance.js';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { verifySignature, type KeysById } from './verify-signature.js';

/** Whether a handler accepts the kind of client decides first: what it does not accept is refused anyway. */
export interface UnusableAccessToken extends UnusableJwt {
  readonly client: Client;
}

export type AccessTokenSignatureResult =
  | { readonly kind: 'verified'; readonly verified: VerifiedAccessToken }
  /** Well-formed, but no published key has its key id. */
  | { readonly kind: 'unknown_key' }
  | UnusableAccessToken
  /** Not an access token of this project, or one for another API. */
  | { readonly kind: 'invalid' };

const invalid = { kind: 'invalid' } as const;

/** RFC 9068 section 2.1 defines `at+jwt`; Stytch's access tokens have the type `JWT`. */
const accessTokenType = /^(?:application\/)?(?:at\+)?jwt$/i;

/** Stytch's access tokens live one hour, unless a connected app is configured otherwise. */
export const maxAccessTokenLifetimeSeconds = 24 * 3600;

/**
 * Verifies an access token of an M2M client or a connected app with the published keys. Local and
 * synchronous; makes no call.
 *
 * Sources: {@link verifySignature}; RFC 9068 section 4 for checking issuer and audience; Stytch's guides
 * to M2M tokens and connected apps for the claims.
 */
export function verifyAccessToken(
  token: string,
  keys: KeysById,
  options: Pick<ResolvedOptions, 'jwt'>,
): AccessTokenSignatureResult {
  const signed = verifySignature(token, keys, accessTokenType);
  if (signed.kind !== 'signed') return signed;
  const { bytes, claims, keyId, key, times } = signed;
  // First whether it is an access token: session JWTs have other lifetimes.
  const client = clientFromClaims(claims);
  if (client === undefined) return invalid;
  const acceptance = checkAcceptance(claims, times, maxAccessTokenLifetimeSeconds, options);
  // The audience names the APIs that a token is for, so that this one is for others.
  if (acceptance.kind === 'unusable') {
    return acceptance.claim === 'aud' ? invalid : { ...acceptance, client };
  }
  if (acceptance.kind === 'invalid') return invalid;
  const { validFromSeconds, expiresAtSeconds } = times;
  // Copied, because a slice of the Authorization header would retain the whole header in memory.
  const verified = {
    token: bytes.toString('latin1'),
    client,
    keyId,
    key,
    validFromSeconds,
    expiresAtSeconds,
  };
  return { kind: 'verified', verified };
}
