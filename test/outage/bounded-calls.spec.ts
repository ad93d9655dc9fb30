import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { SigningKeys, STYTCH_CLIENT } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { Client } from 'stytch';
import { Agent, buildConnector } from 'undici';
import { linkAskedForBy } from '../support/links.js';
import { OrdersController } from '../support/orders.controller.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
} from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationSettings,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { unavailable } from '../support/unavailable.js';
import { first, until } from '../support/until.js';

const authenticate = '/v1/sessions/authenticate';

describePlatforms('a call to Stytch', (platform) => {
  let emulator: StytchEmulator;
  let front: StytchFront;
  let application: ApplicationUnderTest | undefined;

  async function start(options: ApplicationSettings['options'] = {}) {
    application = await startApplication({
      emulator,
      platform,
      controllers: [OrdersController],
      options: { apiUrl: front.url, http: { deadlineMs: 300 }, ...options },
    });
    const { app } = application;
    const { browser } = await signedInBrowser({ emulator, application });
    await first(
      async () => {
        await app.get(SigningKeys).reload();
        return browser.get('/orders');
      },
      ({ status }) => status === 200,
    );
    return { emulator, application };
  }
  /** A browser whose next request makes the application ask Stytch, and what the true answer would be. */
  async function browserToRefresh(stage: Awaited<ReturnType<typeof start>>) {
    const { browser, session } = await browserWithExpiredJwt(stage);
    const answer = await front.answerOfEmulator(authenticate, { session_jwt: session.session_jwt });
    front.reset();
    return { browser, answer: JSON.stringify(answer) };
  }

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    front = await StytchFront.before(emulator);
  });
  beforeEach(() => {
    front.reset();
    emulator.requests.clear();
    emulator.faults.clear();
  });
  afterEach(async () => {
    await application?.close();
    application = undefined;
  });
  afterAll(async () => {
    await front.close();
    await emulator.close();
  });

  it('asks for no content encoding, and an encoded answer is none', async () => {
    const { browser, answer } = await browserToRefresh(await start());
    let asked: unknown;
    front.answer(authenticate, ({ headers }, response) => {
      asked = headers['accept-encoding'];
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(answer));
    });

    const refused = await browser.get('/orders');

    expect([refused.status, refused.json(), refused.setCookies]).toEqual([503, unavailable, []]);
    expect(asked).toBe('identity');
  });

  it('reads no more than it must of an answer of 64 MB', async () => {
    const { browser } = await browserToRefresh(await start({ http: { deadlineMs: 2000 } }));
    let sentBytes = 0;
    let socket: Socket | undefined;
    front.answer(authenticate, (request, response) => {
      ({ socket } = request);
      response.writeHead(200, { 'content-type': 'application/json' });
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
    const began = performance.now();

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(performance.now() - began).toBeLessThan(1500);
    await until(() => socket?.destroyed === true);
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it('is repeated once on another connection when a kept one turns out to be dead', async () => {
    const stage = await start();
    const { browser } = await browserToRefresh(stage);
    const { browser: next } = await browserWithExpiredJwt(stage, { email: 'grace@example.com' });
    expect((await browser.get('/orders')).status).toBe(200);
    front.answer(authenticate, ({ socket }) => {
      socket.resetAndDestroy();
      front.reset();
    });

    const answer = await next.get('/orders');

    expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
    expect(front.requests).toEqual([`POST ${authenticate}`]);
  });

  it('is given up at once where nobody listens any more', async () => {
    const gone = await StytchFront.before(emulator);
    const { browser } = await browserToRefresh(await start({ apiUrl: gone.url, http: { deadlineMs: 3000 } }));
    await gone.close();
    const began = performance.now();

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('whose answer breaks off in the middle has none, and is not repeated', async () => {
    const { browser, answer } = await browserToRefresh(await start());
    front.answer(authenticate, ({ socket }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.write(answer.slice(0, answer.length / 2), () => socket.resetAndDestroy());
    });

    const broken = await browser.get('/orders');

    expect([broken.status, broken.json(), broken.setCookies]).toEqual([503, unavailable, []]);
    expect(front.requests.filter((request) => request.startsWith('POST'))).toEqual([`POST ${authenticate}`]);
  });

  it('that consumes something is never repeated', async () => {
    const stage = await start();
    const { browser, callback } = await linkAskedForBy(stage);
    emulator.requests.clear();
    emulator.faults.add({ kind: 'reset', path: '/v1/magic_links/authenticate', times: 1 });

    const answer = await browser.get(callback);

    expect(answer.status).toBe(503);
    expect(callsTo(emulator)).toEqual(['POST /v1/magic_links/authenticate']);
  });

  it('ends at the deadline while it is still connecting', async () => {
    let connects = true;
    const connector = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) => {
        if (connects) connector(options, callback);
      },
    });
    const { browser } = await browserToRefresh(await start({ http: { deadlineMs: 150, dispatcher } }));
    connects = false;
    front.dropConnections();
    await until(() => front.open.size === 0);
    const began = performance.now();

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    expect(performance.now() - began).toBeLessThan(600);
    await application?.close();
    application = undefined;
    await dispatcher.destroy();
  });

  it('takes one of fifty sockets however many people wait, and gives it back at the deadline', async () => {
    const stage = await start({ http: { deadlineMs: 400 } });
    const people = await Promise.all(
      Array.from({ length: 300 }, (_, n) => emulator.sessions.create({ email: `n${n}@example.com` })),
    );
    emulator.clock.advance({ minutes: 6 });
    front.reset();
    const waiting = new Set<Socket>();
    front.answer(authenticate, ({ socket }) => waiting.add(socket));

    const answers = await Promise.all(
      people.map((session) => {
        const browser = stage.application.browser();
        keepSession(browser, session);
        return browser.get('/orders');
      }),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    // One that was given back may be seen to close a moment after its successor was opened.
    expect(front.mostOpen).toBeLessThanOrEqual(60);
    expect(waiting.size).toBeGreaterThanOrEqual(40);
    await until(() => [...waiting].every(({ destroyed }) => destroyed));
  });

  it('of the injected client takes one of fifty sockets as well, whatever the application asks for', async () => {
    const stage = await start();
    const client = stage.application.app.get<Client>(STYTCH_CLIENT);
    const search = '/v1/users/search';
    const waiting: ServerResponse[] = [];
    const sockets = new Set<Socket>();
    let isHeld = true;
    const answerEmpty = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"status_code":200,"request_id":"request-id-test-1","results":[]}');
    };
    front.answer(search, ({ socket }, response) => {
      sockets.add(socket);
      if (isHeld) waiting.push(response);
      else answerEmpty(response);
    });

    const searches = Array.from({ length: 80 }, () => client.users.search({ limit: 1 }));
    await until(() => waiting.length === 50);
    isHeld = false;
    waiting.forEach(answerEmpty);
    const answers = await Promise.all(searches);

    expect(answers.map(({ status_code }) => status_code)).toEqual(searches.map(() => 200));
    expect(sockets.size).toBe(50);
  });

  it('whose answer has arrived counts, though the process was busy until after the deadline', async () => {
    const { browser, answer } = await browserToRefresh(await start());
    front.answer(authenticate, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer, () => {
        const busyUntil = performance.now() + 500;
        while (performance.now() < busyUntil);
      });
    });

    const answered = await browser.get('/orders');

    expect(answered.status).toBe(200);
    expect(answered.setCookies).toHaveLength(1);
  });

  it('ends with the application: whoever waits for it is answered at once', async () => {
    const stage = await start({ http: { deadlineMs: 10_000 } });
    const { browser } = await browserToRefresh(stage);
    front.answer(authenticate, () => undefined);
    const waiting = browser.get('/orders');
    await until(() => front.requests.length > 0);
    const began = performance.now();

    await stage.application.close();
    const answer = await waiting;

    expect(performance.now() - began).toBeLessThan(1500);
    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, unavailable, []]);
    await until(() => front.open.size === 0);
  });
});
