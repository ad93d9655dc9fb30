import { CapturedLog } from '../support/captured-log.js';
import { OrdersController } from '../support/orders.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';
import { callsTo, jwtCookie, tokenCookie } from '../support/sessions.js';
import {
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import { useApplication } from '../support/use-application.js';

const [key, unknownKey, unpublishedKey] = [
  newSigningKey(),
  newSigningKey(),
  newSigningKey('jwk-test-unpublished'),
];
const unavailable = refusalBody('stytch_unavailable');
const sessionClaimName = 'https://stytch.com/session';
const authenticate = '/v1/sessions/authenticate';
const sessionToken = 'opaque-token-'.padEnd(43, 'x');
type Claims = Record<string, unknown>;

describe('the session JWT in the response to a refresh', () => {
  const log = new CapturedLog();
  const stage = useApplication({ controllers: [OrdersController], configure: log.attachTo });
  const nowSeconds = () => Math.floor(stage.emulator.clock.nowMs() / 1000);
  const claims = (changes: Claims = {}): Claims => ({
    ...sessionClaims({ projectId: stage.emulator.projectId, nowSeconds: nowSeconds() }),
    ...changes,
  });
  const respondWith = (path: string, body: string) =>
    stage.emulator.faults.add({ ...jsonResponse(body), path });
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
    ['in an array', () => [signToken(key, claims())]],
    ['signed with another key under the same key id', () => signToken(unknownKey, claims())],
    ['signed with an unpublished key', () => signToken(unpublishedKey, claims())],
    ['unsigned', () => signToken(key, claims(), { alg: 'none' })],
    ['for another project', () => signToken(key, claims({ aud: ['project-test-other'] }))],
    ['from another issuer', () => signToken(key, claims({ iss: 'stytch.com/project-test-other' }))],
    ['without a session claim', () => signToken(key, claims({ [sessionClaimName]: undefined }))],
  ];
  const ofAnotherSession: [string, () => unknown][] = [
    ['of another user, in the same session', () => signToken(key, claims({ sub: 'user-test-other' }))],
    [
      'of another session of the same user',
      () =>
        signToken(
          key,
          claims({ [sessionClaimName]: { ...sessionClaim(nowSeconds()), id: 'session-test-other' } }),
        ),
    ],
  ];

  beforeEach(() => {
    // All tests use the same session: this expires what is cached for it.
    stage.emulator.clock.advance({ minutes: 2 });
    log.lines.length = 0;
    respondWith('/v1/sessions/jwks/*', publishedKeys(key));
  });
  /** A valid JWT that has expired. */
  const expiredJwt = async () => {
    const jwt = signToken(key, claims());
    await get({ [jwtCookie]: jwt });
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.requests.clear();
    return jwt;
  };
  const expectUnavailable = (response: Awaited<ReturnType<typeof get>>) => {
    expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([
      expect.stringContaining('an invalid session JWT. It was discarded.'),
    ]);
  };
  const bodyWith = (sessionJwt: unknown) =>
    authenticateResponse({ session_jwt: sessionJwt, session_token: sessionToken });

  it('is accepted when it is of the same session and user', async () => {
    const jwt = await expiredJwt();
    respondWith(authenticate, bodyWith(signToken(key, claims())));

    expect((await get({ [jwtCookie]: jwt })).status).toBe(200);
  });

  it.each([...untrustworthy, ...ofAnotherSession])(
    'is not used when it is %s: responds 503 and keeps the cookies',
    async (_, sessionJwt) => {
      const jwt = await expiredJwt();
      respondWith(authenticate, bodyWith(sessionJwt()));

      expectUnavailable(await get({ [jwtCookie]: jwt, [tokenCookie]: sessionToken }));
    },
  );

  it.each(untrustworthy)(
    'is not used after a lookup of the opaque token when it is %s: responds 503 and keeps the cookies',
    async (_, sessionJwt) => {
      await expiredJwt();
      respondWith(authenticate, bodyWith(sessionJwt()));

      expectUnavailable(await get({ [tokenCookie]: sessionToken }));
    },
  );

  it.each(['', 'short', 'with blanks in it, and a semicolon; too', 42, null])(
    'beside the malformed opaque token %p is used, and no token cookie is set',
    async (token) => {
      const jwt = await expiredJwt();
      const body = { ...JSON.parse(bodyWith(signToken(key, claims()))), session_token: token } as object;
      respondWith(authenticate, JSON.stringify(body));

      const response = await get({ [jwtCookie]: jwt });

      expect(response.status).toBe(200);
      expect(response.setCookies.map((cookie) => cookie.split('=')[0])).toEqual([jwtCookie]);
    },
  );
});
