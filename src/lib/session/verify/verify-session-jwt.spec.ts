import {
  newSigningKey,
  sessionClaim,
  sessionClaims,
  signText,
  signToken,
} from '../../../../test/support/session-tokens.js';
import type { UnusableJwt } from './check-acceptance.js';
import { checkTimes, type TimeCheckResult } from './check-times.js';
import { userSessionFromClaims } from '../../identity/user-session-from-claims.js';
import { verifySessionJwt } from './verify-session-jwt.js';
import { momentAtSecond } from '../../../../test/support/verified-jwt.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const id = '5f0d9c1e-0000-4000-8000-000000000001';
const projectId = `project-test-${id}`;
const secret = 'secret-test-of-these-specs=';
const issuer = 'https://login.example.com';
const options = resolvedOptions({
  projectId,
  secret,
  jwt: { audiences: ['https://api.example.com'], issuers: [issuer] },
});
const key = newSigningKey();
const otherKey = newSigningKey();
const keys = new Map([[key.kid, key.publicKey]]);
const now = 1_800_000_000;
const sessionName = 'https://stytch.com/session';

type ResultKind = TimeCheckResult['kind'] | 'unknown_key' | 'unusable' | 'invalid';

function verify(jwt: string): ResultKind {
  const result = verifySessionJwt(jwt, keys, options, userSessionFromClaims);
  if (result.kind !== 'verified') return result.kind;
  return checkTimes(result.verified, momentAtSecond(now), options).kind;
}
const claims = () => sessionClaims({ projectId, nowSeconds: now });
const withClaims = (changes: object) => signToken(key, { ...claims(), ...changes });
const withHeader = (changes: object) => signToken(key, claims(), { ...changes });
const withSession = (changes: object) => withClaims({ [sessionName]: { ...sessionClaim(now), ...changes } });
const withFactor = (changes: object) => {
  const [factor] = sessionClaim(now)['authentication_factors'] as object[];
  return withSession({ authentication_factors: [{ ...factor, ...changes }] });
};
const good = () => signToken(key, claims());
const header = { alg: 'RS256', typ: 'JWT', kid: key.kid };

describe('verifySessionJwt accepts a session JWT', () => {
  it.each<[string, () => string]>([
    ['as Stytch issues it', good],
    ['with the audience as a string', () => withClaims({ aud: projectId })],
    ['with our project among other audiences', () => withClaims({ aud: ['x', projectId] })],
    ['with the audience of the JWT template', () => withClaims({ aud: ['https://api.example.com'] })],
    ['from the configured custom domain', () => withClaims({ iss: issuer })],
    ['without nbf', () => withClaims({ nbf: undefined })],
    ['issued 30 seconds in the future', () => withClaims({ iat: now + 30, nbf: now + 30, exp: now + 330 })],
    ['4 seconds after it expired', () => withClaims({ iat: now - 304, nbf: now - 304, exp: now - 4 })],
    ['with a lifetime of 15 minutes', () => withClaims({ exp: now + 900 })],
    ['with fractional timestamps', () => withClaims({ iat: now - 0.5, exp: now + 0.5 })],
    ['of the type jwt', () => withHeader({ typ: 'jwt' })],
    ['of the type application/jwt', () => withHeader({ typ: 'application/jwt' })],
    ['of the type Application/JWT', () => withHeader({ typ: 'Application/JWT' })],
    ['with null as expiry of the session', () => withSession({ expires_at: null })],
    ['without the expiry of the session', () => withSession({ expires_at: undefined })],
    ['with a factor of an unknown type', () => withFactor({ type: 'retina_scan' })],
    ['with a factor without a type', () => withFactor({ type: undefined })],
    ['with a factor without a delivery method', () => withFactor({ delivery_method: undefined })],
    ['with a number as delivery method', () => withFactor({ delivery_method: 1 })],
    ['with a factor whose time is not a timestamp', () => withFactor({ last_authenticated_at: 'once' })],
    ['with a string as authentication factor', () => withSession({ authentication_factors: ['email'] })],
    ['without authentication factors', () => withSession({ authentication_factors: undefined })],
    ['with roles as a string', () => withSession({ roles: 'admin' })],
    ['with a role that is not a string', () => withSession({ roles: [['admin']] })],
    ['without roles', () => withSession({ roles: undefined })],
    ['with null for roles', () => withSession({ roles: null })],
    ['without factors', () => withSession({ authentication_factors: [] })],
    ['with unknown header parameters', () => withHeader({ jku: 'https://evil.example', jwk: {} })],
  ])('%s', (_, token) => {
    expect(verify(token())).toBe('valid');
  });
});

