import { type EmulatorClock, nowSeconds } from '../../clock.js';
import { refuse } from '../../wire/api-error.js';
import { isObject, toTimestamp } from '../../wire/json.js';
import { type ProjectJwts } from '../project-jwts.js';
import { factorToClaim } from './factors/factor.js';
import { type StoredSession } from './stored-session.js';

const lifetimeSeconds = 300;
const sessionClaim = 'https://stytch.com/session';

/** What a session JWT says besides what the session itself has. */
export interface SessionJwtContent {
  /** The user or member. */
  subject: string;
  roles: readonly string[];
  attributes: { ipAddress: string; userAgent: string };
  /** Claims besides the custom claims and the session claim. */
  claims?: Record<string, unknown>;
}

/** Signs and verifies session JWTs. */
export class SessionJwts {
  constructor(
    private readonly jwts: ProjectJwts,
    private readonly clock: EmulatorClock,
  ) {}

  /**
   * The session id in a JWT. The JWT may have expired; the caller checks that the session is active.
   *
   * @throws {ApiError} `unable_to_parse_session_jwt` if no published key has signed the JWT;
   *   `jwt_invalid_issuer`, `jwt_invalid_audience` or `jwt_invalid_claims` if it is not a session JWT of this project
   */
  sessionIdOf(jwt: string): string {
    const claims =
      this.jwts.verify(jwt) ??
      refuse(
        400,
        'unable_to_parse_session_jwt',
        'session_jwt is not a JWT signed with a published key of this project.',
      );
    if (claims['iss'] !== this.jwts.issuer)
      refuse(400, 'jwt_invalid_issuer', 'session_jwt was issued by another project.');
    if (!this.jwts.isForThisProject(claims)) {
      refuse(400, 'jwt_invalid_audience', 'session_jwt was issued for another project.');
    }
    const session = claims[sessionClaim];
    if (isObject(session) && typeof session['id'] === 'string') return session['id'];
    return refuse(400, 'jwt_invalid_claims', 'session_jwt has no session claim.');
  }

  /**
   * A JWT that expires after five minutes, or with the session if that is earlier. Whether Stytch also
   * caps `exp` is not documented; here, a verifier that only checks `exp` must not accept an expired session.
   */
  protected signSession(
    session: StoredSession,
    { subject, roles, attributes, claims = {} }: SessionJwtContent,
  ): string {
    return this.jwts.sign({
      claims: {
        ...session.customClaims,
        ...claims,
        [sessionClaim]: {
          id: session.sessionId,
          started_at: toTimestamp(session.startedAtSeconds),
          last_accessed_at: toTimestamp(session.lastAccessedAtSeconds),
          expires_at: toTimestamp(session.expiresAtSeconds),
          attributes: { ip_address: attributes.ipAddress, user_agent: attributes.userAgent },
          authentication_factors: session.factors.map(factorToClaim),
          roles,
        },
      },
      subject,
      expiresAtSeconds: Math.min(nowSeconds(this.clock) + lifetimeSeconds, session.expiresAtSeconds),
    });
  }
}
