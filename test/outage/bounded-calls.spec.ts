import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SigningKeys, STYTCH_CLIENT, StytchEvents } from 'nestjs-stytch';
import type { Client } from 'stytch';
import { Agent, buildConnector } from 'undici';
import { maxBufferedBytes, sendEndlessBody } from '../support/endless-response.js';
import { linkAskedForBy } from '../support/links.js';
import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
} from '../support/sessions.js';
import type { ApplicationSettings } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { first, until } from '../support/until.js';
import { useEmulator, useStytchFront } from '../support/use-application.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';

const authenticate = '/v1/sessions/authenticate';
const unavailable = [503, refusalBody('stytch_unavailable'), []];
const maxConnections = 50;

describe('a call to Stytch', () => {
  const stage = useEmulator();
  const proxy = useStytchFront(stage);

  async function start(options: ApplicationSettings['options'] = {}) {
    const application = await stage.start({
      controllers: [OrdersController],
      options: { apiUrl: proxy.front.url, http: { deadlineMs: 300 }, ...options },
    });
    const { emulator } = stage;
    const { browser } = await signedInBrowser({ emulator, application });
    await first(
      async () => {
        await application.app.get(SigningKeys).reload();
        return browser.get('/orders');
      },
      ({ status }) => status === 200,
    );
    return { emulator, application };
  }
  /** A browser whose next request makes the application call Stytch, and the emulator's response to that call. */
  async function browserToRefresh(started: Awaited<ReturnType<typeof start>>) {
    const { browser, session } = await browserWithExpiredJwt(started);
    const body = await proxy.front.emulatorResponse(authenticate, { session_jwt: session.session_jwt });
    proxy.front.reset();
    return { browser, body: JSON.stringify(body) };
  }
  /** As many signed-in browsers with an expired JWT. */
  async function browsersToRefresh(count: number, { application }: Awaited<ReturnType<typeof start>>) {
    const sessions = await Promise.all(
      Array.from({ length: count }, (_, n) => stage.emulator.sessions.create({ email: `n${n}@example.com` })),
    );
    stage.emulator.clock.advance({ minutes: 6 });
    proxy.front.reset();
    return sessions.map((session) => {
      const browser = application.browser();
      keepSession(browser, session);
      return browser;
    });
  }

  it('accepts no content encoding, and treats an encoded response as an outage', async () => {
    const { browser, body } = await browserToRefresh(await start());
    let acceptEncoding: unknown;
    proxy.front.respond(authenticate, ({ headers }, response) => {
      acceptEncoding = headers['accept-encoding'];
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(body));
    });

    const response = await browser.get('/orders');

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
    expect(acceptEncoding).toBe('identity');
  });

  it('stops reading a response of 64 MB and closes the connection', async () => {
    const { browser } = await browserToRefresh(await start({ http: { deadlineMs: beyondCeilingMs } }));
    let sentBytes = () => 0;
    let socket: Socket | undefined;
    proxy.front.respond(authenticate, (request, response) => {
      ({ socket } = request);
      response.writeHead(200, { 'content-type': 'application/json' });
      sentBytes = sendEndlessBody(response);
    });

    const response = await withinDeadline(browser.get('/orders'));

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
    await until(() => socket?.destroyed === true);
    expect(sentBytes()).toBeLessThan(maxBufferedBytes);
  });

  it('is repeated once on another connection when a reused connection turns out to be dead', async () => {
    const started = await start();
    const { browser } = await browserToRefresh(started);
    const { browser: next } = await browserWithExpiredJwt(started, { email: 'grace@example.com' });
    expect((await browser.get('/orders')).status).toBe(200);
    proxy.front.respond(authenticate, ({ socket }) => {
      socket.resetAndDestroy();
      proxy.front.reset();
    });

    const response = await next.get('/orders');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(proxy.front.requests).toEqual([`POST ${authenticate}`]);
  });

  it('fails without waiting for the deadline when the connection is refused', async () => {
    const closed = await StytchFront.before(stage.emulator);
    const options = { apiUrl: closed.url, http: { deadlineMs: beyondCeilingMs } };
    const { browser } = await browserToRefresh(await start(options));
    await closed.close();

    const response = await withinDeadline(browser.get('/orders'));

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
  });

  it('is not repeated when the response breaks off in the middle', async () => {
    const { browser, body } = await browserToRefresh(await start());
    proxy.front.respond(authenticate, ({ socket }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.write(body.slice(0, body.length / 2), () => socket.resetAndDestroy());
    });

    const response = await browser.get('/orders');

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
    expect(proxy.front.requests.filter((request) => request.startsWith('POST'))).toEqual([
      `POST ${authenticate}`,
    ]);
  });

  it('is never repeated when it consumes a magic link token', async () => {
    const started = await start();
    const { browser, callback } = await linkAskedForBy(started);
    stage.emulator.requests.clear();
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/magic_links/authenticate', times: 1 });

    const response = await browser.get(callback);

    expect(response.status).toBe(503);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/magic_links/authenticate']);
  });

  it('ends at the deadline while it is still connecting', async () => {
    let connects = true;
    const connector = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) => {
        if (connects) connector(options, callback);
      },
    });
    const started = await start({ http: { deadlineMs: 150, dispatcher } });
    const { browser } = await browserToRefresh(started);
    connects = false;
    proxy.front.dropConnections();
    await until(() => proxy.front.open.size === 0);

    const response = await withinDeadline(browser.get('/orders'));

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
    await started.application.close();
    await dispatcher.destroy();
  });

  it('uses no more connections than http.maxConnections, however many sessions need a refresh', async () => {
    const started = await start({ http: { deadlineMs: beyondCeilingMs, maxConnections } });
    const browsers = await browsersToRefresh(120, started);
    const { browser: fresh } = await signedInBrowser({ ...stage, ...started });
    const held: ServerResponse[] = [];
    const sockets = new Set<Socket>();
    proxy.front.respond(authenticate, ({ socket }, response) => {
      sockets.add(socket);
      held.push(response);
    });

    const pending = browsers.map((browser) => browser.get('/orders'));
    await until(() => held.length === maxConnections);
    // By the time these have a response, the application has received the others.
    for (let n = 0; n < 10; n += 1) expect((await fresh.get('/orders')).status).toBe(200);
    expect([held.length, sockets.size]).toEqual([maxConnections, maxConnections]);
    proxy.front.respond(authenticate, (_, response) => response.writeHead(500).end());
    for (const response of held) response.writeHead(500).end();
    const responses = await withinDeadline(Promise.all(pending));

    for (const { status, setCookies } of responses) expect([status, setCookies]).toEqual([503, []]);
  });

  it('gives its socket back at the deadline', async () => {
    const started = await start({ http: { deadlineMs: 400 } });
    const browsers = await browsersToRefresh(100, started);
    const sockets = new Set<Socket>();
    proxy.front.respond(authenticate, ({ socket }) => sockets.add(socket));

    const responses = await Promise.all(browsers.map((browser) => browser.get('/orders')));

    for (const { status, setCookies } of responses) expect([status, setCookies]).toEqual([503, []]);
    expect(sockets.size).toBeGreaterThan(0);
    await until(() => [...sockets].every(({ destroyed }) => destroyed));
    proxy.front.reset();
    // The outage is proven: the next call is a probe, two seconds later.
    expect(started.application.app.get(StytchEvents).counts.outage_began).toBe(1);
    stage.emulator.clock.advance({ seconds: 3 });
    expect((await browsers[0]!.get('/orders')).status).toBe(200);
  });

  it('of the injected client uses no more connections than http.maxConnections, however many the application makes', async () => {
    const { application } = await start({ http: { maxConnections } });
    const client = application.app.get<Client>(STYTCH_CLIENT);
    const search = '/v1/users/search';
    const held: ServerResponse[] = [];
    const sockets = new Set<Socket>();
    let isHeld = true;
    const respondEmpty = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"status_code":200,"request_id":"request-id-test-1","results":[]}');
    };
    proxy.front.respond(search, ({ socket }, response) => {
      sockets.add(socket);
      if (isHeld) held.push(response);
      else respondEmpty(response);
    });

    const searches = Array.from({ length: 80 }, () => client.users.search({ limit: 1 }));
    await until(() => held.length === maxConnections);
    isHeld = false;
    held.forEach(respondEmpty);
    const responses = await Promise.all(searches);

    expect(responses.map(({ status_code }) => status_code)).toEqual(searches.map(() => 200));
    expect(sockets.size).toBe(maxConnections);
  });

  it('counts when its response arrived in time, even if the process was busy until after the deadline', async () => {
    const { browser, body } = await browserToRefresh(await start({ http: { deadlineMs: 1_000 } }));
    proxy.front.respond(authenticate, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body, () => {
        const busyUntil = performance.now() + 1_500;
        while (performance.now() < busyUntil);
      });
    });

    const response = await browser.get('/orders');

    expect(response.status).toBe(200);
    expect(response.setCookies).toHaveLength(1);
  });

  it('ends at its deadline when the application closes, and requests that wait for it are refused with 503', async () => {
    const started = await start({ http: { deadlineMs: 500 } });
    const { browser } = await browserToRefresh(started);
    proxy.front.respond(authenticate, () => undefined);
    const pending = browser.get('/orders', { connection: 'close' });
    await until(() => proxy.front.requests.length > 0);

    await withinDeadline(started.application.close());
    const response = await withinDeadline(pending);

    expect([response.status, response.json(), response.setCookies]).toEqual(unavailable);
    await until(() => proxy.front.open.size === 0);
  });
});
