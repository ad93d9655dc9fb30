import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { refusalBody } from '../support/refusals.js';
import { bothCleared, callsTo, cookiesSetBy, jwtCookie, tokenCookie } from '../support/sessions.js';
import {
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { sessionId: session.sessionId };
  }
}

const [key, strangersKey, laterKey] = [newSigningKey(), newSigningKey(), newSigningKey('jwk-test-of-later')];
/** Other characters here and there in the signature. */
const altered = (token: string, n: number) => {
  const at = token.lastIndexOf('.') + 1 + (n % 300);
  return `${token.slice(0, at)}${token.charAt(at) === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};
const sessionClaimName = 'https://stytch.com/session';

describePlatforms('a token', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let fetchesOfKeys: () => number;

  /** The project publishes keys whose private halves are known here. */
  function publish(...keys: Parameters<typeof publishedKeys>) {
    emulator.faults.clear();
    emulator.faults.add({
      kind: 'status',
      status: 200,
      path: '/v1/sessions/jwks/*',
      contentType: 'application/json',
      body: publishedKeys(...keys),
    });
  }
  const goodClaims = () =>
    sessionClaims({
      projectId: emulator.projectId,
      nowSeconds: Math.floor(emulator.clock.nowMs() / 1000),
    });
  const send = (...jwts: string[]) =>
    application.browser().get('/orders', { cookie: jwts.map((jwt) => `${jwtCookie}=${jwt}`).join('; ') });

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    publish(key);
    application = await startApplication({ emulator, platform, controllers: [OrdersController] });
    await send(signToken(key, goodClaims()));
    fetchesOfKeys = () => emulator.requests.list().length - callsTo(emulator).length;
  });
  beforeEach(() => {
    publish(key);
    emulator.clock.advance({ minutes: 1 });
    emulator.requests.clear();
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });

  it('of the project is let in', async () => {
    expect((await send(signToken(key, goodClaims()))).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['garbage', () => 'garbage'],
    ['three letters', () => 'a.b.c'],
    ['somebody forged', () => signToken(strangersKey, goodClaims())],
    ['signed with HS256 and the public key', () => signToken(key, goodClaims(), { alg: 'HS256' })],
    ['signed with PS256', () => signToken(key, goodClaims(), { alg: 'PS256' })],
    ['without a signature', () => signToken(key, goodClaims(), { alg: 'none' })],
    [
      'without a signature, its algorithm still named',
      () => signToken(key, goodClaims()).replace(/[^.]*$/, ''),
    ],
    ['for another project', () => signToken(key, { ...goodClaims(), aud: ['project-test-other'] })],
    ['by another issuer', () => signToken(key, { ...goodClaims(), iss: 'stytch.com/project-test-other' })],
    [
      'of a machine',
      () => signToken(key, { ...goodClaims(), sub: 'm2m-client-test-1', [sessionClaimName]: undefined }),
    ],
    [
      'of a connected app',
      () => signToken(key, { ...goodClaims(), [sessionClaimName]: undefined, scope: 'openid' }),
    ],
    ['of nine kilobytes', () => signToken(key, { ...goodClaims(), filler: 'x'.repeat(9000) })],
  ])('that is %s is 401, and nobody is asked', async (_, token) => {
    const answer = await send(token());

    expect([answer.status, answer.setCookies]).toEqual([401, []]);
    expect(answer.json()).toEqual(refusalBody('session_invalid'));
    expect(answer.headers.get('www-authenticate')).toBe('Session error="session_invalid"');
    expect(callsTo(emulator)).toEqual([]);
  });

  it.each<[string, (n: number) => string]>([
    ['garbage', (n) => `garbage-${n}`],
    ['forged', (n) => signToken(strangersKey, { ...goodClaims(), n })],
    ['altered', (n) => altered(signToken(key, goodClaims()), n)],
  ])('that is %s is 401 five hundred times over, and nobody is asked for any of them', async (_, token) => {
    const statuses = await Promise.all(
      Array.from({ length: 500 }, async (_nothing, n) => (await send(token(n))).status),
    );

    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(callsTo(emulator)).toEqual([]);
    // They are fetched anew every five minutes, whoever comes.
    expect(fetchesOfKeys()).toBeLessThanOrEqual(1);
  });

  it('signed with a key published since is let in after one look', async () => {
    publish(key, laterKey);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(signToken(laterKey, goodClaims()))),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect([fetchesOfKeys(), callsTo(emulator)]).toEqual([1, []]);
  });

  it('that names a made-up key is 401, and a flood of them one look at the keys', async () => {
    const tokens = Array.from({ length: 500 }, (_, n) =>
      signToken(key, goodClaims(), { kid: `made-up-${n}` }),
    );

    const statuses = await Promise.all(tokens.map(async (token) => (await send(token)).status));

    expect(new Set(statuses)).toEqual(new Set([401]));
    expect([fetchesOfKeys(), callsTo(emulator)]).toEqual([1, []]);
  });

  it('signed by a key that was withdrawn is refused once the keys were looked at again', async () => {
    publish(laterKey);
    await send(signToken(laterKey, goodClaims()));

    expect((await send(signToken(key, goodClaims()))).status).toBe(401);
  });

  it('from too far in the future is the fault of our clock: 503, cookies kept', async () => {
    const nowSeconds = emulator.clock.nowMs() / 1000 + 120;
    const answer = await send(signToken(key, sessionClaims({ projectId: emulator.projectId, nowSeconds })));

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    expect(answer.json()).toMatchObject({ statusCode: 503, code: 'clock_skew' });
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('counts although a forged one stands before it', async () => {
    const answer = await send(signToken(strangersKey, goodClaims()), signToken(key, goodClaims()));

    expect(answer.status).toBe(200);
  });

  it('of another session beside it makes it ambiguous: 401, cookies cleared', async () => {
    const { iat } = goodClaims();
    const other = {
      ...goodClaims(),
      [sessionClaimName]: { ...sessionClaim(iat as number), id: 'session-test-other' },
    };

    const answer = await send(signToken(key, goodClaims()), signToken(key, other));

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_ambiguous' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(emulator)).toEqual([]);
  });

  it('that is one of four is ambiguous', async () => {
    const answer = await send('a', 'b', 'c', signToken(key, goodClaims()));

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_ambiguous' });
  });

  it('of another name is none', async () => {
    const answer = await application
      .browser()
      .get('/orders', { cookie: `x${jwtCookie}=${signToken(key, goodClaims())}; ${tokenCookie}=short` });

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
  });
});
