import { MeController } from '../support/me.controller.js';
import { authenticateResponse, jsonResponse } from '../support/stytch-faults.js';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  keepSession,
  signedInBrowser,
} from '../support/sessions.js';
import { useApplication } from '../support/use-application.js';

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
