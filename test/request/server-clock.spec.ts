import { SigningKeys } from 'nestjs-stytch';
import { CapturedLog } from '../support/captured-log.js';
import { MeController, meOf } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { ServerClock } from '../support/server-clock.js';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, useEmulator } from '../support/use-application.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';

const [minute, hour] = [60_000, 3_600_000];
const authenticate = 'POST /v1/sessions/authenticate';
const keysPath = '/v1/sessions/jwks/*';
const ada = { email: 'ada@example.com' };
/** Makes a JWT of about 5.4 KB, which fits no cookie. */
const customClaims = { filler: 'x'.repeat(3500) };
const clockSkew = refusalBody('clock_skew');
const linesAbout = (log: CapturedLog, direction: string) =>
  log.lines.filter((line) => line.startsWith('error') && line.includes(`clock is ${direction}`));

describePlatforms('The clock of a server', (platform) => {
  const log = new CapturedLog();
  const clock = new ServerClock(() => stage.emulator);
  const stage = useApplication({
    controllers: [MeController],
    platform,
    configure: log.attachTo,
    // A busy machine takes a while to fetch the keys.
    options: { clock, http: { deadlineMs: 20_000 } },
  });
  const keyFetches = () =>
    stage.emulator.requests.list().filter(({ path }) => path.includes('/jwks/')).length;
  beforeEach(async () => {
    clock.aheadMs = 0;
    clock.advance(3 * minute);
    await stage.application.app.get(SigningKeys).reload();
    stage.emulator.requests.clear();
    log.lines.length = 0;
  });

  it.each([
    // The keys are too old by the wall clock, and a fetch that is needed is not limited.
    ['two hours ahead', 2 * hour, 'ahead', 2],
    ['an hour behind', -hour, 'behind', 1],
  ])(
    'that is %s for a moment ends no session: requests get 503 until it is right again',
    async (_, ms, direction, fetches) => {
      const { browser, session } = await signedInBrowser(stage);
      const { browser: another } = await signedInBrowser(stage, { email: 'bob@example.com' });
      another.cookies.delete(jwtCookie);
      expect((await browser.get('/me')).status).toBe(200);
      clock.aheadMs = ms;

      for (let n = 0; n < 3; n += 1) {
        for (const { status, headers, setCookies, ...response } of [
          await browser.get('/me'),
          await another.get('/me'),
        ]) {
          expect([status, response.json(), setCookies]).toEqual([503, clockSkew, []]);
          expect(headers.get('retry-after')).toEqual(defaultRetryAfter);
        }
      }
      expect(linesAbout(log, direction)).toEqual([
        expect.stringContaining(`differs by ${Math.abs(ms) / 1000} seconds`),
      ]);
      expect([callsTo(stage.emulator), keyFetches()]).toEqual([[], fetches]);

      clock.aheadMs = 0;
      const response = await browser.get('/me');
      expect([response.status, response.json(), response.setCookies]).toEqual([200, meOf(session), []]);
      expect((await another.get('/me')).status).toBe(200);
      expect([callsTo(stage.emulator), log.lines.length]).toEqual([[authenticate], 1]);
    },
  );

  it('that is wrong still allows 401 for what is no session at any time, without clearing cookies', async () => {
    clock.aheadMs = 2 * hour;
    const browser = stage.application.browser();
    const [missing, invalid] = [
      await browser.get('/me'),
      await browser.get('/me', { cookie: `${jwtCookie}=a.b.c` }),
    ];

    expect([missing.status, missing.json(), missing.setCookies]).toEqual([
      401,
      refusalBody('session_missing'),
      [],
    ]);
    expect([invalid.status, invalid.json(), invalid.setCookies]).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
  });

  it('that is set back by an hour does not make a JWT valid that expired 55 minutes ago', async () => {
    const { browser } = await signedInBrowser(stage, { ...ada, durationMinutes: 180 });
    expect((await browser.get('/me')).status).toBe(200);
    clock.advance(hour);
    clock.aheadMs = -hour;
    const response = await browser.get('/me');
    expect([response.status, response.json(), response.setCookies]).toEqual([503, clockSkew, []]);

    clock.aheadMs = 0;
    const refreshed = await browser.get('/me');
    expect([refreshed.status, Object.keys(cookiesSetBy(refreshed))]).toEqual([200, [jwtCookie]]);
  });

  it('that is two hours ahead does not end the denial of a signed-out session', async () => {
    const { browser } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    const signOut = (by = browser) => by.postJson('/auth/logout', {});
    stage.emulator.faults.add({ kind: 'status', status: 503, path: '/v1/sessions/revoke' });
    expect((await signOut()).status).toBe(204);
    clock.advance(2 * minute);
    clock.aheadMs = 2 * hour;
    // Another sign-out removes the denials that have ended.
    expect((await signOut((await signedInBrowser(stage)).browser)).status).toBe(204);
    const send = () => stage.application.browser().get('/me', { cookie });
    expect((await send()).json()).toEqual(clockSkew);
    clock.aheadMs = 0;

    expect((await send()).json()).toEqual(refusalBody('session_revoked'));
  });

  it.each([2 * hour, -hour])('that is %d ms ahead does not prevent a sign-out', async (ms) => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(tokenCookie);
    clock.aheadMs = ms;
    const response = await browser.postJson('/auth/logout', {});

    expect([response.status, cookiesSetBy(response)]).toEqual([204, bothCleared]);
    expect(stage.emulator.sessions.list().map(({ session_id }) => session_id)).not.toContain(
      session.session_id,
    );
  });

  it.each([
    ['two minutes', 2 * minute, []],
    ['two hours', 2 * hour, [authenticate]],
  ])(
    'of a machine that was suspended for %s is confirmed by the first request, which gets 200',
    async (_, ms, calls) => {
      const { browser, session } = await signedInBrowser(stage, { ...ada, durationMinutes: 180 });
      expect((await browser.get('/me')).status).toBe(200);
      clock.suspend(ms);

      const response = await browser.get('/me');

      expect([response.status, response.json()]).toEqual([200, meOf(session)]);
      expect([callsTo(stage.emulator), keyFetches(), log.lines]).toEqual([calls, 1, []]);
    },
  );

  it('of a machine that was suspended past the end of a session does not serve the session', async () => {
    const { browser } = await signedInBrowser(stage);
    const { session } = await signedInBrowser(stage, { email: 'bob@example.com', customClaims });
    const cookie = `${tokenCookie}=${session.session_token}`;
    const sendLarge = () => stage.application.browser().get('/me', { cookie });
    expect([(await browser.get('/me')).status, (await sendLarge()).status]).toEqual([200, 200]);
    clock.suspend(61 * minute);

    const [response, large] = [await browser.get('/me'), await sendLarge()];

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_expired')]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect([large.status, large.json()]).toEqual([401, refusalBody('session_revoked')]);
  });

  it('of a machine that was suspended is unknown until Stytch responds', async () => {
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(200);
    stage.emulator.faults.add({ kind: 'reset', path: keysPath });
    clock.suspend(2 * minute);
    const response = await browser.get('/me');
    expect([response.status, response.json(), response.setCookies]).toEqual([503, clockSkew, []]);
    expect(linesAbout(log, 'ahead')).toHaveLength(1);

    stage.emulator.faults.clear();
    clock.advance(10_000);
    expect((await browser.get('/me')).status).toBe(200);
  });
});

