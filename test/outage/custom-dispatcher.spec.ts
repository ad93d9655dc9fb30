import { SigningKeys, STYTCH_CLIENT } from 'nestjs-stytch';
import type { StytchEmulator } from 'stytch-emulator';
import type { Client } from 'stytch';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import {
  startEmulatorWithCertificate,
  type EmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { ForwardProxy } from '../support/forward-proxy.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { browserWithExpiredJwt, callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';

const unavailable = refusalBody('stytch_unavailable');

describe('a custom dispatcher', () => {
  let certified: EmulatorWithCertificate;
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let dispatcher: Dispatcher;

  /** An application with fresh keys, and a browser whose next request makes it call Stytch. */
  async function start(apiUrl: string, deadlineMs = beyondCeilingMs) {
    application = await startApplication({
      emulator,
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

  describe('for a proxy', () => {
    let proxy: ForwardProxy;
    beforeEach(async () => {
      proxy = await ForwardProxy.start();
      dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    });
    afterEach(() => proxy.close());

    it('carries all calls: keys, refreshes and those of the injected client', async () => {
      const browser = await start(emulator.url);

      const response = await browser.get('/orders');
      await application.app.get<Client>(STYTCH_CLIENT).users.search({ limit: 1 });

      expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
      expect(callsTo(emulator)).toEqual(['POST /v1/sessions/authenticate', 'POST /v1/users/search']);
      expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(emulator.url).host]));
    });

    it('refuses a session with 503 without waiting for the deadline when the proxy requires authentication', async () => {
      const browser = await start(emulator.url);
      proxy.refuse();
      proxy.dropTunnels();

      const response = await withinDeadline(browser.get('/orders'));

      expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
      expect(callsTo(emulator)).toEqual([]);
    });

    it('refuses a session with 503 at the deadline when the proxy does not respond', async () => {
      const browser = await start(emulator.url, 300);
      proxy.hang();
      proxy.dropTunnels();

      const response = await withinDeadline(browser.get('/orders'));

      expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
      expect(callsTo(emulator)).toEqual([]);
    });
  });

  describe('with a client certificate', () => {
    let front: StytchFront;
    beforeEach(async () => {
      const { tls } = certified;
      front = await StytchFront.before(emulator, { ...tls, ca: tls.cert, requestCert: true });
    });
    afterEach(() => front.close());

    // The emulator's certificate names no host.
    const trust = () => ({ ca: certified.tls.cert, checkServerIdentity: () => undefined });

    it('presents the certificate for keys and for refreshes', async () => {
      dispatcher = new Agent({ connect: { ...trust(), ...certified.tls } });
      const browser = await start(front.url);

      const response = await browser.get('/orders');

      expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
      expect(callsTo(emulator)).toEqual(['POST /v1/sessions/authenticate']);
    });

    it('refuses a session with 503 and sends no request when the server requires a certificate and there is none', async () => {
      dispatcher = new Agent({ connect: trust() });
      const browser = await start(front.url);

      const response = await browser.get('/orders');

      expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
      expect(front.requests).toEqual([]);
    });
  });
});
