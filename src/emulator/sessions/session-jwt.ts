import { ApiError, refuse } from '../api/api-error.js';
import { isObject, parseJsonObject, wireTime } from '../api/json.js';
import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type SigningKeys } from '../keys/signing-keys.js';
import { type Project } from '../project.js';
import { rolesOf, type User } from '../users/user.js';
import { type Session } from './session.js';
import { factorToClaim } from './session.wire.js';

const lifeSeconds = 300;
const sessionClaim = 'https://stytch.com/session';

/** Signs session JWTs, and recognises its own. */
export class SessionJwts {
  constructor(
    private readonly project: Project,
    private readonly keys: SigningKeys,
    private readonly clock: EmulatorClock,
  ) {}

  /**
   * A JWT that is good for five minutes. It never outlives its session: whether Stytch caps it so is
   * not known, and a verifier that looks at nothing but `exp` should not accept an ended session here.
   */
  sign(session: Session, user: User): string {
    const now = nowSeconds(this.clock);
    const claims = {
      ...session.customClaims,
      aud: [this.project.projectId],
      exp: Math.min(now + lifeSeconds, session.expiresAtSeconds),
      iat: now,
      iss: this.issuer,
      nbf: now,
      sub: session.userId,
      [sessionClaim]: {
        id: session.sessionId,
        started_at: wireTime(session.startedAtSeconds),
        last_accessed_at: wireTime(session.lastAccessedAtSeconds),
        expires_at: wireTime(session.expiresAtSeconds),
        attributes: { ip_address: session.attributes.ipAddress, user_agent: session.attributes.userAgent },
        authentication_factors: session.factors.map(factorToClaim),
        roles: rolesOf(user),
      },
    };
    const { kid } = this.keys.current;
    const signingInput = `${segment({ alg: 'RS256', kid, typ: 'JWT' })}.${segment(claims)}`;
    return `${signingInput}.${this.keys.sign(signingInput)}`;
  }

  /**
   * The id of the session a JWT speaks of. That the JWT itself has expired does not matter, whether the
   * session lives is for the caller to see.
   *
   * @throws {ApiError} `unable_to_parse_session_jwt` where it is not one that a published key has signed,
   *   `jwt_invalid_issuer`, `jwt_invalid_audience` and `jwt_invalid_claims` where it was signed for something else
   */
  sessionIdIn(jwt: string): string {
    const claims = this.genuineClaims(jwt);
    if (claims['iss'] !== this.issuer)
      refuse('jwt_invalid_issuer', 'The session JWT comes from another project.');
    if (!Array.isArray(claims['aud']) || !claims['aud'].includes(this.project.projectId)) {
      refuse('jwt_invalid_audience', 'The session JWT is meant for another project.');
    }
    const session = claims[sessionClaim];
    if (isObject(session) && typeof session['id'] === 'string') return session['id'];
    return refuse('jwt_invalid_claims', 'The JWT does not speak of a session.');
  }

  private get issuer(): string {
    return `stytch.com/${this.project.projectId}`;
  }

  private genuineClaims(jwt: string): Record<string, unknown> {
    const [header = '', payload = '', signature = '', ...rest] = jwt.split('.');
    const { alg, kid } = decoded(header);
    const isGenuine =
      rest.length === 0 &&
      alg === 'RS256' &&
      typeof kid === 'string' &&
      this.keys.verify(kid, `${header}.${payload}`, signature);
    if (!isGenuine) throw unparseable();
    return decoded(payload);
  }
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(part: string): Record<string, unknown> {
  const value = parseJsonObject(Buffer.from(part, 'base64url').toString());
  if (value === undefined) throw unparseable();
  return value;
}

function unparseable(): ApiError {
  return new ApiError(
    'unable_to_parse_session_jwt',
    'session_jwt is not a JWT that a published key of this project has signed.',
  );
}
