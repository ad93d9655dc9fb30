import { StytchEvents } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { request } from 'undici';
import { MeController, meOf } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { callsTo, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { until } from '../support/until.js';
import { withinDeadline } from '../support/within-deadline.js';

const path = '/v1/sessions/authenticate';
const oneCall = [`POST ${path}`];

describe('two hundred requests with one expired JWT', () => {
  let emulator: StytchEmulator;
  let applications: ApplicationUnderTest[];
  // The fresh JWT serves late requests as well, as long as it is valid.
  const clock = new SteppedClock(() => emulator);

  /** A session whose JWT has expired, and a function that sends its cookies in many concurrent requests. */
  async function expired() {
    const [application] = applications as [ApplicationUnderTest, ApplicationUnderTest];
    const { browser, session } = await signedInBrowser({ emulator, application });
    clock.advance({ minutes: 6 });
    const { cookieHeader: cookie } = browser;
    const stampede = (times: number, to = application) =>
      Promise.all(Array.from({ length: times }, () => to.browser().get('/me', { cookie })));
    return { application, cookie, session, stampede };
  }

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    const settings = {
      emulator,
      controllers: [MeController],
      options: { clock, http: { deadlineMs: 1000 } },
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

  it('cause one call, and every response sets the fresh JWT', async () => {
    const { session, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 100, path });

    const responses = await stampede(200);

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(responses.map(({ text }) => text))).toEqual(new Set([JSON.stringify(meOf(session))]));
    const jwts = new Set(responses.map((response) => cookiesSetBy(response)[jwtCookie]?.value));
    expect([jwts.size, jwts.has(undefined), jwts.has(session.session_jwt)]).toEqual([1, false, false]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('cause one call in each of two applications', async () => {
    const { stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 100, path });

    const responses = await Promise.all(applications.map((application) => stampede(100, application)));

    expect(new Set(responses.flat().map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsTo(emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('get the fresh JWT even if the client that caused the call disconnects', async () => {
    const { application, cookie, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 150, path });
    const abort = new AbortController();
    const first = request(`${application.url}/me`, { headers: { cookie }, signal: abort.signal });
    const aborted = expect(first).rejects.toThrow();
    await until(() => callsTo(emulator).length === 1);
    const others = stampede(50);
    abort.abort();
    await aborted;

    const responses = await others;

    for (const { status, setCookies } of responses) expect([status, setCookies.length]).toEqual([200, 1]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('leave the fresh JWT to the next request when all their clients disconnect', async () => {
    const { application, cookie, stampede } = await expired();
    emulator.faults.add({ kind: 'delay', ms: 50, path });
    const abort = new AbortController();
    const aborted = [1, 2, 3].map(() =>
      expect(
        request(`${application.url}/me`, { headers: { cookie }, signal: abort.signal }),
      ).rejects.toThrow(),
    );
    const { counts } = application.app.get(StytchEvents);
    await until(() => callsTo(emulator).length === 1);
    abort.abort();
    await Promise.all(aborted);
    await until(() => application.app.get(StytchEvents).counts.refreshed === (counts.refreshed ?? 0) + 1);

    const [response] = await stampede(1);

    expect([response?.status, response?.setCookies.length]).toEqual([200, 1]);
    expect(callsTo(emulator)).toEqual(oneCall);
  });

  it('are all refused with 503 after one call while Stytch hangs, and their cookies are kept', async () => {
    const { stampede } = await expired();
    emulator.faults.add({ kind: 'hang', path });

    const responses = await withinDeadline(stampede(200));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([503]));
    expect(responses.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    expect(responses[0]?.json()).toEqual(refusalBody('stytch_unavailable'));
    expect(responses[0]?.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(callsTo(emulator)).toEqual(oneCall);
  });
});
