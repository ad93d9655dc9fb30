import { SigningKeys } from 'nestjs-stytch';
import type { StytchEmulator } from 'nestjs-stytch/emulator';
import { Agent } from 'undici';
import { CapturedLog } from '../support/captured-log.js';
import {
  startEmulatorWithCertificate,
  type EmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { NameServer } from '../support/name-server.js';
import { OrdersController } from '../support/orders.controller.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { unavailable } from '../support/unavailable.js';
import { until } from '../support/until.js';

const deadlineMs = 1000;

describePlatforms("when the name of Stytch's API", (platform) => {
  let certified: EmulatorWithCertificate;
  let emulator: StytchEmulator;
  let front: StytchFront;
  let names: NameServer;
  let dispatcher: Agent;
  let application: ApplicationUnderTest;
  const log = new CapturedLog();

  /** Its JWT has expired, the keys are fresh, and no connection is left over from before. */
  async function browserToRefresh() {
    names.resolve();
    const { browser } = await browserWithExpiredJwt({ emulator, application });
    await application.app.get(SigningKeys).reload();
    front.dropConnections();
    await until(() => front.open.size === 0);
    emulator.requests.clear();
    names.lookups = 0;
    log.lines.length = 0;
    return browser;
  }

  beforeAll(async () => {
    certified = await startEmulatorWithCertificate();
    ({ emulator } = certified);
    front = await StytchFront.before(emulator, certified.tls);
    names = await NameServer.start();
    dispatcher = new Agent({ connect: { lookup: names.lookup, rejectUnauthorized: false } });
    application = await startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      configure: log.attachTo,
      options: {
        apiUrl: `https://api.stytch.example:${new URL(front.url).port}`,
        http: { deadlineMs, dispatcher },
      },
    });
  });
  afterAll(async () => {
    await application.close();
    await dispatcher.destroy();
    names.close();
    await front.close();
    await certified.close();
  });

  it('is resolved, though slowly, the session goes on', async () => {
    const browser = await browserToRefresh();
    names.resolve({ ms: 100 });

    const answer = await browser.get('/orders');

    expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
    expect([names.lookups, callsTo(emulator)]).toEqual([1, ['POST /v1/sessions/authenticate']]);
  });

  it('cannot be resolved, it is 503 at once, cookies are kept, and the log says why', async () => {
    const browser = await browserToRefresh();
    names.failToResolve();
    const began = performance.now();

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(performance.now() - began).toBeLessThan(deadlineMs);
    expect(names.lookups).toBeLessThanOrEqual(2);
    expect(log.lines.join('\n')).toContain('sessions/authenticate: unreachable (ENOTFOUND)');
  });

  it('is never resolved, it is 503 at the deadline, and cookies are kept', async () => {
    const browser = await browserToRefresh();
    names.hang();
    const began = performance.now();

    const answer = await browser.get('/orders');

    const tookMs = performance.now() - began;
    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(tookMs).toBeGreaterThanOrEqual(deadlineMs - 1);
    expect(tookMs).toBeLessThan(deadlineMs + 1000);
    expect([names.lookups, callsTo(emulator)]).toEqual([1, []]);
  });

  it('cannot be resolved, a fresh JWT, no cookie and a forged one are answered as ever', async () => {
    await browserToRefresh();
    const { browser } = await signedInBrowser({ emulator, application });
    names.failToResolve();

    const fresh = await browser.get('/orders');
    const anonymous = await application.browser().get('/orders');
    const forger = await application.browser().get('/orders', { cookie: `${jwtCookie}=a.b.c` });

    expect([fresh.status, anonymous.status, forger.status]).toEqual([200, 401, 401]);
    expect(names.lookups).toBe(0);
  });
});