describe('verifySessionJwt rejects a JWT', () => {
  it.each<[string, ResultKind, () => string]>([
    // Encoding
    ['that is empty', 'invalid', () => ''],
    ['of two parts', 'invalid', () => good().split('.').slice(0, 2).join('.')],
    ['of four parts', 'invalid', () => `${good()}.AA`],
    ['with padding', 'invalid', () => `${good()}=`],
    ['in plain base64', 'invalid', () => `${good().slice(0, -9)}+/+/+/+/A`],
    ['with a trailing line feed', 'invalid', () => `${good()}\n`],
    ['with a leading space', 'invalid', () => ` ${good()}`],
    ['with nonzero spare bits in the signature', 'invalid', () => withSpareBits(good())],
    ['larger than 8 KB', 'invalid', () => withClaims({ filler: 'x'.repeat(8000) })],
    ['with a header that is not JSON', 'invalid', () => good().replace(/^[^.]+/, 'AAAA')],
    [
      'with an array as header',
      'invalid',
      () => good().replace(/^[^.]+/, Buffer.from('[]').toString('base64url')),
    ],
    ['with claims that are not JSON', 'invalid', () => signText(key, '{"iss":', header)],
    ['with an array as claims', 'invalid', () => signText(key, '[]', header)],
    ['with null as claims', 'invalid', () => signText(key, 'null', header)],
    // Header
    ['signed with RS384', 'invalid', () => withHeader({ alg: 'RS384' })],
    ['signed with RS512', 'invalid', () => withHeader({ alg: 'RS512' })],
    ['signed with PS256', 'invalid', () => withHeader({ alg: 'PS256' })],
    ['signed with HS256 and the public key', 'invalid', () => withHeader({ alg: 'HS256' })],
    ['with the algorithm none', 'invalid', () => withHeader({ alg: 'none' })],
    ['without an algorithm', 'invalid', () => withHeader({ alg: undefined })],
    ['with a lowercase algorithm', 'invalid', () => withHeader({ alg: 'rs256' })],
    ['with an array as algorithm', 'invalid', () => withHeader({ alg: ['RS256'] })],
    ['without a key id', 'invalid', () => withHeader({ kid: undefined })],
    ['with a number as key id', 'invalid', () => withHeader({ kid: 7 })],
    ['with an empty key id', 'invalid', () => withHeader({ kid: '' })],
    ['with a key id of 300 characters', 'invalid', () => withHeader({ kid: 'k'.repeat(300) })],
    ['with an unknown key id', 'unknown_key', () => withHeader({ kid: 'jwk-test-other' })],
    ['with the key id __proto__', 'unknown_key', () => withHeader({ kid: '__proto__' })],
    ['without a type', 'invalid', () => withHeader({ typ: undefined })],
    ['with an empty type', 'invalid', () => withHeader({ typ: '' })],
    ['with the type JWTs', 'invalid', () => withHeader({ typ: 'JWTs' })],
    ['with the type text/jwt', 'invalid', () => withHeader({ typ: 'text/jwt' })],
    ['with a line feed after the type', 'invalid', () => withHeader({ typ: 'JWT\n' })],
    ['with a list of types', 'invalid', () => withHeader({ typ: ['JWT'] })],
    ['with the type of an access token', 'invalid', () => withHeader({ typ: 'at+jwt' })],
    ['with a critical extension', 'invalid', () => withHeader({ crit: ['exp'] })],
    ['with an empty list of critical extensions', 'invalid', () => withHeader({ crit: [] })],
    ['with the b64 header parameter', 'invalid', () => withHeader({ b64: true })],
    // Signature
    ['signed with another key', 'invalid', () => signToken({ ...otherKey, kid: key.kid }, claims())],
    [
      'with the signature of another token',
      'invalid',
      () => good().replace(/[^.]+$/, withClaims({ a: 1 }).split('.')[2]!),
    ],
    ['with a short signature', 'invalid', () => good().replace(/[^.]+$/, 'AAAA')],
    ['with an empty signature', 'invalid', () => good().replace(/[^.]+$/, '')],
    // Times
    ['without exp', 'invalid', () => withClaims({ exp: undefined })],
    ['with exp as a string', 'invalid', () => withClaims({ exp: String(now + 300) })],
    [
      'with an infinite exp',
      'invalid',
      () => signText(key, JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999'), header),
    ],
    ['with a lifetime of a day', 'unusable', () => withClaims({ exp: now + 86_400 })],
    ['with a lifetime of 15 minutes and a second', 'unusable', () => withClaims({ exp: now + 901 })],
    ['with exp before iat', 'invalid', () => withClaims({ exp: now - 1 })],
    ['without iat', 'invalid', () => withClaims({ iat: undefined })],
    ['with iat as a string', 'invalid', () => withClaims({ iat: String(now) })],
    ['with nbf as a string', 'invalid', () => withClaims({ nbf: String(now) })],
    ['with null as nbf', 'invalid', () => withClaims({ nbf: null })],
    [
      'issued 31 seconds in the future',
      'issued_in_future',
      () => withClaims({ iat: now + 31, nbf: now, exp: now + 331 }),
    ],
    ['with nbf 31 seconds in the future', 'issued_in_future', () => withClaims({ nbf: now + 31 })],
    [
      '6 seconds after it expired',
      'expired',
      () => withClaims({ iat: now - 306, nbf: now - 306, exp: now - 6 }),
    ],
    // Subject
    ['without a subject', 'invalid', () => withClaims({ sub: undefined })],
    ['with an empty subject', 'invalid', () => withClaims({ sub: '' })],
    ['with an object as subject', 'invalid', () => withClaims({ sub: { id: 'user-test-1' } })],
    ['with an M2M client as subject', 'invalid', () => withClaims({ sub: 'm2m-client-test-1' })],
    ['with a member as subject', 'invalid', () => withClaims({ sub: 'member-test-1' })],
    ['with only the prefix of a user id as subject', 'invalid', () => withClaims({ sub: 'user-' })],
    ['with a line feed in the subject', 'invalid', () => withClaims({ sub: 'user-test-1\n' })],
    // Audience and issuer
    ['without an audience', 'invalid', () => withClaims({ aud: undefined })],
    ['with an empty list of audiences', 'invalid', () => withClaims({ aud: [] })],
    ['for another project', 'invalid', () => withClaims({ aud: ['project-test-other'] })],
    [
      'for the live project with the same id',
      'invalid',
      () => withClaims({ aud: projectId.replace('test', 'live') }),
    ],
    ['for a project whose id starts with ours', 'invalid', () => withClaims({ aud: `${projectId}0` })],
    ['with a number among the audiences', 'invalid', () => withClaims({ aud: [projectId, 7] })],
    ['with a nested list of audiences', 'invalid', () => withClaims({ aud: [[projectId]] })],
    ['with an audience that is not configured', 'unusable', () => withClaims({ aud: 'https://x.example' })],
    [
      'for another project and an audience that is not configured',
      'unusable',
      () => withClaims({ aud: ['project-test-other', 'https://x.example'] }),
    ],
    [
      'from a custom domain that is not configured',
      'unusable',
      () => withClaims({ iss: 'https://login.x.example' }),
    ],
    ['from the configured custom domain with a slash', 'unusable', () => withClaims({ iss: `${issuer}/` })],
    ['with an empty issuer', 'invalid', () => withClaims({ iss: '' })],
    [
      'of another project from a custom domain',
      'invalid',
      () => withClaims({ iss: 'https://login.x.example', aud: ['project-test-other'] }),
    ],
    [
      'of a machine, which lives longer',
      'invalid',
      () => withClaims({ sub: 'm2m-client-test-1', [sessionName]: undefined, exp: now + 3600 }),
    ],
    [
      'of a member, with an audience that is not configured',
      'invalid',
      () => withClaims({ sub: 'member-test-1', aud: 'https://x.example' }),
    ],
    ['without an issuer', 'invalid', () => withClaims({ iss: undefined })],
    ['issued by another project', 'invalid', () => withClaims({ iss: 'stytch.com/project-test-other' })],
    [
      'issued by a host that is not Stytch',
      'unusable',
      () => withClaims({ iss: `evil.example/${projectId}` }),
    ],
    ['with a list of issuers', 'invalid', () => withClaims({ iss: [`stytch.com/${projectId}`] })],
    // Session claim
    ['without a session claim', 'invalid', () => withClaims({ [sessionName]: undefined })],
    ['with null as session claim', 'invalid', () => withClaims({ [sessionName]: null })],
    ['with an array as session claim', 'invalid', () => withClaims({ [sessionName]: [sessionClaim(now)] })],
    ['without a session id', 'invalid', () => withSession({ id: undefined })],
    ['with a number as session id', 'invalid', () => withSession({ id: 7 })],
    ['with a member session id', 'invalid', () => withSession({ id: 'member-session-test-1' })],
    ['without the start of the session', 'invalid', () => withSession({ started_at: undefined })],
    [
      'with an expiry of the session that is not a timestamp',
      'invalid',
      () => withSession({ expires_at: 'tomorrow' }),
    ],
    ['with a number as expiry of the session', 'invalid', () => withSession({ expires_at: now + 3600 })],
    [
      'with an expired session',
      'session_expired',
      () => withSession({ expires_at: new Date(now * 1000).toISOString() }),
    ],
  ])('%s as %s', (_, kind, token) => {
    expect(verify(token())).toBe(kind);
  });
});

/** The same signature bytes in another encoding: the spare bits of the last character differ. */
function withSpareBits(jwt: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(jwt.at(-1)!);
  const reencoded = jwt.slice(0, -1) + alphabet.charAt(last ^ 1);
  const bytesOf = (token: string) => Buffer.from(token.split('.')[2]!, 'base64url').toString('hex');
  expect(bytesOf(reencoded)).toBe(bytesOf(jwt));
  return reencoded;
}

it.each<[UnusableJwt['claim'], UnusableJwt['given'], () => string]>([
  ['iss', 'https://login.x.example', () => withClaims({ iss: 'https://login.x.example' })],
  ['aud', ['https://x.example'], () => withClaims({ aud: 'https://x.example' })],
  ['lifetime', 3600, () => withClaims({ exp: now + 3600 })],
])('verifySessionJwt returns which claim the options do not accept: %s', (claim, given, token) => {
  expect(verifySessionJwt(token(), keys, options, userSessionFromClaims)).toEqual({
    kind: 'unusable',
    claim,
    given,
  });
});
