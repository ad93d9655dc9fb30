import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { endSession } from '../support/end-session.js';
import { refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  lastingUntil,
  signedInBrowser,
} from '../support/sessions.js';
import { MeController, meOf } from '../support/me.controller.js';
import { stytchError } from '../support/stytch-faults.js';
import { first, until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';

const authenticate = '/v1/sessions/authenticate';
const oneCall = [`POST ${authenticate}`];

describe('refreshing a JWT in its last minute', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { http: { deadlineMs: beyondCeilingMs } },
  });

  async function browserInTheLastMinute() {
    const signedIn = await signedInBrowser(stage);
    stage.emulator.clock.advance({ minutes: 4, seconds: 20 });
    return signedIn;
  }
  const events = () => stage.application.app.get(StytchEvents);
  /** Runs something that causes a refresh in the background, and waits for that refresh. */
  async function afterRefreshAhead<Value>(run: () => Promise<Value>): Promise<Value> {
    const before = events().counts.refreshed ?? 0;
    const value = await run();
    await until(() => events().counts.refreshed === before + 1);
    return value;
  }

  it('does not delay the request that causes the call, and makes one call for two requests', async () => {
    const { browser, session } = await browserInTheLastMinute();
    stage.emulator.faults.add({ kind: 'hang', path: authenticate });

    const responses = [await withinDeadline(browser.get('/me')), await withinDeadline(browser.get('/me'))];

    for (const response of responses) {
      expect([response.status, response.json(), response.setCookies]).toEqual([200, meOf(session), []]);
    }
    await until(() => callsTo(stage.emulator).length > 0);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_jwt: session.session_jwt }]);
  });

  it('sets the fresh JWT on the response to the next request', async () => {
    const { browser, session } = await browserInTheLastMinute();
    const before = await afterRefreshAhead(() => browser.get('/me'));

    const next = await browser.get('/me');
    const afterwards = await browser.get('/me');

    expect([before.setCookies, next.status, afterwards.status, afterwards.setCookies]).toEqual([
      [],
      200,
      200,
      [],
    ]);
    const fresh = cookiesSetBy(next);
    expect(Object.keys(fresh)).toEqual([jwtCookie]);
    expect(fresh[jwtCookie]?.value).not.toBe(session.session_jwt);
    expect(fresh[jwtCookie]?.attributes).toEqual(lastingUntil(session.session.expires_at, stage.emulator));
    expect(next.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('sets the fresh JWT even when the next request comes after the old JWT has expired', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/me'));
    stage.emulator.clock.advance({ minutes: 3 });

    const response = await browser.get('/me');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('calls Stytch again when the fresh JWT has expired before the next request', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/me'));
    stage.emulator.clock.advance({ minutes: 6 });

    const response = await browser.get('/me');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('sets the fresh JWT on every request with the old one, without another call', async () => {
    const { browser } = await browserInTheLastMinute();
    const cookie = browser.cookieHeader;
    await afterRefreshAhead(() => browser.get('/me'));
    await browser.get('/me');
    stage.emulator.clock.advance({ seconds: 1 });

    const late = await Promise.all([1, 2, 3].map(() => stage.application.browser().get('/me', { cookie })));

    for (const { status, setCookies } of late) expect([status, setCookies.length]).toEqual([200, 1]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('refuses a JWT that has not expired with 401 once Stytch reports the session as revoked', async () => {
    const { browser, session } = await browserInTheLastMinute();
    await endSession(stage.emulator, session.session_id);
    stage.emulator.requests.clear();

    const before = await browser.get('/me');
    const after = await first(
      () => browser.get('/me'),
      ({ status }) => status !== 200,
    );

    expect([before.status, before.setCookies]).toEqual([200, []]);
    expect(after.json()).toEqual(refusalBody('session_revoked'));
    expect(cookiesSetBy(after)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('a refresh that fails costs nothing, and is tried again after a pause', async () => {
    const { browser } = await browserInTheLastMinute();
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), times: 1, path: authenticate });

    const statuses = [(await browser.get('/me')).status];
    await until(() => stage.emulator.requests.list().some(({ status }) => status === 500));
    statuses.push((await browser.get('/me')).status, (await browser.get('/me')).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([[200, 200, 200], oneCall]);

    stage.emulator.clock.advance({ seconds: 3 });
    await afterRefreshAhead(() => browser.get('/me'));

    expect(cookiesSetBy(await browser.get('/me'))).toHaveProperty(jwtCookie);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('makes one call per JWT for an active user, always before the JWT expires', async () => {
    const { browser } = await signedInBrowser(stage);
    const refreshes: StytchEvent[] = [];
    const unsubscribe = events().subscribe((event) => refreshes.push(event));

    for (let seconds = 0; seconds < 20 * 60; seconds += 20) {
      stage.emulator.clock.advance({ seconds: 20 });
      const response = await browser.get('/me');
      expect(response.status).toBe(200);
      await until(() => refreshes.length === callsTo(stage.emulator).length);
    }

    unsubscribe();
    expect(refreshes.map((event) => event.type === 'refreshed' && event.ahead)).toEqual(
      refreshes.map(() => true),
    );
    expect(refreshes.length).toBeGreaterThanOrEqual(4);
    expect(refreshes.length).toBeLessThanOrEqual(5);
  });
});
