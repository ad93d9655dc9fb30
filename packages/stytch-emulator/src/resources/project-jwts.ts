import { type EmulatorClock, nowSeconds } from '../clock.js';
import { type Credentials } from '../project/credentials.js';
import { type Project } from '../project/project.js';
import { type SigningKeys } from '../project/signing-keys.js';
import { parseJsonObject } from '../wire/json.js';

/** What an issued JWT says besides issuer, audience and time. */
export interface JwtContent {
  claims: Record<string, unknown>;
  subject: string;
  expiresAtSeconds: number;
  /** Besides the project id, which is always in `aud`. */
  audience?: readonly string[];
}

/** Signs and verifies the JWTs of the project: session JWTs and access tokens are signed with the same keys. */
export class ProjectJwts {
  private readonly credentials: Credentials;
  private readonly keys: SigningKeys;
  private readonly clock: EmulatorClock;

  constructor({ credentials, keys, clock }: Project) {
    this.credentials = credentials;
    this.keys = keys;
    this.clock = clock;
  }

  get issuer(): string {
    return `stytch.com/${this.credentials.projectId}`;
  }

  sign({ claims, subject, expiresAtSeconds, audience = [] }: JwtContent): string {
    const now = nowSeconds(this.clock);
    const { kid } = this.keys.current;
    const payload = {
      ...claims,
      aud: [this.credentials.projectId, ...audience],
      exp: expiresAtSeconds,
      iat: now,
      iss: this.issuer,
      nbf: now,
      sub: subject,
    };
    const signingInput = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(payload)}`;
    return `${signingInput}.${this.keys.sign(signingInput)}`;
  }

  /** The claims of a JWT, which may have expired; undefined if no published key has signed it. */
  verify(jwt: string): Record<string, unknown> | undefined {
    const [header = '', payload = '', signature = '', ...rest] = jwt.split('.');
    const decodedHeader = decode(header);
    const kid = decodedHeader?.['kid'];
    const isValid =
      rest.length === 0 &&
      decodedHeader?.['alg'] === 'RS256' &&
      typeof kid === 'string' &&
      this.keys.verify(kid, `${header}.${payload}`, signature);
    return isValid ? decode(payload) : undefined;
  }

  isForThisProject(claims: Record<string, unknown>): boolean {
    return Array.isArray(claims['aud']) && claims['aud'].includes(this.credentials.projectId);
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> | undefined {
  return parseJsonObject(Buffer.from(part, 'base64url').toString());
}
