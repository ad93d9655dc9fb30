import { OrdersController } from '../support/orders.controller.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import { CapturedLog } from '../support/captured-log.js';
import {
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import { describePlatforms } from '../support/start-application.js';
import { unavailable } from '../support/unavailable.js';
import { useApplication } from '../support/use-application.js';

const [key, strangersKey, unpublishedKey] = [
  newSigningKey(),
  newSigningKey(),
  newSigningKey('jwk-test-unpublished'),
];
const sessionName = 'https://stytch.com/session';
const authenticate = '/v1/sessions/authenticate';
const sessionToken = 'a-token-that-somebody-could-have'.padEnd(43, 'x');
type Claims = Record<string, unknown>;

describePlatforms('an answer to a refresh with a session JWT', (platform) => {
  const log = new CapturedLog();
  const stage = useApplication({ platform, controllers: [OrdersController], configure: log.attachTo });
  const nowSeconds = () => Math.floor(stage.emulator.clock.nowMs() / 1000);
  const claims = (changes: Claims = {}): Claims => ({
    ...sessionClaims({ projectId: stage.emulator.projectId, nowSeconds: nowSeconds() }),
    ...changes,
  });
  const answerWith = (path: string, body: string) =>
    stage.emulator.faults.add({ kind: 'status', status: 200, contentType: 'application/json', body, path });
  const get = (cookies: Record<string, string>) =>
    stage.application.browser().get('/orders', {
      cookie: Object.entries(cookies)
        .map((cookie) => cookie.join('='))
        .join('; '),
    });

  const untrustworthy: [string, () => unknown][] = [
    ['missing', () => undefined],
    ['null', () => null],
    ['empty', () => ''],
    ['in a list', () => [signToken(key, claims())]],
    ['signed by a stranger who borrows the name of the key', () => signToken(strangersKey, claims())],
    ['signed by a key nobody published', () => signToken(unpublishedKey, claims())],
    ['not signed at all', () => signToken(key, claims(), { alg: 'none' })],
    ['for another project', () => signToken(key, claims({ aud: ['project-test-other'] }))],
    ['of another issuer', () => signToken(key, claims({ iss: 'stytch.com/project-test-other' }))],
    ['of no session', () => signToken(key, claims({ [sessionName]: undefined }))],
  ];
  const ofSomebodyElse: [string, () => unknown][] = [
    ['of another user, in the same session', () => signToken(key, claims({ sub: 'user-test-other' }))],
    [
      'of another session of the same user',
      () =>
        signToken(
          key,
          claims({ [sessionName]: { ...sessionClaim(nowSeconds()), id: 'session-test-other' } }),
        ),
    ],
  ];

  beforeEach(() => {
    // The session of each fact is the same one: what is remembered of it passes.
    stage.emulator.clock.advance({ minutes: 2 });
    log.lines.length = 0;
    answerWith('/v1/sessions/jwks/*', publishedKeys(key));
  });
  /** A good JWT of ours whose five minutes are over. */
  const expiredJwt = async () => {
    const jwt = signToken(key, claims());
    await get({ [jwtCookie]: jwt });
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.requests.clear();
    return jwt;
  };
  const expectNothingOfIt = (answer: Awaited<ReturnType<typeof get>>) => {
    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringContaining('an invalid session JWT. It was discarded.'),
    ]);
  };
  const bodyWith = (sessionJwt: unknown) =>
    JSON.stringify({
      status_code: 200,
      request_id: 'request-id-test-1',
      session_jwt: sessionJwt,
      session_token: sessionToken,
    });

  it('of the same session and user is taken', async () => {
    const jwt = await expiredJwt();
    answerWith(authenticate, bodyWith(signToken(key, claims())));

    expect((await get({ [jwtCookie]: jwt })).status).toBe(200);
  });

  it.each([...untrustworthy, ...ofSomebodyElse])(
    'that is %s is not: 503, cookies kept',
    async (_, sessionJwt) => {
      const jwt = await expiredJwt();
      answerWith(authenticate, bodyWith(sessionJwt()));

      expectNothingOfIt(await get({ [jwtCookie]: jwt, [tokenCookie]: sessionToken }));
    },
  );

  it.each(untrustworthy)(
    'by the opaque token that is %s is not: 503, cookies kept',
    async (_, sessionJwt) => {
      await expiredJwt();
      answerWith(authenticate, bodyWith(sessionJwt()));

      expectNothingOfIt(await get({ [tokenCookie]: sessionToken }));
    },
  );

  it.each(['', 'short', 'with blanks in it, and a semicolon; too', 42, null])(
    'and the token %p writes no token cookie',
    async (token) => {
      const jwt = await expiredJwt();
      const body = { ...JSON.parse(bodyWith(signToken(key, claims()))), session_token: token } as object;
      answerWith(authenticate, JSON.stringify(body));

      const answer = await get({ [jwtCookie]: jwt });

      expect(answer.status).toBe(200);
      expect(answer.setCookies.map((cookie) => cookie.split('=')[0])).toEqual([jwtCookie]);
    },
  );
});
