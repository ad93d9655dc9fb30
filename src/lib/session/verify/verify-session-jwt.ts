import { emptyObject } from '../../identity/claims.js';
import type { SessionReader } from '../../identity/session-claim.js';
import { subjectOf } from '../../identity/subject.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { keepVerifiedJwt } from '../session-jwts.js';
import { checkAcceptance, maxJwtLifetimeSeconds, type UnusableJwt } from './check-acceptance.js';
import type { VerifiedJwt } from './verified-jwt.js';
import { verifySignature, type KeysById } from './verify-signature.js';

export type SignatureVerificationResult =
  | { readonly kind: 'verified'; readonly verified: VerifiedJwt }
  /** Well-formed, but no published key has its key id. */
  | { readonly kind: 'unknown_key' }
  | UnusableJwt
  /** Not a session JWT of this project. */
  | { readonly kind: 'invalid' };

const invalid = { kind: 'invalid' } as const;

/** Case-insensitive, with or without `application/`. */
const sessionJwtType = /^(?:application\/)?jwt$/i;

/**
 * Verifies a session JWT with the published keys. Local and synchronous; makes no call.
 *
 * @param readSession reads the sessions of the module's product
 *
 * Sources: {@link verifySignature}; RFC 8725 for checking issuer and audience; Stytch's guide to session
 * JWTs for the claims.
 */
export function verifySessionJwt(
  jwt: string,
  keys: KeysById,
  options: Pick<ResolvedOptions, 'jwt'>,
  readSession: SessionReader,
): SignatureVerificationResult {
  const signed = verifySignature(jwt, keys, sessionJwtType);
  if (signed.kind !== 'signed') return signed;
  const { bytes, claims, keyId, key, times } = signed;
  const claimed = readSession(claims);
  // First whether it is a session of this product: other tokens have other audiences and lifetimes.
  if (claimed === undefined) return invalid;
  const acceptance = checkAcceptance(claims, times, maxJwtLifetimeSeconds, options);
  if (acceptance.kind !== 'accepted') return acceptance;

  const verified = emptyObject<VerifiedJwt>();
  // Copied, because a slice of the Cookie header would retain the whole header in memory.
  verified.jwt = bytes.toString('latin1');
  verified.session = claimed.session;
  verified.subject = subjectOf(claimed.session);
  verified.keyId = keyId;
  verified.key = key;
  verified.issuedAtSeconds = times.issuedAtSeconds;
  verified.validFromSeconds = times.validFromSeconds;
  verified.expiresAtSeconds = times.expiresAtSeconds;
  verified.sessionStartedAtSeconds = claimed.startedAtSeconds;
  verified.sessionExpiresAtSeconds = claimed.expiresAtSeconds;
  keepVerifiedJwt(verified);
  return { kind: 'verified', verified };
}
