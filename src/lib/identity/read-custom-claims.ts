import { frozenValue, type Claims } from './claims.js';

const stytchNamespace = 'https://stytch.com/';
/** RFC 7519 section 4.1. */
const registeredClaims = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** Shared by sessions without custom claims, to save memory. */
const noClaims: Claims = Object.freeze(Object.create(null) as Record<string, unknown>);

/**
 * All claims except the registered ones and Stytch's own.
 * @param others further claims that are not custom
 */
export function readCustomClaims(claims: Claims, others?: ReadonlySet<string>): Claims {
  let customClaims: Record<string, unknown> | undefined;
  for (const name of Object.keys(claims)) {
    if (registeredClaims.has(name) || name.startsWith(stytchNamespace) || name === '__proto__') continue;
    if (others?.has(name) === true) continue;
    customClaims ??= Object.create(null) as Record<string, unknown>;
    customClaims[name] = frozenValue(claims[name]);
  }
  return customClaims === undefined ? noClaims : Object.freeze(customClaims);
}
