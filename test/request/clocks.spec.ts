import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  keepSession,
  signedInBrowser,
} from '../support/sessions.js';
import { CapturedLog } from '../support/captured-log.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}
const controllers = [MeController];

/** How far the application's clock is ahead of Stytch's. */
let aheadSeconds = 0;

describePlatforms('a clock that is set while running', (platform) => {
  const stage = useApplication({
    platform,
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

  it.each([
    [-25, 200, 0],
    [-120, 200, 0],
    [4, 200, 0],
    [200, 200, 0],
  ])('by %d seconds signs nobody out', async (seconds, status, calls) => {
    aheadSeconds = seconds;
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.get('/me');

    expect([answer.status, answer.setCookies]).toEqual([status, []]);
    expect(callsTo(stage.emulator)).toHaveLength(calls);
  });

  it('back by an hour ends no session that was open', async () => {
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(200);
    aheadSeconds = -3600;

    expect((await browser.get('/me')).status).toBe(200);
  });
});

describePlatforms('a clock that is two minutes behind from the start', (platform) => {
  const log = new CapturedLog();
  const stage = useApplication({
    platform,
    controllers,
    configure: log.attachTo,
    options: { clock: { nowMs: () => Date.now() - 120_000, monotonicMs: () => performance.now() } },
  });

  it('signs nobody out, and is said once, not once a request', async () => {
    const { browser } = await signedInBrowser(stage);

    for (let n = 0; n < 5; n += 1) {
      const answer = await browser.get('/me');
      expect([answer.status, answer.setCookies]).toEqual([503, []]);
      expect(answer.json()).toMatchObject({ code: 'clock_skew' });
    }

    expect(log.lines.filter((line) => line.includes("the server's clock is behind"))).toHaveLength(1);
    expect(callsTo(stage.emulator)).toEqual([]);
  });
});

describePlatforms('a session that using prolongs', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { session: { extendOnRefresh: true, durationMinutes: 30, maxLifetimeMinutes: 60 } },
  });

  it('ends half an hour after its last use, and an hour after signing in whatever happens', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 30 });
    const seen: number[] = [];
    for (let minutes = 20; minutes <= 60; minutes += 20) {
      stage.emulator.clock.advance({ minutes: 20 });
      seen.push((await browser.get('/me')).status);
    }

    expect(seen).toEqual([200, 200, 401]);
    // From the 40th minute on there are twenty left.
    expect(
      bodiesSentTo(stage.emulator, '/v1/sessions/authenticate').map(
        (body) => body?.['session_duration_minutes'],
      ),
    ).toEqual([30, expect.any(Number)]);
  });

  it('is over when it was not used in time', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 30 });
    stage.emulator.clock.advance({ minutes: 31 });

    const answer = await browser.get('/me');

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });
});

describePlatforms('an older JWT of the same session', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('never replaces a newer one', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.clock.advance({ minutes: 6 });
    const stale = stage.application.browser();
    keepSession(stale, session);
    await browser.get('/me');
    const body = {
      status_code: 200,
      request_id: 'request-id-test-1',
      session_jwt: session.session_jwt,
      session_token: session.session_token,
    };
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.faults.add({
      kind: 'status',
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify(body),
      path: '/v1/sessions/authenticate',
    });

    const answer = await browser.get('/me');

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
  });
});