describe('A server clock that is wrong from the start', () => {
  const emulator = useEmulator();

  it.each([
    ['two hours ahead', 2 * hour, 'ahead'],
    ['an hour behind', -hour, 'behind'],
  ])('and %s makes requests get 503, until it is corrected', async (_, ms, direction) => {
    const log = new CapturedLog();
    const clock = new ServerClock(() => emulator.emulator);
    clock.aheadMs = ms;
    const stage = {
      ...emulator,
      application: await emulator.start({
        controllers: [MeController],
        configure: log.attachTo,
        options: { clock },
      }),
    };
    const { browser, session } = await signedInBrowser(stage);

    for (let n = 0; n < 3; n += 1) {
      const response = await browser.get('/me');
      expect([response.status, response.json(), response.setCookies]).toEqual([503, clockSkew, []]);
    }
    expect([linesAbout(log, direction), callsTo(emulator.emulator)]).toEqual([[expect.any(String)], []]);

    clock.aheadMs = 0;
    const response = await browser.get('/me');
    expect([response.status, response.json(), response.setCookies]).toEqual([200, meOf(session), []]);
  });
});

const controllers = [MeController];

/** How far the application's clock is ahead of Stytch's. */
let aheadSeconds = 0;

describe('a server clock that is changed while the application runs', () => {
  const stage = useApplication({
    controllers,
    options: {
      clock: {
        nowMs: () => Date.now() + aheadSeconds * 1000,
        monotonicMs: () => performance.now(),
      },
    },
  });
  afterEach(() => {
    aheadSeconds = 0;
  });

  it.each([-25, 25])('by %d seconds, within clockSkewSeconds, is not noticed', async (seconds) => {
    aheadSeconds = seconds;
    const { browser } = await signedInBrowser(stage);

    const response = await browser.get('/me');

    expect([response.status, response.setCookies]).toEqual([200, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });
});

describe('a session with extendOnRefresh', () => {
  const stage = useApplication({
    controllers,
    options: { session: { extendOnRefresh: true, durationMinutes: 30, maxLifetimeMinutes: 60 } },
  });

  it('expires 30 minutes after its last use, and 60 minutes after sign-in at the latest', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 30 });
    const statuses: number[] = [];
    for (let minutes = 20; minutes <= 60; minutes += 20) {
      stage.emulator.clock.advance({ minutes: 20 });
      statuses.push((await browser.get('/me')).status);
    }

    expect(statuses).toEqual([200, 200, 401]);
    // Twenty minutes are left from the 40th minute on.
    expect(
      bodiesSentTo(stage.emulator, '/v1/sessions/authenticate').map(
        (body) => body?.['session_duration_minutes'],
      ),
    ).toEqual([30, expect.any(Number)]);
  });

  it('expires when it is not used in time', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 30 });
    stage.emulator.clock.advance({ minutes: 31 });

    const response = await browser.get('/me');

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });
});

describe('an older JWT of the same session', () => {
  const stage = useApplication({ controllers });

  it('never replaces a newer one: a refresh that returns it is refused with 503', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.clock.advance({ minutes: 6 });
    const stale = stage.application.browser();
    keepSession(stale, session);
    await browser.get('/me');
    const { session_jwt, session_token } = session;
    stage.emulator.clock.advance({ minutes: 6 });
    const older = jsonResponse(authenticateResponse({ session_jwt, session_token }));
    stage.emulator.faults.add({ ...older, path: '/v1/sessions/authenticate' });

    const response = await browser.get('/me');

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });
});
