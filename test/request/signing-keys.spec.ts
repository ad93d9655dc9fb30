import { SigningKeys } from 'nestjs-stytch';
import { CapturedLog } from '../support/captured-log.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, keepSession } from '../support/sessions.js';
import { newSigningKey, publishedKeys, sessionClaims, signToken } from '../support/session-tokens.js';
import { maxBufferedBytes, sendEndlessBody } from '../support/endless-response.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { useEmulator, useStytchFront } from '../support/use-application.js';
import { until } from '../support/until.js';

const invalid = refusalBody('session_invalid');
const unavailable = refusalBody('stytch_unavailable');
const [validKey, oddKey] = [newSigningKey(), newSigningKey('jwk-test-odd')];
const validAndOdd = (odd: (entry: object) => unknown) => {
  const { keys } = JSON.parse(publishedKeys(validKey, oddKey)) as { keys: [object, object] };
  return JSON.stringify({ keys: [keys[0], odd(keys[1])], request_id: 'request-id-test-1', status_code: 200 });
};

describe('the signing keys', () => {
  const stage = useEmulator();
  const proxy = useStytchFront(stage);
  let application: ApplicationUnderTest;
  let keysPath: string;
  let log: CapturedLog;

  const signedIn = async (email = 'ada@example.com') => {
    const browser = application.browser();
    const session = await stage.emulator.sessions.create({ email });
    keepSession(browser, session);
    return { browser, jwtOnly: { cookie: `${jwtCookie}=${session.session_jwt}` } };
  };
  const keyFetches = () => proxy.front.requests.filter((request) => request === `GET ${keysPath}`).length;
  const keys = () => application.app.get(SigningKeys);

  beforeAll(() => {
    keysPath = `/v1/sessions/jwks/${stage.emulator.projectId}`;
  });
  beforeEach(async () => {
    log = new CapturedLog();
    application = await stage.start({
      controllers: [OrdersController],
      configure: log.attachTo,
      options: { apiUrl: proxy.front.url, http: { deadlineMs: 400 } },
    });
    expect((await (await signedIn()).browser.get('/orders')).status).toBe(200);
    proxy.front.reset();
  });

  it('are fetched once after a rotation, and JWTs signed with the new key are accepted', async () => {
    await stage.emulator.keys.rotate();
    const signedInAs = await Promise.all([1, 2, 3].map((n) => signedIn(`n${n}@example.com`)));

    const responses = await Promise.all(signedInAs.map(({ browser }) => browser.get('/orders')));

    expect(responses.map(({ status, setCookies }) => [status, setCookies.length])).toEqual([
      [200, 0],
      [200, 0],
      [200, 0],
    ]);
    expect([keyFetches(), callsTo(stage.emulator)]).toEqual([1, []]);
  });

  it('are fetched twice at most for 200 unknown key ids, which get 401 after a fetch and 503 without one', async () => {
    const unknownKey = newSigningKey();
    const claims = sessionClaims({
      projectId: stage.emulator.projectId,
      nowSeconds: Math.floor(stage.emulator.clock.nowMs() / 1000),
    });
    const tokens = Array.from({ length: 200 }, (_, n) =>
      signToken(unknownKey, claims, { kid: `unknown-${n}` }),
    );

    const responses = await Promise.all(
      tokens.map((token) => application.browser().get('/orders', { cookie: `${jwtCookie}=${token}` })),
    );

    for (const response of responses) {
      const isRefused = response.status === 401;
      expect([response.json(), response.setCookies]).toEqual([isRefused ? invalid : unavailable, []]);
    }
    expect(responses.some(({ status }) => status === 401)).toBe(true);
    expect(keyFetches()).toBeLessThanOrEqual(2);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('that were withdrawn verify no JWT after the next fetch, whether or not it was verified before', async () => {
    const { browser, jwtOnly } = await signedIn();
    stage.emulator.clock.advance({ minutes: 4 });
    const fresh = await signedIn('grace@example.com');
    expect((await fresh.browser.get('/orders')).status).toBe(200);
    await stage.emulator.keys.rotate({ withdrawOld: true });
    stage.emulator.clock.advance({ seconds: 59 });
    expect((await fresh.browser.get('/orders', fresh.jwtOnly)).status).toBe(200);
    expect(keyFetches()).toBe(0);

    stage.emulator.clock.advance({ seconds: 2 });
    // This request starts a fetch in the background and does not wait for it.
    expect((await fresh.browser.get('/orders', fresh.jwtOnly)).status).toBe(200);
    await until(async () => (await fresh.browser.get('/orders', fresh.jwtOnly)).status === 401);

    for (const send of [
      () => fresh.browser.get('/orders', fresh.jwtOnly),
      () => browser.get('/orders', jwtOnly),
    ]) {
      stage.emulator.clock.advance({ seconds: 5 });
      const response = await send();
      expect([response.json(), response.setCookies]).toEqual([invalid, []]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('that were withdrawn verify none of 40 requests after the process was idle for ten hours', async () => {
    const durationMinutes = 24 * 60;
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com', durationMinutes });
    await stage.emulator.keys.rotate({ withdrawOld: true });
    const cookie = `${jwtCookie}=${session.session_jwt}`;
    stage.emulator.clock.advance({ hours: 10 });

    const responses = await Promise.all(
      Array.from({ length: 40 }, () => application.browser().get('/orders', { cookie })),
    );

    expect(responses.filter(({ status }) => status === 200)).toEqual([]);
    expect(responses.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, () => void]>([
    [
      'the fetch fails',
      () => {
        proxy.front.respond(keysPath, (_, response) => response.writeHead(500).end());
      },
    ],
    ['no fetch is allowed so soon', () => undefined],
  ])('cause 503 for a JWT with a new key if %s', async (_, prepare) => {
    const unknown = signToken(newSigningKey(), { any: 1 }, { kid: 'unknown' });
    await application.browser().get('/orders', { cookie: `${jwtCookie}=${unknown}` });
    await stage.emulator.keys.rotate();
    const { browser, jwtOnly } = await signedIn();
    prepare();

    const refused = await browser.get('/orders', jwtOnly);
    proxy.front.reset();
    stage.emulator.clock.advance({ seconds: 5 });

    expect([refused.status, refused.json(), refused.setCookies]).toEqual([503, unavailable, []]);
    expect((await browser.get('/orders', jwtOnly)).status).toBe(200);
  });

  it('that are new are accepted within five seconds under a flood of unknown key ids', async () => {
    const unknownKey = newSigningKey();
    const flood = () =>
      Promise.all(
        Array.from({ length: 20 }, (_, n) => {
          const token = signToken(unknownKey, { n }, { kid: `unknown-${n}` });
          return application.browser().get('/orders', { cookie: `${jwtCookie}=${token}` });
        }),
      );
    await flood();
    await stage.emulator.keys.rotate();
    const { browser, jwtOnly } = await signedIn();
    proxy.front.reset();
    const statuses: number[] = [];
    for (let seconds = 0; seconds <= 20; seconds += 1) {
      await flood();
      statuses.push((await browser.get('/orders', jwtOnly)).status);
      stage.emulator.clock.advance({ seconds: 1 });
    }

    expect(statuses.slice(5)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(statuses).not.toContain(401);
    expect(keyFetches()).toBeLessThanOrEqual(5);
  });

  it('that were withdrawn verify no JWT after reload()', async () => {
    const { browser, jwtOnly } = await signedIn();
    expect((await browser.get('/orders', jwtOnly)).status).toBe(200);
    await stage.emulator.keys.rotate({ withdrawOld: true });

    await keys().reload();

    const response = await browser.get('/orders', jwtOnly);
    expect([response.status, response.json(), response.setCookies]).toEqual([401, invalid, []]);
  });

  it.each<[string, (entry: object) => unknown]>([
    ['null', () => null],
    ['a string', () => 'key'],
    ['a private key', (entry) => ({ ...entry, d: 'AQAB' })],
  ])('are not replaced by a set that contains %s beside valid keys', async (_, odd) => {
    const { browser } = await signedIn();
    proxy.front.respond(keysPath, (_request, response) => response.end(validAndOdd(odd)));

    await keys().reload();

    expect([keyFetches(), (await browser.get('/orders')).status]).toEqual([1, 200]);
  });

  it.each<[string, (entry: object) => unknown]>([
    ['for encryption', (entry) => ({ ...entry, use: 'enc' })],
    ['of another type', () => ({ kty: 'oct', k: 'AQAB', kid: 'jwk-test-odd', alg: 'HS256' })],
    ['for another algorithm', (entry) => ({ ...entry, alg: 'RS512' })],
    ['that is too weak', (entry) => ({ ...entry, n: 'AQAB' })],
  ])('are replaced by a set that contains a key %s, which verifies no JWT', async (_, odd) => {
    proxy.front.respond(keysPath, (_request, response) => response.end(validAndOdd(odd)));
    await keys().reload();
    const nowSeconds = Math.floor(stage.emulator.clock.nowMs() / 1000);
    const claims = sessionClaims({ projectId: stage.emulator.projectId, nowSeconds });
    const send = (token: string) => application.browser().get('/orders', { cookie: `${jwtCookie}=${token}` });

    const statuses = [await send(signToken(validKey, claims)), await send(signToken(oddKey, claims))];

    expect(statuses.map(({ status }) => status)).toEqual([200, 401]);
  });

  it('are not replaced by a response of 64 MB, of which little is read', async () => {
    const { browser } = await signedIn();
    let sentBytes = () => 0;
    proxy.front.respond(keysPath, (_, response) => {
      sentBytes = sendEndlessBody(response);
    });

    await keys().reload();

    expect((await browser.get('/orders')).status).toBe(200);
    expect(sentBytes()).toBeLessThan(maxBufferedBytes);
  });

  it('are fetched again after 5 s when fetching fails, then after twice as long each time, up to 60 s', async () => {
    proxy.front.respond(keysPath, (_, response) => response.writeHead(500).end());
    stage.emulator.clock.advance({ minutes: 6 });
    const fetchedAfterSeconds: number[] = [];
    for (let seconds = 0; seconds <= 240; seconds += 5) {
      const before = keyFetches();
      expect((await (await signedIn()).browser.get('/orders')).status).toBe(200);
      // A fetch begins during the request: it has arrived before a later request gets its response.
      await fetch(`${proxy.front.url}/v1/nowhere`);
      if (keyFetches() > before) {
        fetchedAfterSeconds.push(seconds);
        await until(
          () => log.lines.filter((line) => line.includes('could not be fetched')).length === keyFetches(),
        );
      }
      stage.emulator.clock.advance({ seconds: 5 });
    }

    expect(fetchedAfterSeconds).toEqual([0, 5, 15, 35, 75, 135, 195]);
  });
});
