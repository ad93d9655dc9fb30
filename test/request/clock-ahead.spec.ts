import { CapturedLog } from '../support/captured-log.js';
import { MeController } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { callsTo, cookiesSetBy, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { useApplication } from '../support/use-application.js';

/** How far the application's wall clock is ahead of Stytch's, and how far both clocks were advanced. */
let aheadMs = 0;
let movedMs = 0;
const minute = 60_000;
const clock = {
  nowMs: () => Date.now() + movedMs + aheadMs,
  monotonicMs: () => performance.now() + movedMs,
};
const clockSkew = refusalBody('clock_skew');

describe('a server clock that is ahead', () => {
  beforeAll(() => {
    aheadMs = 0;
    movedMs = 0;
  });
  const log = new CapturedLog();
  const stage = useApplication({
    controllers: [MeController],
    configure: log.attachTo,
    options: { clock },
  });
  const advance = (ms: number) => {
    movedMs += ms;
    stage.emulator.clock.advance({ ms });
  };
  beforeEach(() => {
    aheadMs = 0;
    advance(2 * minute);
    log.lines.length = 0;
  });

  it.each([
    [10, 600],
    [90, 5400],
  ])(
    'by %d minutes refuses a session with 503, keeps its cookies and logs one line',
    async (minutes, seconds) => {
      aheadMs = minutes * minute;
      const { browser } = await signedInBrowser(stage);
      browser.cookies.delete(jwtCookie);

      for (let n = 0; n < 3; n += 1) {
        const response = await browser.get('/me');
        expect([response.status, response.json(), response.setCookies]).toEqual([503, clockSkew, []]);
        expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
      }

      const lines = log.lines.filter((line) => line.includes("the server's clock is ahead"));
      expect(lines).toEqual([
        expect.stringMatching(new RegExp(`just issued is (${seconds}|${seconds + 1}) seconds old`)),
      ]);
      expect(callsTo(stage.emulator)).toHaveLength(1);
    },
  );

  it('by ten minutes has a fresh JWT confirmed by Stytch, refuses it with 503 and keeps its cookies', async () => {
    aheadMs = 10 * minute;
    const { browser } = await signedInBrowser(stage);

    const response = await browser.get('/me');

    expect([response.status, response.json(), response.setCookies]).toEqual([503, clockSkew, []]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('stops refusing sessions as soon as it is corrected', async () => {
    aheadMs = 10 * minute;
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(503);
    aheadMs = 0;

    const response = await browser.get('/me');

    expect([response.status, response.setCookies]).toEqual([200, []]);
  });
});

describe('a server clock that is set back by an hour while the application runs', () => {
  beforeAll(() => {
    aheadMs = 0;
    movedMs = 0;
  });
  const stage = useApplication({ controllers: [MeController], options: { clock } });
  const advance = (ms: number) => {
    movedMs += ms;
    stage.emulator.clock.advance({ ms });
  };
  beforeEach(() => {
    aheadMs = 0;
    advance(2 * minute);
  });

  it('refreshes a JWT five minutes after it was issued, by elapsed time', async () => {
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(200);
    aheadMs = -60 * minute;
    advance(6 * minute);

    const response = await browser.get('/me');
    const next = await browser.get('/me');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect([next.status, next.setCookies]).toEqual([200, []]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('does not extend the life of a JWT that is cached because it is too large for a cookie', async () => {
    const customClaims = { filler: 'x'.repeat(3500) };
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', customClaims });
    const cookie = `${tokenCookie}=${browser.cookies.get(tokenCookie) ?? ''}`;
    aheadMs = -60 * minute;
    const send = () => stage.application.browser().get('/me', { cookie });

    const statuses = [(await send()).status, (await send()).status];
    expect(callsTo(stage.emulator)).toHaveLength(1);
    advance(6 * minute);
    statuses.push((await send()).status);

    expect(statuses).toEqual([200, 200, 200]);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });
});
