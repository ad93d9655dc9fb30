import { verify, type KeyObject } from 'node:crypto';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { UserSession } from '../session.js';
import { parseCompactJws, parseObject, type CompactJws } from './compact-jws.js';
import { sessionFromClaims } from './session-from-claims.js';

/** A session JWT whose signature and claims hold. */
export interface VerifiedJwt {
  readonly jwt: string;
  readonly session: UserSession;
  /** Which of the published keys signed it. */
  readonly keyId: string;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

export type JwtVerdict =
  | { readonly verdict: 'genuine'; readonly verified: VerifiedJwt }
  /** Genuine, but its five minutes are over: the session may well go on. */
  | { readonly verdict: 'expired'; readonly verified: VerifiedJwt }
  /** Genuine, and the session itself has ended. */
  | { readonly verdict: 'ended'; readonly verified: VerifiedJwt }
  /** Genuine, from further in the future than clocks may differ: this machine's clock is wrong. */
  | { readonly verdict: 'from_the_future'; readonly skewSeconds: number }
  /** In good form, but no published key has the id it names. Nothing else is known of it. */
  | { readonly verdict: 'unknown_key'; readonly keyId: string }
  /** No session JWT of this project, and never will be. */
  | { readonly verdict: 'invalid' };

/** How long a JWT may be past its end: clocks differ, and requests travel. */
const expiryToleranceSeconds = 5;
/** Stytch issues for 5 minutes. A JWT made for longer is none of Stytch's session JWTs. */
const longestLifeSeconds = 15 * 60;

const invalid = { verdict: 'invalid' } as const;

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
  nowSeconds: number,
  options: ResolvedOptions,
): JwtVerdict {
  const jws = parseCompactJws(jwt);
  const keyId = jws && keyIdOf(jws);
  if (jws === undefined || keyId === undefined) return invalid;

  const key = keys.get(keyId);
  if (key === undefined) return { verdict: 'unknown_key', keyId };
  if (!verify('RSA-SHA256', Buffer.from(jws.signingInput), key, jws.signature)) return invalid;

  const claims = parseObject(jws.payload);
  const times = claims && readTimes(claims);
  const session = claims && sessionFromClaims(claims);
  if (!times || !session || !isMeantForUs(claims, options)) return invalid;

  const { issuedAt, notBefore, expiresAt } = times;
  const ahead = Math.max(issuedAt, notBefore) - nowSeconds;
  if (ahead > options.session.clockSkewSeconds) return { verdict: 'from_the_future', skewSeconds: ahead };

  const verified = { jwt, session, keyId, issuedAtSeconds: issuedAt, expiresAtSeconds: expiresAt };
  if (nowSeconds >= Date.parse(session.expiresAt) / 1000) return { verdict: 'ended', verified };
  return { verdict: nowSeconds < expiresAt + expiryToleranceSeconds ? 'genuine' : 'expired', verified };
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
  const times = { issuedAt: iat as number, notBefore: notBefore as number, expiresAt: exp as number };
  const lifeSeconds = times.expiresAt - times.issuedAt;
  return lifeSeconds > 0 && lifeSeconds <= longestLifeSeconds ? times : undefined;
}

function isMeantForUs({ iss, aud }: Readonly<Record<string, unknown>>, { jwt }: ResolvedOptions): boolean {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  return (
    typeof iss === 'string' &&
    jwt.issuers.has(iss) &&
    audiences.every((audience) => typeof audience === 'string') &&
    audiences.some((audience) => jwt.audiences.has(audience))
  );
}
