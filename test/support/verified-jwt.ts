import { generateKeyPairSync } from 'node:crypto';
import { newSession } from '../../src/lib/identity/session-object.js';
import type { UserSession } from '../../src/lib/identity/session.js';
import type { Moment } from '../../src/lib/session/moment.js';
import type { VerifiedJwt } from '../../src/lib/session/verify/verified-jwt.js';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The result of verifying a session JWT issued at this second. The session lasts one hour. */
export function verifiedJwt(
  issuedAtSeconds: number,
  {
    jwt = `jwt-of-${issuedAtSeconds}`,
    sessionId = 'session-test-1',
    userId = 'user-test-1',
    startedAtSeconds = issuedAtSeconds,
  } = {},
): VerifiedJwt {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    jwt,
    subject: { kind: 'user', id: userId },
    keyId: 'jwk-test-1',
    key: publicKey,
    issuedAtSeconds,
    validFromSeconds: issuedAtSeconds,
    expiresAtSeconds: issuedAtSeconds + 300,
    sessionStartedAtSeconds: startedAtSeconds,
    sessionExpiresAtSeconds: startedAtSeconds + 3600,
    session: Object.assign(newSession<UserSession>(), {
      kind: 'user' as const,
      userId,
      sessionId,
      startedAt: at(startedAtSeconds),
      expiresAt: at(startedAtSeconds + 3600),
      authenticationFactors: [],
      roles: [],
      customClaims: {},
    }),
  };
}

/** A moment at this second of the wall clock. */
export const momentAtSecond = (second: number): Moment => ({ wallMs: second * 1000, monotonicMs: 0 });

/** The result of checking a JWT at the second at which it was issued. */
export const validResult = (verified: VerifiedJwt) => ({
  kind: 'valid' as const,
  verified,
  checkedAt: momentAtSecond(verified.issuedAtSeconds),
});
