import { SessionCookies } from '../../src/lib/cookies/session-cookies.js';
import type { ResolvedOptions } from '../../src/lib/options/resolve-options.js';
import type { DenyList } from '../../src/lib/session/deny/deny-list.js';
import { IssuedSessionReader } from '../../src/lib/session/refresh/issued-session.js';
import { RenewedSessions } from '../../src/lib/session/refresh/renewed-sessions.js';
import { SessionJwtVerifier } from '../../src/lib/session/verify/session-jwt-verifier.js';
import type { SigningKeys } from '../../src/lib/session/verify/signing-keys.js';
import { UnusableJwtWarning } from '../../src/lib/session/verify/unusable-jwt-warning.js';
import { VerifiedJwtCache } from '../../src/lib/session/verify/verified-jwt-cache.js';
import { verifiedJwt } from './verified-jwt.js';

/** The renewed sessions of unit specs. The key of all JWTs of {@link verifiedJwt} is published. */
export function newRenewedSessions(
  options: ResolvedOptions,
  denyList: DenyList,
  keys = { get: (): unknown => verifiedJwt(0).key },
): RenewedSessions {
  const cache = new VerifiedJwtCache(options);
  const verifier = new SessionJwtVerifier(keys as unknown as SigningKeys, cache, options);
  const reader = new IssuedSessionReader(verifier, denyList, new UnusableJwtWarning(options));
  return new RenewedSessions(cache, verifier, reader, new SessionCookies(options));
}
