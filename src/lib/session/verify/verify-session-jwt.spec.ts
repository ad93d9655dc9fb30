import {
  newSigningKey,
  sessionClaim,
  sessionClaims,
  signText,
  signToken,
} from '../../../../test/support/session-tokens.js';
import { resolveOptions } from '../../options/resolve-options.js';
import { checkTimes, type TimeCheckResult } from './check-times.js';
import { verifySessionJwt } from './verify-session-jwt.js';

const id = '5f0d9c1e-0000-4000-8000-000000000001';
const projectId = `project-test-${id}`;
const secret = 'secret-test-of-these-specs=';
const options = resolveOptions(
  { projectId, secret, appUrl: 'https://app.example.com', jwt: { audiences: ['https://api.example.com'] } },
  {},
);
const key = newSigningKey();
const strangersKey = newSigningKey();
const keys = new Map([[key.kid, key.publicKey]]);
const now = 1_800_000_000;
const sessionName = 'https://stytch.com/session';

type Verdict = TimeCheckResult['kind'] | 'unknown_key' | 'invalid';

function judge(jwt: string): Verdict {
  const verification = verifySessionJwt(jwt, keys, options);
  if (verification.kind !== 'verified') return verification.kind;
  return checkTimes(verification.verified, now, options).kind;
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

describe('a session JWT is genuine', () => {
  it.each<[string, () => string]>([
    ['as Stytch issues it', good],
    ['with the audience as a text', () => withClaims({ aud: projectId })],
    ['with our project among other audiences', () => withClaims({ aud: ['x', projectId] })],
    ['with the audience of the JWT template', () => withClaims({ aud: ['https://api.example.com'] })],
    ['without nbf', () => withClaims({ nbf: undefined })],
    ['issued 30 seconds ahead of us', () => withClaims({ iat: now + 30, nbf: now + 30, exp: now + 330 })],
    ['4 seconds after its end', () => withClaims({ iat: now - 304, nbf: now - 304, exp: now - 4 })],
    ['living for 15 minutes', () => withClaims({ exp: now + 900 })],
    ['with times in fractions', () => withClaims({ iat: now - 0.5, exp: now + 0.5 })],
    ['without roles', () => withSession({ roles: undefined })],
    ['with null for roles', () => withSession({ roles: null })],
    ['without factors', () => withSession({ authentication_factors: [] })],
    [
      'with members in its header that nobody asked for',
      () => withHeader({ jku: 'https://evil.example', jwk: {} }),
    ],
  ])('%s', (_, token) => {
    expect(judge(token())).toBe('valid');
  });
});

describe('a session JWT is refused', () => {
  it.each<[string, Verdict, () => string]>([
    // Its form
    ['that is empty', 'invalid', () => ''],
    ['of two parts', 'invalid', () => good().split('.').slice(0, 2).join('.')],
    ['of four parts', 'invalid', () => `${good()}.AA`],
    ['with padding', 'invalid', () => `${good()}=`],
    ['in the alphabet of plain base64', 'invalid', () => `${good().slice(0, -9)}+/+/+/+/A`],
    ['with a line feed after it', 'invalid', () => `${good()}\n`],
    ['with a blank before it', 'invalid', () => ` ${good()}`],
    ['with a stray last bit in the signature', 'invalid', () => withStrayBits(good())],
    ['of more than 8 KB', 'invalid', () => withClaims({ filler: 'x'.repeat(8000) })],
    ['whose header is no JSON', 'invalid', () => good().replace(/^[^.]+/, 'AAAA')],
    [
      'whose header is a list',
      'invalid',
      () => good().replace(/^[^.]+/, Buffer.from('[]').toString('base64url')),
    ],
    ['whose claims are no JSON', 'invalid', () => signText(key, '{"iss":', header)],
    ['whose claims are a list', 'invalid', () => signText(key, '[]', header)],
    ['whose claims are null', 'invalid', () => signText(key, 'null', header)],
    // Its header
    ['signed with RS384', 'invalid', () => withHeader({ alg: 'RS384' })],
    ['signed with RS512', 'invalid', () => withHeader({ alg: 'RS512' })],
    ['signed with PS256', 'invalid', () => withHeader({ alg: 'PS256' })],
    ['signed with HS256 and the public key', 'invalid', () => withHeader({ alg: 'HS256' })],
    ['signed with nothing', 'invalid', () => withHeader({ alg: 'none' })],
    ['that says nothing of its algorithm', 'invalid', () => withHeader({ alg: undefined })],
    ['whose algorithm is written otherwise', 'invalid', () => withHeader({ alg: 'rs256' })],
    ['whose algorithm is a list', 'invalid', () => withHeader({ alg: ['RS256'] })],
    ['without a key id', 'invalid', () => withHeader({ kid: undefined })],
    ['with a number for a key id', 'invalid', () => withHeader({ kid: 7 })],
    ['with an empty key id', 'invalid', () => withHeader({ kid: '' })],
    ['with a key id of 300 characters', 'invalid', () => withHeader({ kid: 'k'.repeat(300) })],
    ['with an unknown key id', 'unknown_key', () => withHeader({ kid: 'jwk-test-other' })],
    ['with __proto__ for a key id', 'unknown_key', () => withHeader({ kid: '__proto__' })],
    ['without a type', 'invalid', () => withHeader({ typ: undefined })],
    ['of the type of an access token', 'invalid', () => withHeader({ typ: 'at+jwt' })],
    ['with an extension it calls critical', 'invalid', () => withHeader({ crit: ['exp'] })],
    ['with an empty list of them', 'invalid', () => withHeader({ crit: [] })],
    ['with a payload that is not encoded', 'invalid', () => withHeader({ b64: true })],
    // Its signature
    ['of a stranger', 'invalid', () => signToken({ ...strangersKey, kid: key.kid }, claims())],
    [
      'whose signature is of another token',
      'invalid',
      () => good().replace(/[^.]+$/, withClaims({ a: 1 }).split('.')[2]!),
    ],
    ['whose signature is short', 'invalid', () => good().replace(/[^.]+$/, 'AAAA')],
    ['whose signature is missing', 'invalid', () => good().replace(/[^.]+$/, '')],
    // Its times
    ['without exp', 'invalid', () => withClaims({ exp: undefined })],
    ['with exp as a text', 'invalid', () => withClaims({ exp: String(now + 300) })],
    [
      'with an infinite exp',
      'invalid',
      () => signText(key, JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e999'), header),
    ],
    ['that lives for a day', 'invalid', () => withClaims({ exp: now + 86_400 })],
    ['that lives a second too long', 'invalid', () => withClaims({ exp: now + 901 })],
    ['that ends before it begins', 'invalid', () => withClaims({ exp: now - 1 })],
    ['without iat', 'invalid', () => withClaims({ iat: undefined })],
    ['with iat as a text', 'invalid', () => withClaims({ iat: String(now) })],
    ['with nbf as a text', 'invalid', () => withClaims({ nbf: String(now) })],
    ['with null for nbf', 'invalid', () => withClaims({ nbf: null })],
    [
      'issued 31 seconds ahead of us',
      'issued_in_future',
      () => withClaims({ iat: now + 31, nbf: now, exp: now + 331 }),
    ],
    ['not good for 31 seconds yet', 'issued_in_future', () => withClaims({ nbf: now + 31 })],
    [
      '6 seconds after its end',
      'expired',
      () => withClaims({ iat: now - 306, nbf: now - 306, exp: now - 6 }),
    ],
    // Whom it is about
    ['without a subject', 'invalid', () => withClaims({ sub: undefined })],
    ['with an empty subject', 'invalid', () => withClaims({ sub: '' })],
    ['with an object as subject', 'invalid', () => withClaims({ sub: { id: 'user-test-1' } })],
    ['of a machine', 'invalid', () => withClaims({ sub: 'm2m-client-test-1' })],
    ['of a member', 'invalid', () => withClaims({ sub: 'member-test-1' })],
    ['of nobody but a prefix', 'invalid', () => withClaims({ sub: 'user-' })],
    ['with a line feed in the subject', 'invalid', () => withClaims({ sub: 'user-test-1\n' })],
    // Whom it is for
    ['for nobody', 'invalid', () => withClaims({ aud: undefined })],
    ['for an empty list', 'invalid', () => withClaims({ aud: [] })],
    ['for another project', 'invalid', () => withClaims({ aud: ['project-test-other'] })],
    [
      'for the live project of the same id',
      'invalid',
      () => withClaims({ aud: projectId.replace('test', 'live') }),
    ],
    ['for a project whose id begins like ours', 'invalid', () => withClaims({ aud: `${projectId}0` })],
    ['for our project and something odd', 'invalid', () => withClaims({ aud: [projectId, 7] })],
    ['for a list within a list', 'invalid', () => withClaims({ aud: [[projectId]] })],
    ['by nobody', 'invalid', () => withClaims({ iss: undefined })],
    ['by another project', 'invalid', () => withClaims({ iss: 'stytch.com/project-test-other' })],
    ['by a host that is not Stytch', 'invalid', () => withClaims({ iss: `evil.example/${projectId}` })],
    ['by a list of issuers', 'invalid', () => withClaims({ iss: [`stytch.com/${projectId}`] })],
    // The session it names
    ['without a session', 'invalid', () => withClaims({ [sessionName]: undefined })],
    ['with null for a session', 'invalid', () => withClaims({ [sessionName]: null })],
    ['with a list of sessions', 'invalid', () => withClaims({ [sessionName]: [sessionClaim(now)] })],
    ['with a session without an id', 'invalid', () => withSession({ id: undefined })],
    ['with a number for a session id', 'invalid', () => withSession({ id: 7 })],
    ['with the session of a member', 'invalid', () => withSession({ id: 'member-session-test-1' })],
    ['with a session without a beginning', 'invalid', () => withSession({ started_at: undefined })],
    ['with a session without an end', 'invalid', () => withSession({ expires_at: undefined })],
    ['with a session that ends some time', 'invalid', () => withSession({ expires_at: 'tomorrow' })],
    ['with a session that ends at a number', 'invalid', () => withSession({ expires_at: now + 3600 })],
    [
      'with a session that has ended',
      'session_expired',
      () => withSession({ expires_at: new Date(now * 1000).toISOString() }),
    ],
    ['with roles as a text', 'invalid', () => withSession({ roles: 'admin' })],
    ['with a role that is no text', 'invalid', () => withSession({ roles: [['admin']] })],
    ['without a list of factors', 'invalid', () => withSession({ authentication_factors: undefined })],
    ['with a factor that is none', 'invalid', () => withSession({ authentication_factors: ['email'] })],
    ['with a factor of no type', 'invalid', () => withFactor({ type: undefined })],
    ['with a factor of no delivery', 'invalid', () => withFactor({ delivery_method: 1 })],
    ['with a factor of no time', 'invalid', () => withFactor({ last_authenticated_at: 'once' })],
  ])('%s: %s', (_, kind, token) => {
    expect(judge(token())).toBe(kind);
  });
});

/** The same signature bytes in another spelling: the last character holds bits that mean nothing. */
function withStrayBits(jwt: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(jwt.at(-1)!);
  const respelt = jwt.slice(0, -1) + alphabet.charAt(last ^ 1);
  const bytesOf = (token: string) => Buffer.from(token.split('.')[2]!, 'base64url').toString('hex');
  expect(bytesOf(respelt)).toBe(bytesOf(jwt));
  return respelt;
}
