import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import { CapturedLog } from '../support/captured-log.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, cookiesSetBy, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
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

/** How far the application's wall clock is ahead of Stytch's, and what both clocks were moved by. */
let aheadMs = 0;
let movedMs = 0;
const minute = 60_000;
const clock = {
  nowMs: () => Date.now() + movedMs + aheadMs,
  monotonicMs: () => performance.now() + movedMs,
};
const clockSkew = refusalBody('clock_skew');

describePlatforms('a clock that is ahead', (platform) => {
  beforeAll(() => {
    aheadMs = 0;
    movedMs = 0;
  });
  const log = new CapturedLog();
  const stage = useApplication({
    platform,
    controllers: [MeController],
    configure: log.attachTo,
    options: { clock },
  });
  const letPass = (ms: number) => {
    movedMs += ms;
    stage.emulator.clock.advance({ ms });
  };
  beforeEach(() => {
    aheadMs = 0;
    letPass(2 * minute);
    log.lines.length = 0;
  });

  it.each([
    [10, 600],
    [90, 5400],
  ])(
    'by %d minutes is the operator’s fault, not a logout: 503, cookies kept, one line in the log',
    async (minutes, seconds) => {
      aheadMs = minutes * minute;
      const { browser } = await signedInBrowser(stage);
      browser.cookies.delete(jwtCookie);

      for (let n = 0; n < 3; n += 1) {
        const answer = await browser.get('/me');
        expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, clockSkew, []]);
        expect(answer.headers.get('retry-after')).toBe('5');
      }

      const lines = log.lines.filter((line) => line.includes('the clock of this server is ahead'));
      expect(lines).toEqual([
        expect.stringMatching(new RegExp(`just now is (${seconds}|${seconds + 1}) seconds old`)),
      ]);
      expect(callsTo(stage.emulator)).toHaveLength(1);
    },
  );

  it('by ten minutes asks about a JWT that is fresh, and clears nothing', async () => {
    aheadMs = 10 * minute;
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.get('/me');

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([503, clockSkew, []]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('works again as soon as it is set', async () => {
    aheadMs = 10 * minute;
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(503);
    aheadMs = 0;

    const answer = await browser.get('/me');

    expect([answer.status, answer.setCookies]).toEqual([200, []]);
  });
});

describePlatforms('a clock that is put back an hour while running', (platform) => {
  beforeAll(() => {
    aheadMs = 0;
    movedMs = 0;
  });
  const stage = useApplication({ platform, controllers: [MeController], options: { clock } });
  const letPass = (ms: number) => {
    movedMs += ms;
    stage.emulator.clock.advance({ ms });
  };
  beforeEach(() => {
    aheadMs = 0;
    letPass(2 * minute);
  });

  it('refreshes what has expired by the time that has passed', async () => {
    const { browser } = await signedInBrowser(stage);
    expect((await browser.get('/me')).status).toBe(200);
    aheadMs = -60 * minute;
    letPass(6 * minute);

    const answer = await browser.get('/me');
    const next = await browser.get('/me');

    expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
    expect([next.status, next.setCookies]).toEqual([200, []]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('prolongs nothing that is kept here for want of a cookie that holds it', async () => {
    const customClaims = { filler: 'x'.repeat(3500) };
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', customClaims });
    const cookie = `${tokenCookie}=${browser.cookies.get(tokenCookie) ?? ''}`;
    aheadMs = -60 * minute;
    const send = () => stage.application.browser().get('/me', { cookie });

    const statuses = [(await send()).status, (await send()).status];
    expect(callsTo(stage.emulator)).toHaveLength(1);
    letPass(6 * minute);
    statuses.push((await send()).status);

    expect(statuses).toEqual([200, 200, 200]);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });
});
