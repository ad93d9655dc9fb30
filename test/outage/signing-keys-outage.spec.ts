import { startStytchEmulator, type FaultEffect, type StytchEmulator } from 'stytch-emulator';
import { OrdersController } from '../support/orders.controller.js';
import { callsTo, keepSession, jwtCookie } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

const json = 'application/json';
const faults: [string, FaultEffect][] = [
  ['hang', { kind: 'hang' }],
  ['are reset', { kind: 'reset' }],
  ['stall', { kind: 'stall-body' }],
  ['are answered by 500', { kind: 'status', status: 500 }],
  ['are HTML', { kind: 'status', status: 200, contentType: 'text/html', body: '<html>' }],
  ['are none', { kind: 'status', status: 200, contentType: json, body: '{"keys":[]}' }],
  ['are null', { kind: 'status', status: 200, contentType: json, body: 'null' }],
  [
    'are weak',
    {
      kind: 'status',
      status: 200,
      contentType: json,
      body: '{"keys":[{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}]}',
    },
  ],
  [
    'hold a private one',
    {
      kind: 'status',
      status: 200,
      contentType: json,
      body: '{"keys":[{"kty":"RSA","kid":"1","n":"A","e":"AQAB","d":"A"}]}',
    },
  ],
];

describePlatforms('while the signing keys cannot be fetched', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest | undefined;

  const start = (deadlineMs = 200) =>
    startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      options: { http: { deadlineMs } },
    });
  const fetchesOfKeys = () => emulator.requests.list().length - callsTo(emulator).length;
  async function browserWith(email = 'ada@example.com') {
    const browser = application!.browser();
    keepSession(browser, await emulator.sessions.create({ email }));
    return browser;
  }
  /** Waits until the keys that were asked for at start are there. */
  const warm = async () => {
    expect((await (await browserWith()).get('/orders')).status).toBe(200);
  };

  beforeAll(async () => {
    emulator = await startStytchEmulator();
  });
  beforeEach(() => {
    emulator.faults.clear();
    emulator.requests.clear();
  });
  afterEach(async () => {
    await application?.close();
    application = undefined;
  });
  afterAll(() => emulator.close());

  it.each(faults)('from the start, sessions are 503 and garbage is 401: keys that %s', async (_, fault) => {
    emulator.faults.add({ ...fault, path: '/v1/sessions/jwks/*' });
    application = await start();
    const browser = await browserWith();

    const answer = await browser.get('/orders');
    const anonymous = await application.browser().get('/orders');
    const garbage = await application.browser().get('/orders', { cookie: `${jwtCookie}=a.b.c` });

    expect([answer.status, anonymous.status, garbage.status]).toEqual([503, 401, 401]);
    expect(answer.json()).toMatchObject({ code: 'stytch_unavailable' });
    expect(answer.setCookies).toEqual([]);
    expect(callsTo(emulator)).toEqual([]);
  });

  it('attempts are rationed, and it recovers by itself', async () => {
    emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/jwks/*' });
    application = await start();
    const browser = await browserWith();
    for (let n = 0; n < 20; n += 1) expect((await browser.get('/orders')).status).toBe(503);
    expect(fetchesOfKeys()).toBe(1);

    emulator.faults.clear();
    emulator.clock.advance({ seconds: 6 });

    expect((await browser.get('/orders')).status).toBe(200);
    expect(fetchesOfKeys()).toBe(2);
  });

  it.each(faults)(
    'after a good fetch, the last good ones serve for a day: keys that %s',
    async (_, fault) => {
      application = await start(5000);
      await warm();
      emulator.faults.add({ ...fault, path: '/v1/sessions/jwks/*' });
      emulator.clock.advance({ hours: 23 });

      const began = performance.now();
      const answer = await (await browserWith()).get('/orders');

      expect(answer.status).toBe(200);
      expect(performance.now() - began).toBeLessThan(4000);
      expect(callsTo(emulator)).toEqual([]);
    },
  );

  it('keys older than a day serve no longer', async () => {
    application = await start();
    await warm();
    emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/jwks/*' });
    emulator.clock.advance({ hours: 25 });

    const answer = await (await browserWith()).get('/orders');

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
  });

  it('nothing is fetched within five minutes', async () => {
    application = await start();
    await warm();
    emulator.requests.clear();
    emulator.clock.advance({ minutes: 4 });

    await warm();

    expect(fetchesOfKeys()).toBe(0);
  });
});
