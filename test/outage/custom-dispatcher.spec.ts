import { SigningKeys, STYTCH_CLIENT } from 'nestjs-stytch';
import type { StytchEmulator } from 'nestjs-stytch/emulator';
import type { Client } from 'stytch';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import {
  startEmulatorWithCertificate,
  type EmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { ForwardProxy } from '../support/forward-proxy.js';
import { OrdersController } from '../support/orders.controller.js';
import { browserWithExpiredJwt, callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { unavailable } from '../support/unavailable.js';

const deadlineMs = 1000;

describePlatforms('the dispatcher of the application', (platform) => {
  let certified: EmulatorWithCertificate;
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let dispatcher: Dispatcher;

  /** An application with fresh keys, and a browser whose next request makes it ask Stytch. */
  async function start(apiUrl: string) {
    application = await startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      options: { apiUrl, http: { deadlineMs, dispatcher } },
    });
    const { browser } = await browserWithExpiredJwt({ emulator, application });
    await application.app.get(SigningKeys).reload();
    emulator.requests.clear();
    return browser;
  }

  beforeAll(async () => {
    certified = await startEmulatorWithCertificate();
    ({ emulator } = certified);
  });
  afterEach(async () => {
    await application.close();
    await dispatcher.destroy();
  });
  afterAll(() => certified.close());

  describe('that is a proxy', () => {
    let proxy: ForwardProxy;
    beforeEach(async () => {
      proxy = await ForwardProxy.start();
      dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    });
    afterEach(() => proxy.close());

    it('carries keys, refreshes and what the injected client sends, and nothing goes past it', async () => {
      const browser = await start(emulator.url);

      const answer = await browser.get('/orders');
      await application.app.get<Client>(STYTCH_CLIENT).users.search({ limit: 1 });

      expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
      expect(callsTo(emulator)).toEqual(['POST /v1/sessions/authenticate', 'POST /v1/users/search']);
      expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(emulator.url).host]));
    });

    it('that wants to be asked in another way is 503 at once, and cookies are kept', async () => {
      const browser = await start(emulator.url);
      proxy.refuse();
      proxy.dropTunnels();
      const began = performance.now();

      const answer = await browser.get('/orders');

      expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
      expect(performance.now() - began).toBeLessThan(deadlineMs);
      expect(callsTo(emulator)).toEqual([]);
    });

    it('that never answers is 503 at the deadline, and cookies are kept', async () => {
      const browser = await start(emulator.url);
      proxy.hang();
      proxy.dropTunnels();
      const began = performance.now();

      const answer = await browser.get('/orders');

      expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
      expect(performance.now() - began).toBeLessThan(deadlineMs + 1000);
      expect(callsTo(emulator)).toEqual([]);
    });
  });

  describe('that has a client certificate', () => {
    let front: StytchFront;
    beforeEach(async () => {
      const { tls } = certified;
      front = await StytchFront.before(emulator, { ...tls, ca: tls.cert, requestCert: true });
    });
    afterEach(() => front.close());

    // The emulator's certificate is for its key, and names no host.
    const trust = () => ({ ca: certified.tls.cert, checkServerIdentity: () => undefined });

    it('shows it, for keys and refreshes alike', async () => {
      dispatcher = new Agent({ connect: { ...trust(), ...certified.tls } });
      const browser = await start(front.url);

      const answer = await browser.get('/orders');

      expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
      expect(callsTo(emulator)).toEqual(['POST /v1/sessions/authenticate']);
    });

    it('is needed where one is asked for: without it, 503 and not a request', async () => {
      dispatcher = new Agent({ connect: trust() });
      const browser = await start(front.url);

      const answer = await browser.get('/orders');

      expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
      expect(front.requests).toEqual([]);
    });
  });
});
