import { sandboxCreatedAtSeconds, sandboxEmail, sandboxUser } from '../users/sandbox-user.js';
import { emailDetail } from '../../sessions/factors/email-detail.js';
import { toFactor } from '../../sessions/factors/factor.js';
import { type Session } from './session.js';

export const sandboxSessionId = 'session-test-eb94233f-8800-4ebd-8645-51dc15f9d028';
export const sandboxSessionToken = 'WJtR5BCy38Szd5AfoDpf0iqFKEt4EE5JhjlWUY7l3FtY';

/** The only timestamp of Stytch with a fraction. */
export const sandboxStartedAt = '2021-08-28T00:41:58.935673Z';

/** Stytch's sandbox session. It never expires: `expires_at` is always an hour away. */
export function sandboxSession(nowSeconds: number): Session {
  return {
    sessionId: sandboxSessionId,
    token: sandboxSessionToken,
    userId: sandboxUser.userId,
    startedAtSeconds: sandboxCreatedAtSeconds,
    lastAccessedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + 3600,
    attributes: { ipAddress: '', userAgent: '' },
    factors: [
      toFactor(
        { type: 'magic_link', deliveryMethod: 'email', email: emailDetail(sandboxEmail) },
        sandboxCreatedAtSeconds,
      ),
    ],
    customClaims: {},
  };
}
