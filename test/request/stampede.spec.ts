import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, StytchEvents, type Session } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { request } from 'undici';
import { browserWithExpiredJwt, callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { until } from '../support/until.js';

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

const path = '/v1/sessions/authenticate';
const oneCall = [`POST ${path}`];

describePlatforms('two hundred requests with one expired JWT', (platform) => {
  let emulator: StytchEmulator;
  let applications: ApplicationUnderTest[];

  /** The browser of somebody whose JWT has expired, and a way to send its cookies many times at once. */
  async function expired() {
    const [application] = applications as [ApplicationUnderTest, ApplicationUnderTest];
    const { browser, session } = await browserWithExpiredJwt({ emulator, application });
    const { cookieHeader: cookie } = browser;
    const stampede = (times: number, to = application) =>
      Promise.all(Array.from({ length: times }, () => to.browser().get('/orders', { cookie })));
    return { application, cookie, session, stampede };
  }

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    const settings = {
      emulator,
      platform,
      controllers: [OrdersController],
      options: { http: { deadlineMs: 400 } },
    };
    applications = await Promise.all([startApplication(settings), startApplication(settings)]);
  });
  beforeEach(() => {
    emulator.faults.clear();
    emulator.requests.clear();
  });
  afterAll(async () => {
    await Promise.all(applications.map((application) => application.close()));
    await emulator.close();
  });

  it('are answered by one call, and each carries the fresh JWT', async () => {
    const { session, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 100, path });

    const answers = await stampede(200);

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text))).toEqual(
      new Set([JSON.stringify({ userId: session.user_id })]),
    );
    const jwts = new Set(answers.map((answer) => cookiesSetBy(answer)[jwtCookie]?.value));
    expect([jwts.size, jwts.has(undefined), jwts.has(session.session_jwt)]).toEqual([1, false, false]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('are answered by one call for each of two processes', async () => {
    const { stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 100, path });

    const answers = await Promise.all(applications.map((application) => stampede(100, application)));

    expect(new Set(answers.flat().map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsTo(emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('are answered although the first of them has gone away', async () => {
    const { application, cookie, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 150, path });
    const abort = new AbortController();
    const first = request(`${application.url}/orders`, { headers: { cookie }, signal: abort.signal });
    const gone = expect(first).rejects.toThrow();
    await until(() => callsTo(emulator).length === 1);
    const others = stampede(50);
    abort.abort();
    await gone;

    const answers = await others;

    for (const { status, setCookies } of answers) expect([status, setCookies.length]).toEqual([200, 1]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('that all went away leave the fresh JWT to the next one', async () => {
    const { application, cookie, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 50, path });
    const abort = new AbortController();
    const gone = [1, 2, 3].map(() =>
      expect(
        request(`${application.url}/orders`, { headers: { cookie }, signal: abort.signal }),
      ).rejects.toThrow(),
    );
    const { counts } = application.app.get(StytchEvents);
    await until(() => callsTo(emulator).length === 1);
    abort.abort();
    await Promise.all(gone);
    await until(() => application.app.get(StytchEvents).counts.refreshed === (counts.refreshed ?? 0) + 1);

    const [answer] = await stampede(1);

    expect([answer?.status, answer?.setCookies.length]).toEqual([200, 1]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('are all 503 in time while Stytch hangs, by one call, and touch no cookie', async () => {
    const { stampede } = await expired();
    emulator.faults.add({ kind: 'hang', path });
    const began = performance.now();

    const answers = await stampede(200);

    expect(performance.now() - began).toBeLessThan(1500);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect(answers.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    expect(answers[0]?.headers.get('retry-after')).toBe('5');
    expect(callsTo(emulator)).toEqual(oneCall);
  });
});
