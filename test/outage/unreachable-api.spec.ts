import { SigningKeys } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';
import { Agent } from 'undici';
import { CapturedLog } from '../support/captured-log.js';
import {
  type EmulatorWithCertificate,
  startEmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { NameServer } from '../support/name-server.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { type ApplicationUnderTest, startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { until } from '../support/until.js';
import { withinDeadline } from '../support/within-deadline.js';

const deadlineMs = 500;
const unavailable = refusalBody('stytch_unavailable');

describe('the host name of the Stytch API', () => {
  let certified: EmulatorWithCertificate;
  let emulator: StytchEmulator;
  let front: StytchFront;
  let names: NameServer;
  let dispatcher: Agent;
  let application: ApplicationUnderTest;
  const log = new CapturedLog();

  /** A browser with an expired JWT. The keys are fresh, and no connection is open. */
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

  it('may resolve slowly: the session is refreshed', async () => {
    const browser = await browserToRefresh();
    names.resolve({ ms: 100 });

    const response = await browser.get('/orders');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect([names.lookups, callsTo(emulator)]).toEqual([1, ['POST /v1/sessions/authenticate']]);
  });

  it('that does not resolve causes 503, keeps the cookies and logs ENOTFOUND', async () => {
    const browser = await browserToRefresh();
    names.failToResolve();

    const response = await withinDeadline(browser.get('/orders'));

    expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    expect(names.lookups).toBeLessThanOrEqual(2);
    expect(log.lines.join('\n')).toContain('sessions/authenticate: unreachable (ENOTFOUND)');
  });

  it('whose lookup hangs causes 503 at the deadline and keeps the cookies', async () => {
    const browser = await browserToRefresh();
    names.hang();
    const began = performance.now();

    const response = await withinDeadline(browser.get('/orders'));

    const tookMs = performance.now() - began;
    expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
    expect(tookMs).toBeGreaterThanOrEqual(deadlineMs - 1);
    expect([names.lookups, callsTo(emulator)]).toEqual([1, []]);
  });

  it('that does not resolve does not change the response to a fresh JWT, no cookie or a forged one', async () => {
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

describe('a Stytch API with an untrusted certificate', () => {
  it('gets no request: a session is refused with 503, its cookies are kept, and the log has the reason', async () => {
    const certified = await startEmulatorWithCertificate();
    const { emulator, tls } = certified;
    const front = await StytchFront.before(emulator, tls);
    const log = new CapturedLog();
    const application = await startApplication({
      emulator,
      controllers: [OrdersController],
      options: { apiUrl: front.url, http: { deadlineMs: 1000 } },
      configure: log.attachTo,
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const response = await browser.get('/orders');

    expect([response.status, response.json(), response.setCookies]).toEqual([
      503,
      refusalBody('stytch_unavailable'),
      [],
    ]);
    expect([front.requests, front.opened > 0]).toEqual([[], true]);
    expect(log.lines.join('\n')).toContain('unreachable (DEPTH_ZERO_SELF_SIGNED_CERT)');
    await application.close();
    await front.close();
    await certified.close();
  });
});
