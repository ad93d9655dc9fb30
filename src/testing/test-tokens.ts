import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Client, Session } from '../lib/index.js';
import {
  memberSessionFromClaims,
  SessionOwnership,
  userSessionFromClaims,
  type ResolvedOptions,
} from '../lib/internal.js';
import { clientClaims } from './a-client.js';
import { sessionClaims } from './session-claims.js';

const keyId = 'jwk-test-of-test-sessions';
const jwtLifetimeSeconds = 300;

let keyPair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

/** One key pair per process, since generating one takes a while. */
const keys = () => (keyPair ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));

/** Signs the tokens of one application under test, with a key that only this process knows. */
export class TestTokens {
  readonly #ownership: SessionOwnership;

  constructor(readonly options: ResolvedOptions) {
    this.#ownership = new SessionOwnership(options);
  }

  /** The JWK set that the tokens verify with. */
  get publishedKeys() {
    return {
      keys: [{ ...keys().publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: keyId }],
    };
  }

  /** @throws {TypeError} if the session is not what is read from its JWT */
  sessionJwt(session: Session): string {
    const claims = sessionClaims(session);
    const read = session.kind === 'user' ? userSessionFromClaims : memberSessionFromClaims;
    if (!isDeepStrictEqual(read(claims)?.session, session)) {
      throw new TypeError('Pass a session that aSession() or aMemberSession() returned.');
    }
    const endSeconds = Date.parse(session.expiresAt) / 1000;
    const exp = Math.min(this.#nowSeconds() + jwtLifetimeSeconds, endSeconds);
    return this.#sign({ ...this.#ownership.claims, ...claims, exp });
  }

  accessToken(client: Client): string {
    return this.#sign(clientClaims(client));
  }

  #sign(claims: { readonly exp: number }): string {
    const { projectId } = this.options;
    const now = this.#nowSeconds();
    // A token of something that has expired was issued before that.
    const iat = Math.min(now, claims.exp - jwtLifetimeSeconds);
    const payload = { ...claims, iss: `stytch.com/${projectId}`, aud: [projectId], iat, nbf: iat };
    const input = [{ alg: 'RS256', typ: 'JWT', kid: keyId }, payload].map(encode).join('.');
    const signature = sign('RSA-SHA256', Buffer.from(input), keys().privateKey);
    return `${input}.${signature.toString('base64url')}`;
  }

  #nowSeconds(): number {
    return Math.floor(this.options.clock.nowMs() / 1000);
  }
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
