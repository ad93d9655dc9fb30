import { Injectable } from '@nestjs/common';
import type { SessionCookieValues } from '../../cookies/session-cookies.js';
import type { SessionResponse } from '../../ports/session-api.js';
import { DenyList } from '../deny/deny-list.js';
import { isOpaqueToken } from '../opaque-token.js';
import { maxJwtBytes } from '../verify/compact-jws.js';
import { ClockSkewWarning } from '../verify/clock-skew-warning.js';
import { SessionJwtVerifier, type JwtVerificationResult } from '../verify/session-jwt-verifier.js';
import { UnusableJwtWarning } from '../verify/unusable-jwt-warning.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';

/** A session that Stytch issued and we verified. */
export interface IssuedSession {
  readonly kind: 'issued';
  readonly verified: VerifiedJwt;
  readonly cookies: SessionCookieValues;
}

/** The JWT that Stytch issued does not verify, or its session exceeds `session.maxLifetimeMinutes`. */
export type UnusableSession =
  | { readonly kind: 'unusable'; readonly reason: 'invalid' | 'session_expired' }
  /** Logged: the options do not accept the project's JWTs, or the server's clock is wrong. */
  | { readonly kind: 'unusable'; readonly reason: 'misconfigured' | 'clock_skew' };

/** Verifies what Stytch issued and turns it into cookies. Nothing unverified is written to a cookie. */
@Injectable()
export class IssuedSessionReader {
  constructor(
    private readonly verifier: SessionJwtVerifier,
    private readonly denyList: DenyList,
    private readonly unusableWarning: UnusableJwtWarning,
    private readonly skewWarning: ClockSkewWarning,
  ) {}

  async read({ sessionJwt, sessionToken }: SessionResponse): Promise<IssuedSession | UnusableSession> {
    if (typeof sessionJwt !== 'string') return { kind: 'unusable', reason: 'invalid' };
    const result = await this.verify(sessionJwt);
    if (result.kind === 'unusable') {
      this.unusableWarning.log(result);
      return { kind: 'unusable', reason: 'misconfigured' };
    }
    // The verifier has logged it.
    if (result.kind === 'clock_untrusted') return { kind: 'unusable', reason: 'clock_skew' };
    const skewSeconds = clockSkewOf(result);
    if (skewSeconds !== undefined) {
      this.skewWarning.log(skewSeconds);
      return { kind: 'unusable', reason: 'clock_skew' };
    }
    if (result.kind === 'session_expired') return { kind: 'unusable', reason: 'session_expired' };
    if (result.kind !== 'valid') return { kind: 'unusable', reason: 'invalid' };
    const { verified } = result;
    return { kind: 'issued', verified, cookies: this.cookiesOf(verified, sessionToken) };
  }

  /** What Stytch issued is genuine, so a size that would be refused in a request is a configuration problem. */
  private async verify(sessionJwt: string): Promise<JwtVerificationResult> {
    if (sessionJwt.length > maxJwtBytes) return { kind: 'unusable', claim: 'size', given: sessionJwt.length };
    return this.verifier.verifyRefetchingKeys(sessionJwt, 'stytch');
  }

  /** Stytch returns an empty token if the session was authenticated with a JWT. */
  cookiesOf({ jwt, session }: VerifiedJwt, sessionToken: unknown): SessionCookieValues {
    return {
      sessionJwt: jwt,
      sessionToken: isOpaqueToken(sessionToken) ? sessionToken : undefined,
      expiresAt: session.expiresAt,
      // The session may be revoked while the handler runs.
      isStillValid: () => !this.denyList.isDenied(session),
    };
  }
}

/** Stytch has just issued the JWT, so an expired or future one means that the server's clock is wrong. */
function clockSkewOf(result: JwtVerificationResult): number | undefined {
  if (result.kind === 'issued_in_future') return result.skewSeconds;
  const isExpired = result.kind === 'expired' || (result.kind === 'session_expired' && result.jwtIsExpired);
  return isExpired ? -result.ageSeconds : undefined;
}
