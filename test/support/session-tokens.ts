import { createHmac, generateKeyPairSync, sign, constants, type KeyObject } from 'node:crypto';

type Fields = Record<string, unknown>;

/** A key pair whose public half a test publishes in place of Stytch's. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newSigningKey(kid = 'jwk-test-of-these-specs'): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** The response body of the key endpoint. */
export function publishedKeys(...keys: SigningKey[]): string {
  const published = keys.map(({ kid, publicKey }) => ({
    ...publicKey.export({ format: 'jwk' }),
    alg: 'RS256',
    use: 'sig',
    kid,
  }));
  return JSON.stringify({ keys: published, request_id: 'request-id-test-1', status_code: 200 });
}

/** The claims of a valid session JWT. */
export function sessionClaims({ projectId, nowSeconds }: { projectId: string; nowSeconds: number }) {
  return {
    iss: `stytch.com/${projectId}`,
    aud: [projectId] as unknown,
    sub: 'user-test-5f0d9c1e-0000-4000-8000-000000000001' as unknown,
    iat: nowSeconds as unknown,
    nbf: nowSeconds as unknown,
    exp: (nowSeconds + 300) as unknown,
    'https://stytch.com/session': sessionClaim(nowSeconds),
  };
}

/** The claims of a valid session JWT of a member. */
export function memberClaims(of: { projectId: string; nowSeconds: number }) {
  return {
    ...sessionClaims(of),
    sub: 'member-test-5f0d9c1e-0000-4000-8000-000000000005' as unknown,
    'https://stytch.com/session': {
      ...sessionClaim(of.nowSeconds),
      id: 'member-session-test-5f0d9c1e-0000-4000-8000-000000000006',
      roles: ['stytch_member'],
    },
    'https://stytch.com/organization': {
      organization_id: 'organization-test-5f0d9c1e-0000-4000-8000-000000000007',
      slug: 'acme',
    } as unknown,
  };
}

export function sessionClaim(nowSeconds: number): Fields {
  const at = (seconds: number) => new Date((nowSeconds + seconds) * 1000).toISOString();
  return {
    id: 'session-test-5f0d9c1e-0000-4000-8000-000000000002',
    started_at: at(0),
    last_accessed_at: at(0),
    expires_at: at(3600),
    authentication_factors: [
      {
        type: 'magic_link',
        delivery_method: 'email',
        last_authenticated_at: at(0),
        email_factor: { email_id: 'email-test-1', email_address: 'ada@example.com' },
      },
    ],
    roles: ['stytch_user'],
  };
}

/** The claims of a valid access token of an M2M client. */
export function m2mClaims({ projectId, nowSeconds }: { projectId: string; nowSeconds: number }) {
  return {
    iss: `stytch.com/${projectId}`,
    aud: [projectId] as unknown,
    sub: 'm2m-client-test-5f0d9c1e-0000-4000-8000-000000000003' as unknown,
    iat: nowSeconds as unknown,
    nbf: nowSeconds as unknown,
    exp: (nowSeconds + 3600) as unknown,
    scope: 'read:documents write:documents' as unknown,
  };
}

/** The claims of a valid access token with which a connected app acts for a user. */
export function connectedAppClaims(of: { projectId: string; nowSeconds: number }) {
  return {
    ...m2mClaims(of),
    sub: 'user-test-5f0d9c1e-0000-4000-8000-000000000001' as unknown,
    client_id: 'connected-app-test-5f0d9c1e-0000-4000-8000-000000000004' as unknown,
    jti: 'token-test-1',
  };
}

/** A compact JWS, signed with the algorithm its header names. Nothing is validated. */
export function signToken(key: SigningKey, claims: Fields, header: Fields = {}): string {
  return signText(key, JSON.stringify(claims), { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header });
}

/** {@link signToken} for a payload that JSON.stringify does not produce. */
export function signText({ privateKey, publicKey }: SigningKey, payload: string, header: Fields): string {
  const input = `${segment(JSON.stringify(header))}.${segment(payload)}`;
  return `${input}.${signatureOf(input, header['alg'], privateKey, publicKey)}`;
}

function signatureOf(input: string, alg: unknown, privateKey: KeyObject, publicKey: KeyObject): string {
  const bytes = Buffer.from(input);
  switch (alg) {
    case 'none':
      return '';
    case 'HS256':
      return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
        .update(bytes)
        .digest('base64url');
    case 'PS256':
      return sign('sha256', bytes, {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }).toString('base64url');
    case 'RS384':
    case 'RS512':
      return sign(alg.replace('RS', 'sha'), bytes, privateKey).toString('base64url');
    default:
      return sign('sha256', bytes, privateKey).toString('base64url');
  }
}

const segment = (text: string) => Buffer.from(text).toString('base64url');
