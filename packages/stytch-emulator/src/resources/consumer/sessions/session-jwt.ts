import { ApiError, refuse } from '../../../wire/api-error.js';
import { isObject, parseJsonObject, toTimestamp } from '../../../wire/json.js';
import { type EmulatorClock, nowSeconds } from '../../../clock.js';
import { type SigningKeys } from '../../../project/signing-keys.js';
import { type Credentials } from '../../../project/credentials.js';
import { type Project } from '../../../project/project.js';
import { rolesOf, type User } from '../users/user.js';
import { type Session } from './session.js';
import { factorToClaim } from './session.wire.js';

const lifetimeSeconds = 300;
const sessionClaim = 'https://stytch.com/session';

/** Signs and verifies session JWTs. */
export class SessionJwts {
  private readonly credentials: Credentials;
  private readonly keys: SigningKeys;
  private readonly clock: EmulatorClock;

  constructor({ credentials, keys, clock }: Project) {
    this.credentials = credentials;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A JWT that expires after five minutes, or with the session if that is earlier. Whether Stytch also
   * caps `exp` is not documented; here, a verifier that only checks `exp` must not accept an expired session.
   */
  sign(session: Session, user: User): string {
    const now = nowSeconds(this.clock);
    const claims = {
      ...session.customClaims,
      aud: [this.credentials.projectId],
      exp: Math.min(now + lifetimeSeconds, session.expiresAtSeconds),
      iat: now,
      iss: this.issuer,
      nbf: now,
      sub: session.userId,
      [sessionClaim]: {
        id: session.sessionId,
        started_at: toTimestamp(session.startedAtSeconds),
        last_accessed_at: toTimestamp(session.lastAccessedAtSeconds),
        expires_at: toTimestamp(session.expiresAtSeconds),
        attributes: { ip_address: session.attributes.ipAddress, user_agent: session.attributes.userAgent },
        authentication_factors: session.factors.map(factorToClaim),
        roles: rolesOf(user),
      },
    };
    const { kid } = this.keys.current;
    const signingInput = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
    return `${signingInput}.${this.keys.sign(signingInput)}`;
  }

  /**
   * The session id in a JWT. The JWT may have expired; the caller checks that the session is active.
   *
   * @throws {ApiError} `unable_to_parse_session_jwt` if no published key has signed the JWT;
   *   `jwt_invalid_issuer`, `jwt_invalid_audience` or `jwt_invalid_claims` if it is not a session JWT of this project
   */
  sessionIdOf(jwt: string): string {
    const claims = this.verifiedClaims(jwt);
    if (claims['iss'] !== this.issuer)
      refuse(400, 'jwt_invalid_issuer', 'session_jwt was issued by another project.');
    if (!Array.isArray(claims['aud']) || !claims['aud'].includes(this.credentials.projectId)) {
      refuse(400, 'jwt_invalid_audience', 'session_jwt was issued for another project.');
    }
    const session = claims[sessionClaim];
    if (isObject(session) && typeof session['id'] === 'string') return session['id'];
    return refuse(400, 'jwt_invalid_claims', 'session_jwt has no session claim.');
  }

  private get issuer(): string {
    return `stytch.com/${this.credentials.projectId}`;
  }

  private verifiedClaims(jwt: string): Record<string, unknown> {
    const [header = '', payload = '', signature = '', ...rest] = jwt.split('.');
    const { alg, kid } = decode(header);
    const isValid =
      rest.length === 0 &&
      alg === 'RS256' &&
      typeof kid === 'string' &&
      this.keys.verify(kid, `${header}.${payload}`, signature);
    if (!isValid) throw unparsable();
    return decode(payload);
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> {
  const value = parseJsonObject(Buffer.from(part, 'base64url').toString());
  if (value === undefined) throw unparsable();
  return value;
}

function unparsable(): ApiError {
  return new ApiError(
    400,
    'unable_to_parse_session_jwt',
    'session_jwt is not a JWT signed with a published key of this project.',
  );
}
