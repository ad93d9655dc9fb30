import { verify, type KeyObject } from 'node:crypto';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { UserSession } from '../../identity/session.js';
import { parseCompactJws, parseObject, type CompactJws } from './compact-jws.js';
import { sessionFromClaims } from '../../identity/user-session-from-claims.js';

/** A session JWT whose signature and claims hold. Whether it is of today is another question. */
export interface VerifiedJwt {
  readonly jwt: string;
  readonly session: UserSession;
  /** Which of the published keys signed it. */
  readonly keyId: string;
  readonly key: KeyObject;
  readonly issuedAtSeconds: number;
  /** When it begins to be valid: the later of `iat` and `nbf`. */
  readonly validFromSeconds: number;
  readonly expiresAtSeconds: number;
  readonly sessionStartedAtSeconds: number;
  readonly sessionExpiresAtSeconds: number;
}

export type SignatureVerificationResult =
  | { readonly kind: 'verified'; readonly verified: VerifiedJwt }
  /** In good form, but no published key has the id it names. Nothing else is known of it. */
  | { readonly kind: 'unknown_key'; readonly keyId: string }
  /** No session JWT of this project, and never will be. */
  | { readonly kind: 'invalid' };

/** Stytch issues for 5 minutes. A JWT made for longer is none of Stytch's session JWTs. */
export const maxJwtLifetimeSeconds = 15 * 60;

const invalid = { kind: 'invalid' } as const;

/**
 * Verifies a session JWT against the published keys: RS256 and nothing else, a key chosen by an
 * exact `kid`, the signature before any claim. Local and synchronous; it never causes a call.
 *
 * Sources: RFC 7515 and RFC 7519; RFC 8725 for pinning the algorithm and checking issuer,
 * audience and type; the claims as in Stytch's guide to session JWTs.
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
  if (key === undefined) return { kind: 'unknown_key', keyId };
  if (!verify('RSA-SHA256', jws.signingInput, key, jws.signature)) return invalid;

  const claims = parseObject(jws.payload);
  const times = claims && readTimes(claims);
  const claimed = claims && sessionFromClaims(claims);
  if (!times || !claimed || !hasAcceptedIssuerAndAudience(claims, options)) return invalid;

  return {
    kind: 'verified',
    verified: {
      // A copy: sliced out of a Cookie header, the string would keep the whole header in memory.
      jwt: jws.bytes.toString('latin1'),
      session: claimed.session,
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

/** The key id of a header this package accepts. `crit` marks extensions nobody here understands. */
function keyIdOf({ header }: CompactJws): string | undefined {
  const { alg, typ, kid } = header;
  const isAcceptable = alg === 'RS256' && typ === 'JWT' && !('crit' in header) && !('b64' in header);
  return isAcceptable && typeof kid === 'string' && kid.length > 0 && kid.length <= 256 ? kid : undefined;
}

function readTimes({ iat, nbf, exp }: Readonly<Record<string, unknown>>) {
  const notBefore = nbf === undefined ? iat : nbf;
  if (!Number.isFinite(iat) || !Number.isFinite(notBefore) || !Number.isFinite(exp)) return undefined;
  const [issuedAtSeconds, expiresAtSeconds] = [iat as number, exp as number];
  const lifetimeSeconds = expiresAtSeconds - issuedAtSeconds;
  if (lifetimeSeconds <= 0 || lifetimeSeconds > maxJwtLifetimeSeconds) return undefined;
  return {
    issuedAtSeconds,
    expiresAtSeconds,
    validFromSeconds: Math.max(issuedAtSeconds, notBefore as number),
  };
}

function hasAcceptedIssuerAndAudience(
  { iss, aud }: Readonly<Record<string, unknown>>,
  { jwt }: Pick<ResolvedOptions, 'jwt'>,
): boolean {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  return (
    typeof iss === 'string' &&
    jwt.issuers.has(iss) &&
    audiences.every((audience) => typeof audience === 'string') &&
    audiences.some((audience) => jwt.audiences.has(audience))
  );
}
