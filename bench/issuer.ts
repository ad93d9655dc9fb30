import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { StytchProject } from './alternatives/alternative.js';

const signInThreadPool = promisify(sign);

/**
 * Signs session JWTs with the claims that Stytch uses, and serves their key set. Used instead of the
 * emulator for large numbers of sessions, because the emulator stores each session.
 */
export class Issuer {
  readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;
  private readonly keyId = 'jwk-test-of-the-bench';
  private server: Server | undefined;
  private url = '';
  /** Number of requests for the key set. */
  keyFetches = 0;

  constructor() {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.publicKey = pair.publicKey;
    this.privateKey = pair.privateKey;
  }

  get project(): StytchProject {
    return {
      projectId: 'project-test-00000000-0000-4000-8000-000000000000',
      secret: 'secret-test-00000000000000000000000000000000',
      apiUrl: this.url,
    };
  }

  get keySet() {
    const key = { ...this.publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: this.keyId };
    return { keys: [key], request_id: 'request-id-test-of-the-bench', status_code: 200 };
  }

  async publishKeys(): Promise<void> {
    this.server = createServer((_, response) => {
      this.keyFetches += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(this.keySet));
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Session JWTs of different sessions and users, valid for five minutes. */
  mint(count: number, header: Record<string, string> = {}): Promise<string[]> {
    return this.mintMany(count, claimsOf, header);
  }

  /** {@link mint} for the members of one organization. */
  mintForMembers(count: number): Promise<string[]> {
    return this.mintMany(count, memberClaimsOf);
  }

  private mintMany(count: number, claims: typeof claimsOf, header = {}): Promise<string[]> {
    return Promise.all(
      Array.from({ length: count }, () => this.mintOne(claims(this.project.projectId), header)),
    );
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async mintOne(claims: object, header: Record<string, string>): Promise<string> {
    const fullHeader = { alg: 'RS256', kid: this.keyId, typ: 'JWT', ...header };
    const input = `${segment(fullHeader)}.${segment(claims)}`;
    const signature = await signInThreadPool('RSA-SHA256', Buffer.from(input), this.privateKey);
    return `${input}.${signature.toString('base64url')}`;
  }
}

function claimsOf(projectId: string) {
  const now = Math.floor(Date.now() / 1000);
  const at = (seconds: number) => new Date((now + seconds) * 1000).toISOString().replace('.000', '');
  return {
    aud: [projectId],
    exp: now + 300,
    iat: now,
    iss: `stytch.com/${projectId}`,
    nbf: now,
    sub: `user-test-${randomUUID()}`,
    'https://stytch.com/session': {
      id: `session-test-${randomUUID()}`,
      started_at: at(0),
      last_accessed_at: at(0),
      expires_at: at(3600),
      attributes: { ip_address: '', user_agent: '' },
      authentication_factors: [
        {
          type: 'magic_link',
          delivery_method: 'email',
          last_authenticated_at: at(0),
          email_factor: { email_id: `email-test-${randomUUID()}`, email_address: 'ada@example.com' },
        },
      ],
      roles: ['stytch_user'],
    },
  };
}

function memberClaimsOf(projectId: string) {
  const claims = claimsOf(projectId);
  const session = claims['https://stytch.com/session'];
  return {
    ...claims,
    sub: `member-test-${randomUUID()}`,
    'https://stytch.com/session': {
      ...session,
      id: `member-session-test-${randomUUID()}`,
      roles: ['stytch_member'],
    },
    'https://stytch.com/organization': {
      organization_id: 'organization-test-00000000-0000-4000-8000-000000000000',
      slug: 'acme',
    },
  };
}

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
