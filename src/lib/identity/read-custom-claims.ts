import { isObject, type Claims } from './claims.js';

const stytchNamespace = 'https://stytch.com/';
/** RFC 7519 section 4.1. */
const registeredClaims = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** Shared by sessions without custom claims, to save memory. */
const noClaims: Claims = Object.freeze(Object.create(null) as Record<string, unknown>);

/** All claims except the registered ones and Stytch's own. */
export function readCustomClaims(claims: Claims): Claims {
  let customClaims: Record<string, unknown> | undefined;
  for (const name of Object.keys(claims)) {
    if (registeredClaims.has(name) || name.startsWith(stytchNamespace) || name === '__proto__') continue;
    customClaims ??= Object.create(null) as Record<string, unknown>;
    customClaims[name] = frozenCopy(claims[name]);
  }
  return customClaims === undefined ? noClaims : Object.freeze(customClaims);
}

/**
 * A deep, frozen copy without prototypes. `__proto__` is omitted at every depth: as an own property
 * it would change the prototype of any object it is later assigned to.
 */
function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (!isObject(value)) return value;
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) {
    if (name !== '__proto__') copy[name] = frozenCopy(inner);
  }
  return Object.freeze(copy);
}
