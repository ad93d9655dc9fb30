import { sessionClaim } from '../../identity/session-claim.js';
import { parseCompactJws, parseObject } from './compact-jws.js';

/**
 * Whether a JWT claims to be of a session. Not verified: it only selects the verifier, which accepts
 * nothing else, so that a token of any kind costs one signature.
 */
export function claimsSession(jwt: string): boolean {
  const jws = parseCompactJws(jwt);
  const claims = jws && parseObject(jws.payload);
  return claims !== undefined && sessionClaim in claims;
}
