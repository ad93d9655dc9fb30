import { SessionCookies } from '../../src/lib/cookies/session-cookies.js';
import { consumerProduct } from '../../src/lib/module/consumer-product.js';
import type { ResolvedOptions } from '../../src/lib/options/resolve-options.js';
import type { DenyList } from '../../src/lib/session/deny/deny-list.js';
import { IssuedSessionReader } from '../../src/lib/session/refresh/issued-session.js';
import { RenewedSessions } from '../../src/lib/session/refresh/renewed-sessions.js';
import { ClockSkewWarning } from '../../src/lib/session/verify/clock-skew-warning.js';
import { SessionJwtVerifier } from '../../src/lib/session/verify/session-jwt-verifier.js';
import type { SigningKeys } from '../../src/lib/session/verify/signing-keys.js';
import type { TrustedClock } from '../../src/lib/session/verify/trusted-clock.js';
import { UnusableJwtWarning } from '../../src/lib/session/verify/unusable-jwt-warning.js';
import { VerifiedJwtCache } from '../../src/lib/session/verify/verified-jwt-cache.js';
import { verifiedJwt } from './verified-jwt.js';

/** The renewed sessions of unit specs. The key of all JWTs of {@link verifiedJwt} is published. */
export function newRenewedSessions(
  options: ResolvedOptions,
  denyList: DenyList,
  publishedKey = (): unknown => verifiedJwt(0).key,
): RenewedSessions {
  const cache = new VerifiedJwtCache(options);
  // Unit specs move one face of the clock only.
  const trusted: Partial<TrustedClock> = { trusts: () => true };
  const skewWarning = new ClockSkewWarning(options);
  const verifier = new SessionJwtVerifier(
    { get: publishedKey, getAt: publishedKey } as unknown as SigningKeys,
    cache,
    trusted as TrustedClock,
    skewWarning,
    options,
    consumerProduct.product,
  );
  const reader = new IssuedSessionReader(verifier, denyList, new UnusableJwtWarning(options), skewWarning);
  return new RenewedSessions(cache, verifier, reader, new SessionCookies(options));
}
