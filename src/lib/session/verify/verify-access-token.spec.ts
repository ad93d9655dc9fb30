import {
  connectedAppClaims,
  m2mClaims,
  newSigningKey,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../../../../test/support/session-tokens.js';
import { verifyAccessToken } from './verify-access-token.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const projectId = 'project-test-5f0d9c1e-0000-4000-8000-000000000001';
const options = resolvedOptions({
  projectId,
  jwt: { audiences: ['https://api.example.com'], issuers: ['https://login.example.com'] },
});
const [key, otherKey] = [newSigningKey(), newSigningKey()];
const keys = new Map([[key.kid, key.publicKey]]);
const now = 1_800_000_000;
const of = { projectId, nowSeconds: now };
const sessionName = 'https://stytch.com/session';

const m2m = (changes: object = {}) => signToken(key, { ...m2mClaims(of), ...changes });
const app = (changes: object = {}) => signToken(key, { ...connectedAppClaims(of), ...changes });
const withHeader = (changes: object) => signToken(key, m2mClaims(of), { ...changes });
const session = (changes: object = {}, header = {}) =>
  signToken(key, { ...sessionClaims(of), ...changes }, header);

function verify(token: string): string {
  const result = verifyAccessToken(token, keys, options);
  return result.kind === 'verified' ? result.verified.client.kind : result.kind;
}

describe('verifyAccessToken accepts an access token', () => {
  it.each<[string, 'm2m_client' | 'connected_app', () => string]>([
    ['of an M2M client', 'm2m_client', m2m],
    ['of a connected app', 'connected_app', app],
    ['of the type at+jwt', 'm2m_client', () => withHeader({ typ: 'at+jwt' })],
    ['of the type application/at+JWT', 'm2m_client', () => withHeader({ typ: 'application/at+JWT' })],
    ['without nbf', 'm2m_client', () => m2m({ nbf: undefined })],
    ['with the audience as a string', 'm2m_client', () => m2m({ aud: projectId })],
    ['with our project among other audiences', 'connected_app', () => app({ aud: ['x', projectId] })],
    ['with a configured audience', 'connected_app', () => app({ aud: ['https://api.example.com'] })],
    ['from a configured issuer', 'connected_app', () => app({ iss: 'https://login.example.com' })],
    ['that lives a day', 'connected_app', () => app({ exp: now + 86_400 })],
  ])('%s', (_, kind, token) => {
    expect(verify(token())).toBe(kind);
  });
});

describe('verifyAccessToken', () => {
  it('says whose token it is that the options do not accept', () => {
    const result = verifyAccessToken(app({ iss: 'https://login.x.example' }), keys, options);
    expect(result).toMatchObject({ kind: 'unusable', client: { kind: 'connected_app' } });
  });
});

describe('verifyAccessToken rejects', () => {
  it.each<[string, string, () => string]>([
    ['an empty token', 'invalid', () => ''],
    ['an opaque token', 'invalid', () => 'WJtR5BCy38Szd5AfoDpf0iqFKEt4EE5JhjlWUY7l3FtY'],
    ['a session JWT', 'invalid', session],
    ['a session JWT of the type at+jwt', 'invalid', () => session({}, { typ: 'at+jwt' })],
    ['a session JWT with scopes', 'invalid', () => session({ scope: 'read:documents' })],
    ['an access token with a session claim', 'invalid', () => m2m({ [sessionName]: sessionClaim(now) })],
    ['an access token whose session claim is null', 'invalid', () => app({ [sessionName]: null })],
    ['an ID token', 'invalid', () => app({ aud: ['connected-app-test-1'], client_id: undefined })],
    ['a connected app without a scope', 'invalid', () => app({ scope: undefined })],
    ['a connected app with an empty scope', 'invalid', () => app({ scope: '' })],
    ['a scope that is a list', 'invalid', () => m2m({ scope: ['read:documents'] })],
    ['a subject that is a list', 'invalid', () => m2m({ sub: ['m2m-client-test-1'] })],
    ['an access token without a subject', 'invalid', () => m2m({ sub: undefined })],
    ['an M2M token whose subject is a person', 'invalid', () => m2m({ sub: 'user-test-1' })],
    ['an access token of the type JWTs', 'invalid', () => withHeader({ typ: 'JWTs' })],
    ['an access token of the type id+jwt', 'invalid', () => withHeader({ typ: 'id+jwt' })],
    ['an access token without a type', 'invalid', () => withHeader({ typ: undefined })],
    ['an access token signed with RS512', 'invalid', () => withHeader({ alg: 'RS512' })],
    ['an access token signed with HS256 and the public key', 'invalid', () => withHeader({ alg: 'HS256' })],
    ['an access token with the algorithm none', 'invalid', () => withHeader({ alg: 'none' })],
    ['an access token with a critical extension', 'invalid', () => withHeader({ crit: ['exp'] })],
    [
      'an access token signed with another key',
      'invalid',
      () => signToken({ ...otherKey, kid: key.kid }, m2mClaims(of)),
    ],
    ['an access token with an unknown key id', 'unknown_key', () => withHeader({ kid: 'jwk-test-other' })],
    ['an access token without exp', 'invalid', () => m2m({ exp: undefined })],
    ['an access token with exp as a string', 'invalid', () => m2m({ exp: String(now + 60) })],
    ['an access token without iat', 'invalid', () => m2m({ iat: undefined })],
    ['an access token with exp before iat', 'invalid', () => m2m({ exp: now - 1 })],
    ['an access token that lives more than a day', 'unusable', () => app({ exp: now + 86_401 })],
    ['an access token of another project', 'invalid', () => m2m({ aud: ['project-test-other'] })],
    ['an access token for another API', 'invalid', () => app({ aud: ['https://other.example'] })],
    ['an access token without an audience', 'invalid', () => m2m({ aud: undefined })],
    ['an access token issued by another project', 'invalid', () => m2m({ iss: 'stytch.com/project-test-2' })],
    ['an access token without an issuer', 'invalid', () => m2m({ iss: undefined })],
    [
      'an access token from a custom domain that is not configured',
      'unusable',
      () => m2m({ iss: 'https://login.x.example' }),
    ],
  ])('%s', (_, kind, token) => {
    expect(verify(token())).toBe(kind);
  });
});
