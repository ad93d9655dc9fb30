import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { refuse } from '../../../wire/api-error.js';
import { isObject, toTimestamp } from '../../../wire/json.js';
import { type ProjectJwts } from '../../project-jwts.js';
import { rolesOf, type User } from '../users/user.js';
import { factorToClaim } from './factors/factor.js';
import { type Session } from './session.js';

const lifetimeSeconds = 300;
const sessionClaim = 'https://stytch.com/session';

/** Signs and verifies session JWTs. */
export class SessionJwts {
  constructor(
    private readonly jwts: ProjectJwts,
    private readonly clock: EmulatorClock,
  ) {}

  /**
   * A JWT that expires after five minutes, or with the session if that is earlier. Whether Stytch also
   * caps `exp` is not documented; here, a verifier that only checks `exp` must not accept an expired session.
   */
  sign(session: Session, user: User): string {
    return this.jwts.sign({
      claims: {
        ...session.customClaims,
        [sessionClaim]: {
          id: session.sessionId,
          started_at: toTimestamp(session.startedAtSeconds),
          last_accessed_at: toTimestamp(session.lastAccessedAtSeconds),
          expires_at: toTimestamp(session.expiresAtSeconds),
          attributes: { ip_address: session.attributes.ipAddress, user_agent: session.attributes.userAgent },
          authentication_factors: session.factors.map(factorToClaim),
          roles: rolesOf(user),
        },
      },
      subject: session.userId,
      expiresAtSeconds: Math.min(nowSeconds(this.clock) + lifetimeSeconds, session.expiresAtSeconds),
    });
  }

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
}
