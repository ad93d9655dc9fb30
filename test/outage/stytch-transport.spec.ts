import { SigningKeys, STYTCH_CLIENT } from 'nestjs-stytch';
import type { Client } from 'stytch';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { MeController } from '../support/me.controller.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { until } from '../support/until.js';
import { useEmulator } from '../support/use-application.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';
import type { StytchEmulator } from 'stytch-emulator';
import {
  type EmulatorWithCertificate,
  startEmulatorWithCertificate,
} from '../support/emulator-with-certificate.js';
import { ForwardProxy } from '../support/forward-proxy.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import { type ApplicationUnderTest, startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';

/** A dispatcher that records the paths of the requests. */
class RecordingAgent extends Agent {
  readonly paths: string[] = [];
  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.paths.push(options.path.replace(/project-.*$/, ''));
    return super.dispatch(options, handler);
  }
}

describe('calls to Stytch', () => {
  const stage = useEmulator();
  const start = async (http: { deadlineMs?: number; dispatcher?: Dispatcher }) => {
    const application = await stage.start({ controllers: [MeController], options: { http } });
    return { emulator: stage.emulator, application };
  };

  it('go through the dispatcher of the application, which stays open when the application closes', async () => {
    const agent = new RecordingAgent();
    const started = await start({ dispatcher: agent });
    const { browser } = await browserWithExpiredJwt(started);

    expect((await browser.get('/me')).status).toBe(200);
    await started.application.app.get<Client>(STYTCH_CLIENT).users.search({ limit: 1 });
    await started.application.close();

    expect(new Set(agent.paths)).toEqual(
      new Set(['/v1/sessions/jwks/', '/v1/sessions/authenticate', '/v1/users/search']),
    );
    expect(agent.closed).toBe(false);
    await agent.close();
  });

  it('of the injected client may exceed deadlineMs, and their failures do not affect sessions', async () => {
    const started = await start({ deadlineMs: 100 });
    const client = started.application.app.get<Client>(STYTCH_CLIENT);
    stage.emulator.faults.add({ kind: 'delay', ms: 300, path: '/v1/users/search', times: 1 });
    expect((await client.users.search({ limit: 1 })).status_code).toBe(200);

    stage.emulator.faults.add({ kind: 'reset', path: '/v1/users/search' });
    for (let n = 0; n < 8; n += 1) await client.users.search({ limit: 1 }).catch(() => undefined);
    const { browser } = await browserWithExpiredJwt(started);

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('of the injected client follow no redirect', async () => {
    const started = await start({});
    const client = started.application.app.get<Client>(STYTCH_CLIENT);
    stage.emulator.faults.add({
      kind: 'redirect',
      to: `${stage.emulator.url}/v1/elsewhere`,
      status: 307,
      path: '/v1/users/search',
    });

    await expect(client.users.search({ limit: 1 })).rejects.toThrow();
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/users/search']);
  });

  it('end at their deadline when the application closes, with a 503 response to the waiting request', async () => {
    const started = await start({ deadlineMs: 500 });
    const { browser } = await browserWithExpiredJwt(started);
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });
    const waiting = browser.get('/me', { connection: 'close' });
    await until(() => callsTo(stage.emulator).length > 0);

    await withinDeadline(started.application.close());
    const response = await withinDeadline(waiting);

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });

  it('are not made for a session with a fresh JWT', async () => {
    const started = await start({});
    const { browser } = await signedInBrowser(started);
    for (let n = 0; n < 20; n += 1) await browser.get('/me');

    expect(callsTo(stage.emulator)).toEqual([]);
  });
});

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
