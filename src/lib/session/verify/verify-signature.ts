import { verify, type KeyObject } from 'node:crypto';
import type { Claims } from '../../identity/claims.js';
import { parseCompactJws, parseObject, type CompactJws } from './compact-jws.js';

/** Published keys by id. */
export interface KeysById {
  get(keyId: string): KeyObject | undefined;
}

/** A JWT with a valid signature. What its claims say is not checked yet. */
export interface SignedJwt {
  readonly kind: 'signed';
  /** The complete JWT, in memory that the next verification overwrites. */
  readonly bytes: Buffer;
  readonly claims: Claims;
  /** Id of the published key that signed it. */
  readonly keyId: string;
  readonly key: KeyObject;
  readonly times: JwtTimes;
}

/** The times of a JWT, in epoch seconds. */
export interface JwtTimes {
  readonly issuedAtSeconds: number;
  /** The later of `iat` and `nbf`. */
  readonly validFromSeconds: number;
  readonly expiresAtSeconds: number;
}

export type SignatureResult =
  | SignedJwt
  /** Well-formed, but no published key has its key id. */
  | { readonly kind: 'unknown_key' }
  /** Not signed by this project, or without the times that every JWT of Stytch has. */
  | { readonly kind: 'invalid' };

const invalid = { kind: 'invalid' } as const;

/**
 * Verifies the signature of a JWT with the published keys: RS256 only, the key selected by its exact
 * `kid`, the signature before any claim. Local and synchronous; makes no call.
 *
 * Sources: RFC 7515 and RFC 7519; RFC 8725 for pinning the algorithm and for checking the type.
 *
 * @param types the accepted media types. The same keys sign tokens of several types (RFC 8725
 * section 3.11), so that the type is required.
 */
export function verifySignature(jwt: string, keys: KeysById, types: RegExp): SignatureResult {
  const jws = parseCompactJws(jwt);
  const keyId = jws && keyIdOf(jws, types);
  if (jws === undefined || keyId === undefined) return invalid;

  const key = keys.get(keyId);
  if (key === undefined) return { kind: 'unknown_key' };
  if (!verify('RSA-SHA256', jws.signingInput, key, jws.signature)) return invalid;

  const claims = parseObject(jws.payload);
  const times = claims && readTimes(claims);
  return claims && times ? { kind: 'signed', bytes: jws.bytes, claims, keyId, key, times } : invalid;
}

/**
 * The key id of an acceptable header. `typ` is a media type (RFC 7515 section 4.1.9), and `crit` would
 * require extensions that are not supported.
 */
function keyIdOf({ header }: CompactJws, types: RegExp): string | undefined {
  const { alg, typ, kid } = header;
  const isType = typeof typ === 'string' && types.test(typ);
  const isAcceptable = alg === 'RS256' && isType && !('crit' in header) && !('b64' in header);
  return isAcceptable && typeof kid === 'string' && kid.length > 0 && kid.length <= 256 ? kid : undefined;
}

function readTimes({ iat, nbf, exp }: Claims): JwtTimes | undefined {
  const notBefore = nbf === undefined ? iat : nbf;
  if (!Number.isFinite(iat) || !Number.isFinite(notBefore) || !Number.isFinite(exp)) return undefined;
  const [issuedAtSeconds, expiresAtSeconds] = [iat as number, exp as number];
  return {
    issuedAtSeconds,
    expiresAtSeconds,
    validFromSeconds: Math.max(issuedAtSeconds, notBefore as number),
  };
}
