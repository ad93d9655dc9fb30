import { verify, type KeyObject } from 'node:crypto';
import { subjectOf } from '../../identity/subject.js';
import { userSessionFromClaims } from '../../identity/user-session-from-claims.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { checkAcceptance, type UnusableJwt } from './check-acceptance.js';
import { parseCompactJws, parseObject, type CompactJws } from './compact-jws.js';
import type { VerifiedJwt } from './verified-jwt.js';

export type SignatureVerificationResult =
  | { readonly kind: 'verified'; readonly verified: VerifiedJwt }
  /** Well-formed, but no published key has its key id. */
  | { readonly kind: 'unknown_key' }
  | UnusableJwt
  /** Not a session JWT of this project. */
  | { readonly kind: 'invalid' };

const invalid = { kind: 'invalid' } as const;

/**
 * Verifies a session JWT with the published keys: RS256 only, the key selected by its exact `kid`, the
 * signature before any claim. Local and synchronous; makes no call.
 *
 * Sources: RFC 7515 and RFC 7519; RFC 8725 for pinning the algorithm and for checking issuer, audience
 * and type; Stytch's guide to session JWTs for the claims.
 */
export function verifySessionJwt(
  jwt: string,
  keys: { get(keyId: string): KeyObject | undefined },
  options: Pick<ResolvedOptions, 'jwt'>,
): SignatureVerificationResult {
  const jws = parseCompactJws(jwt);
  const keyId = jws && keyIdOf(jws);
  if (jws === undefined || keyId === undefined) return invalid;

  const key = keys.get(keyId);
  if (key === undefined) return { kind: 'unknown_key' };
  if (!verify('RSA-SHA256', jws.signingInput, key, jws.signature)) return invalid;

  const claims = parseObject(jws.payload);
  const times = claims && readTimes(claims);
  const claimed = claims && userSessionFromClaims(claims);
  // First whether it is a session of this product: other tokens have other audiences and lifetimes.
  if (!times || !claimed) return invalid;
  const acceptance = checkAcceptance(claims, times.expiresAtSeconds - times.issuedAtSeconds, options);
  if (acceptance.kind !== 'accepted') return acceptance;

  return {
    kind: 'verified',
    verified: {
      // Copied, because a slice of the Cookie header would retain the whole header in memory.
      jwt: jws.bytes.toString('latin1'),
      session: claimed.session,
      subject: subjectOf(claimed.session),
      keyId,
      key,
      issuedAtSeconds: times.issuedAtSeconds,
      validFromSeconds: times.validFromSeconds,
      expiresAtSeconds: times.expiresAtSeconds,
      sessionStartedAtSeconds: claimed.startedAtSeconds,
      sessionExpiresAtSeconds: claimed.expiresAtSeconds,
    },
  };
}

/** The key id of an acceptable header. `crit` would require extensions that are not supported. */
function keyIdOf({ header }: CompactJws): string | undefined {
  const { alg, typ, kid } = header;
  const isAcceptable = alg === 'RS256' && isJwtType(typ) && !('crit' in header) && !('b64' in header);
  return isAcceptable && typeof kid === 'string' && kid.length > 0 && kid.length <= 256 ? kid : undefined;
}

/**
 * A media type (RFC 7515 section 4.1.9): case-insensitive, with or without `application/`. Required,
 * because the same keys sign tokens of other types (RFC 8725 section 3.11).
 */
const isJwtType = (typ: unknown) => typeof typ === 'string' && /^(?:application\/)?jwt$/i.test(typ);

function readTimes({ iat, nbf, exp }: Readonly<Record<string, unknown>>) {
  const notBefore = nbf === undefined ? iat : nbf;
  if (!Number.isFinite(iat) || !Number.isFinite(notBefore) || !Number.isFinite(exp)) return undefined;
  const [issuedAtSeconds, expiresAtSeconds] = [iat as number, exp as number];
  return {
    issuedAtSeconds,
    expiresAtSeconds,
    validFromSeconds: Math.max(issuedAtSeconds, notBefore as number),
  };
}
