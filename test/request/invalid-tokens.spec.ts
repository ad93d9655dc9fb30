import { SigningKeys } from 'nestjs-stytch';
import { OrdersController } from '../support/orders.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import {
  memberClaims,
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import { jsonResponse } from '../support/stytch-faults.js';
import { describeProducts } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const [key, unknownKey, laterKey] = [newSigningKey(), newSigningKey(), newSigningKey('jwk-test-of-later')];
/** Replaces one character of the signature. */
const altered = (token: string, n: number) => {
  const at = token.lastIndexOf('.') + 1 + (n % 300);
  return `${token.slice(0, at)}${token.charAt(at) === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};
const sessionClaimName = 'https://stytch.com/session';

describeProducts('a session JWT', (product) => {
  const stage = useApplication({ product, controllers: [OrdersController] });
  const [claimsOf, claimsOfOther] =
    product === 'b2b' ? [memberClaims, sessionClaims] : [sessionClaims, memberClaims];
  const keyFetches = () => stage.emulator.requests.list().length - callsTo(stage.emulator).length;

  /** Publishes keys whose private halves the tests have. */
  function publish(...keys: Parameters<typeof publishedKeys>) {
    stage.emulator.faults.clear();
    stage.emulator.faults.add({ ...jsonResponse(publishedKeys(...keys)), path: '/v1/sessions/jwks/*' });
  }
  const now = () => ({
    projectId: stage.emulator.projectId,
    nowSeconds: Math.floor(stage.emulator.clock.nowMs() / 1000),
  });
  const validClaims = () => claimsOf(now());
  const send = (...jwts: string[]) =>
    stage.application
      .browser()
      .get('/orders', { cookie: jwts.map((jwt) => `${jwtCookie}=${jwt}`).join('; ') });

  beforeAll(async () => {
    publish(key);
    await stage.application.app.get(SigningKeys).reload();
  });
  beforeEach(() => {
    publish(key);
    stage.emulator.clock.advance({ minutes: 1 });
    stage.emulator.requests.clear();
  });

  it('of the project is accepted', async () => {
    expect((await send(signToken(key, validClaims()))).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['garbage', () => 'garbage'],
    ['three single letters', () => 'a.b.c'],
    ['signed with an unknown key', () => signToken(unknownKey, validClaims())],
    ['signed with HS256 and the public key', () => signToken(key, validClaims(), { alg: 'HS256' })],
    ['signed with PS256', () => signToken(key, validClaims(), { alg: 'PS256' })],
    ['unsigned, with alg none', () => signToken(key, validClaims(), { alg: 'none' })],
    ['unsigned, with alg RS256', () => signToken(key, validClaims()).replace(/[^.]*$/, '')],
    ['for another project', () => signToken(key, { ...validClaims(), aud: ['project-test-other'] })],
    ['from another issuer', () => signToken(key, { ...validClaims(), iss: 'stytch.com/project-test-other' })],
    [
      'an M2M access token',
      () => signToken(key, { ...validClaims(), sub: 'm2m-client-test-1', [sessionClaimName]: undefined }),
    ],
    [
      'an access token of a connected app',
      () => signToken(key, { ...validClaims(), [sessionClaimName]: undefined, scope: 'openid' }),
    ],
    ['of the other product', () => signToken(key, claimsOfOther(now()))],
    ['longer than nine kilobytes', () => signToken(key, { ...validClaims(), filler: 'x'.repeat(9000) })],
  ])('is refused with 401 and without a call: %s', async (_, token) => {
    const response = await send(token());

    expect([response.status, response.setCookies]).toEqual([401, []]);
    expect(response.json()).toEqual(refusalBody('session_invalid'));
    expect(response.headers.get('www-authenticate')).toBe('Session error="session_invalid"');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, (n: number) => string]>([
    ['garbage', (n) => `garbage-${n}`],
    ['signed with an unknown key', (n) => signToken(unknownKey, { ...validClaims(), n })],
    ['with an altered signature', (n) => altered(signToken(key, validClaims()), n)],
  ])('is refused with 401 two hundred times without a call: %s', async (_, token) => {
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_nothing, n) => (await send(token(n))).status),
    );

    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(callsTo(stage.emulator)).toEqual([]);
    // Keys are fetched every five minutes, regardless of requests.
    expect(keyFetches()).toBeLessThanOrEqual(1);
  });

  it('signed with a newly published key is accepted after one fetch of the keys', async () => {
    publish(key, laterKey);

    const responses = await Promise.all(
      Array.from({ length: 5 }, () => send(signToken(laterKey, validClaims()))),
    );

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect([keyFetches(), callsTo(stage.emulator)]).toEqual([1, []]);
  });

  it('with an unknown key id is refused with 401 or 503, and two hundred of them cause at most two fetches of the keys', async () => {
    const tokens = Array.from({ length: 200 }, (_, n) =>
      signToken(key, validClaims(), { kid: `made-up-${n}` }),
    );

    const statuses = await Promise.all(tokens.map(async (token) => (await send(token)).status));

    // 503 where no fetch is allowed that would tell whether the key is new.
    expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect(keyFetches()).toBeLessThanOrEqual(2);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('signed with a withdrawn key is refused with 401 after the next fetch of the keys', async () => {
    publish(laterKey);
    await send(signToken(laterKey, validClaims()));
    // The limit on fetches for unknown key ids.
    stage.emulator.clock.advance({ seconds: 5 });

    expect((await send(signToken(key, validClaims()))).status).toBe(401);
  });

  it('issued two minutes in the future is refused with 503 for clock skew, and its cookies are kept', async () => {
    const nowSeconds = stage.emulator.clock.nowMs() / 1000 + 120;
    const response = await send(
      signToken(key, claimsOf({ projectId: stage.emulator.projectId, nowSeconds })),
    );

    expect([response.status, response.setCookies]).toEqual([503, []]);
    expect(response.json()).toMatchObject({ statusCode: 503, code: 'clock_skew' });
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
  });

  it('is accepted after a forged one in the same request', async () => {
    const response = await send(signToken(unknownKey, validClaims()), signToken(key, validClaims()));

    expect(response.status).toBe(200);
  });

  it('beside one of another session is ambiguous: responds 401 and keeps the cookies', async () => {
    const { iat } = validClaims();
    const other = {
      ...validClaims(),
      [sessionClaimName]: { ...sessionClaim(iat as number), id: 'session-test-other' },
    };

    const response = await send(signToken(key, validClaims()), signToken(key, other));

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_ambiguous' });
    expect([response.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
  });

  it('is accepted after three values that are no JWTs', async () => {
    const response = await send('a', 'b', 'c', signToken(key, validClaims()));

    expect([response.status, response.setCookies]).toEqual([200, []]);
  });

  it('in a cookie of another name is not read', async () => {
    const response = await stage.application
      .browser()
      .get('/orders', { cookie: `x${jwtCookie}=${signToken(key, validClaims())}; ${tokenCookie}=short` });

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
  });
});
