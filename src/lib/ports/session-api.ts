import type { Subject } from '../identity/subject.js';
import type { StytchResponse } from './stytch-response.js';

/** What proves a session to Stytch. */
export type SessionCredential =
  { readonly kind: 'jwt'; readonly jwt: string } | { readonly kind: 'token'; readonly token: string };

/** What identifies a session that is revoked. */
export type RevocableSession =
  { readonly kind: 'id'; readonly sessionId: string } | { readonly kind: 'token'; readonly token: string };

/** A session as Stytch's API returns it. No field is checked yet. */
export interface SessionResponse {
  readonly sessionJwt: unknown;
  readonly sessionToken: unknown;
}

export interface ListedSession {
  readonly sessionId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/**
 * The calls that verification, refresh and revocation make to Stytch; consumer and B2B projects
 * implement it with different operations. An abstract class rather than an interface, because Nest
 * can inject it by its type without a token of its name.
 *
 * No method throws: a failure is part of the result.
 */
export abstract class SessionApi {
  /** Whether the circuit breaker is open: `authenticate` fails immediately, except for probes. */
  abstract readonly isDown: boolean;

  /**
   * Returns a new JWT of a session.
   * @param durationMinutes new length of the session, from now; if omitted, its expiry is unchanged
   */
  abstract authenticate(
    credential: SessionCredential,
    durationMinutes?: number,
  ): Promise<StytchResponse<SessionResponse>>;

  /** Lists the active sessions of a subject. */
  abstract list(subject: Subject): Promise<StytchResponse<readonly ListedSession[]>>;

  abstract revoke(session: RevocableSession): Promise<StytchResponse<unknown>>;

  /** Revokes all sessions of a subject in one call; `undefined` if the product has no such operation. */
  abstract revokeAll(subject: Subject): Promise<StytchResponse<unknown>> | undefined;

  /** Fetches the project's JWK set, unchecked. Public: no credentials are sent. */
  abstract fetchSigningKeys(): Promise<StytchResponse<unknown>>;
}
