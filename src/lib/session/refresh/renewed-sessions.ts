import { Injectable } from '@nestjs/common';
import { SessionCookies } from '../../cookies/session-cookies.js';
import type { SignedIn } from '../session-result.js';
import { SessionJwtVerifier } from '../verify/session-jwt-verifier.js';
import { VerifiedJwtCache } from '../verify/verified-jwt-cache.js';
import type { VerifiedJwt } from '../verify/verified-jwt.js';
import { IssuedSessionReader } from './issued-session.js';

/**
 * The newest JWT that Stytch issued for a session. It serves all requests with an older JWT or the
 * opaque token of the session, so a session costs one call per JWT, whatever its clients send.
 */
@Injectable()
export class RenewedSessions {
  constructor(
    private readonly cache: VerifiedJwtCache,
    private readonly verifier: SessionJwtVerifier,
    private readonly issuedSessions: IssuedSessionReader,
    private readonly cookies: SessionCookies,
  ) {}

  add(issued: VerifiedJwt): void {
    const newest = this.cache.newestOf(issued.session.sessionId);
    if (newest === undefined || newest.issuedAtSeconds <= issued.issuedAtSeconds)
      this.cache.setNewest(issued);
  }

  /** Checked like a JWT that a client sends: its key may have been withdrawn, or its session expired. */
  get(sessionId: string): VerifiedJwt | undefined {
    const newest = this.cache.newestOf(sessionId);
    const result = newest && this.verifier.verify(newest.jwt);
    return result?.kind === 'valid' ? result.verified : undefined;
  }

  /** Like {@link get}, but also returns an expired JWT. */
  lastOf(sessionId: string): VerifiedJwt | undefined {
    return this.cache.newestOf(sessionId);
  }

  /** The cookies are omitted for a JWT that fits no cookie: they were sent with the response to the call. */
  resultOf(verified: VerifiedJwt, sessionToken?: string): SignedIn {
    if (!this.cookies.fits(verified.jwt)) return { kind: 'signed_in', verified };
    return { kind: 'signed_in', verified, renewed: this.issuedSessions.cookiesOf(verified, sessionToken) };
  }
}
