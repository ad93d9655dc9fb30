import { SigningKeys } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, keepSession } from '../support/sessions.js';
import { newSigningKey, publishedKeys, sessionClaims, signToken } from '../support/session-tokens.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { until } from '../support/until.js';

const invalid = refusalBody('session_invalid');
const [goodKey, oddKey] = [newSigningKey(), newSigningKey('jwk-test-odd')];
const goodAndOdd = (odd: (entry: object) => unknown) => {
  const { keys } = JSON.parse(publishedKeys(goodKey, oddKey)) as { keys: [object, object] };
  return JSON.stringify({ keys: [keys[0], odd(keys[1])], request_id: 'request-id-test-1', status_code: 200 });
};

describePlatforms('the signing keys', (platform) => {
  let emulator: StytchEmulator;
  let front: StytchFront;
  let application: ApplicationUnderTest;
  let keysPath: string;
  let log: CapturedLog;

  const browserOf = async (email = 'ada@example.com') => {
    const browser = application.browser();
    const session = await emulator.sessions.create({ email });
    keepSession(browser, session);
    return { browser, jwtOnly: { cookie: `${jwtCookie}=${session.session_jwt}` } };
  };
  const fetches = () => front.requests.filter((request) => request === `GET ${keysPath}`).length;
  const keys = () => application.app.get(SigningKeys);

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    keysPath = `/v1/sessions/jwks/${emulator.projectId}`;
    front = await StytchFront.before(emulator);
  });
  beforeEach(async () => {
    emulator.requests.clear();
    front.reset();
    log = new CapturedLog();
    application = await startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      configure: log.attachTo,
      options: { apiUrl: front.url, http: { deadlineMs: 400 } },
    });
    expect((await (await browserOf()).browser.get('/orders')).status).toBe(200);
    front.reset();
  });
  afterEach(() => application.close());
  afterAll(async () => {
    await front.close();
    await emulator.close();
  });

  it('rotated right after the start are looked at once, and the new one lets people in', async () => {
    await emulator.keys.rotate();
    const people = await Promise.all([1, 2, 3].map((n) => browserOf(`n${n}@example.com`)));

    const answers = await Promise.all(people.map(({ browser }) => browser.get('/orders')));

    expect(answers.map(({ status, setCookies }) => [status, setCookies.length])).toEqual([
      [200, 0],
      [200, 0],
      [200, 0],
    ]);
    expect([fetches(), callsTo(emulator)]).toEqual([1, []]);
  });

  it('are fetched twice at most for 200 made-up ids, and nothing else is asked', async () => {
    const stranger = newSigningKey();
    const claims = sessionClaims({
      projectId: emulator.projectId,
      nowSeconds: Math.floor(emulator.clock.nowMs() / 1000),
    });
    const tokens = Array.from({ length: 200 }, (_, n) =>
      signToken(stranger, claims, { kid: `made-up-${n}` }),
    );

    const answers = await Promise.all(
      tokens.map((token) => application.browser().get('/orders', { cookie: `${jwtCookie}=${token}` })),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(answers[0]?.json()).toEqual(invalid);
    expect(fetches()).toBeLessThanOrEqual(2);
    expect(callsTo(emulator)).toEqual([]);
  });

  it('that were withdrawn let nobody in after the next fetch, verified before or not', async () => {
    const { browser, jwtOnly } = await browserOf();
    emulator.clock.advance({ minutes: 4 });
    const fresh = await browserOf('grace@example.com');
    expect((await fresh.browser.get('/orders')).status).toBe(200);
    await emulator.keys.rotate({ withdrawOld: true });
    emulator.clock.advance({ seconds: 59 });
    expect((await fresh.browser.get('/orders', fresh.jwtOnly)).status).toBe(200);
    expect(fetches()).toBe(0);

    emulator.clock.advance({ seconds: 2 });
    // This one finds the keys to be old, and waits for nothing.
    expect((await fresh.browser.get('/orders', fresh.jwtOnly)).status).toBe(200);
    await until(async () => (await fresh.browser.get('/orders', fresh.jwtOnly)).status === 401);

    const answers = [
      await fresh.browser.get('/orders', fresh.jwtOnly),
      await browser.get('/orders', jwtOnly),
    ];
    for (const answer of answers) expect([answer.json(), answer.setCookies]).toEqual([invalid, []]);
    expect(callsTo(emulator)).toEqual([]);
  });

  it('that were withdrawn let nobody in from reload() on', async () => {
    const { browser, jwtOnly } = await browserOf();
    expect((await browser.get('/orders', jwtOnly)).status).toBe(200);
    await emulator.keys.rotate({ withdrawOld: true });

    await keys().reload();

    const answer = await browser.get('/orders', jwtOnly);
    expect([answer.status, answer.json(), answer.setCookies]).toEqual([401, invalid, []]);
  });

  it.each<[string, (entry: object) => unknown]>([
    ['nothing', () => null],
    ['a text', () => 'key'],
    ['a private key', (entry) => ({ ...entry, d: 'AQAB' })],
  ])('stay the last good ones when the set holds %s beside good ones', async (_, odd) => {
    const { browser } = await browserOf();
    front.answer(keysPath, (_request, response) => response.end(goodAndOdd(odd)));

    await keys().reload();

    expect([fetches(), (await browser.get('/orders')).status]).toEqual([1, 200]);
  });

  it.each<[string, (entry: object) => unknown]>([
    ['for encryption', (entry) => ({ ...entry, use: 'enc' })],
    ['of another kind', () => ({ kty: 'oct', k: 'AQAB', kid: 'jwk-test-odd', alg: 'HS256' })],
    ['of another algorithm', (entry) => ({ ...entry, alg: 'RS512' })],
    ['that is too weak', (entry) => ({ ...entry, n: 'AQAB' })],
  ])('are taken without one %s, which verifies nothing', async (_, odd) => {
    front.answer(keysPath, (_request, response) => response.end(goodAndOdd(odd)));
    await keys().reload();
    const nowSeconds = Math.floor(emulator.clock.nowMs() / 1000);
    const claims = sessionClaims({ projectId: emulator.projectId, nowSeconds });
    const send = (token: string) => application.browser().get('/orders', { cookie: `${jwtCookie}=${token}` });

    const statuses = [await send(signToken(goodKey, claims)), await send(signToken(oddKey, claims))];

    expect(statuses.map(({ status }) => status)).toEqual([200, 401]);
  });

  it('stay the last good ones when the answer is 64 MB long, of which little is read', async () => {
    const { browser } = await browserOf();
    let sentBytes = 0;
    front.answer(keysPath, (_, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const goOn = () => {
        while (!response.destroyed && sentBytes < 64 * 1024 * 1024) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', goOn);
            return;
          }
        }
      };
      goOn();
    });

    await keys().reload();

    expect((await browser.get('/orders')).status).toBe(200);
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it('are not fetched without pause while fetching fails: 5 s, then twice as long each time, up to 60 s', async () => {
    front.answer(keysPath, (_, response) => response.writeHead(500).end());
    emulator.clock.advance({ minutes: 6 });
    const fetchedAfterSeconds: number[] = [];
    for (let seconds = 0; seconds <= 240; seconds += 5) {
      const before = fetches();
      expect((await (await browserOf()).browser.get('/orders')).status).toBe(200);
      // A fetch begins within the request: it has arrived by the time a later one is answered.
      await fetch(`${front.url}/v1/nowhere`);
      if (fetches() > before) {
        fetchedAfterSeconds.push(seconds);
        await until(
          () => log.lines.filter((line) => line.includes('could not be fetched')).length === fetches(),
        );
      }
      emulator.clock.advance({ seconds: 5 });
    }

    expect(fetchedAfterSeconds).toEqual([0, 5, 15, 35, 75, 135, 195]);
  });
});
