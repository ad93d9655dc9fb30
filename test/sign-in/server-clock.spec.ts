import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { ServerClock } from '../support/server-clock.js';
import { callsTo } from '../support/sessions.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const [minute, hour] = [60_000, 3_600_000];
const exchange = `POST ${authenticateLinkPath}`;

describePlatforms('A sign-in', (platform) => {
  const clock = new ServerClock(() => stage.emulator);
  const stage = useApplication({ platform, options: { clock } });
  beforeEach(() => {
    clock.aheadMs = 0;
    clock.advance(minute);
  });

  it.each([2 * hour, -hour])(
    'does not use up its link while the server clock is %d ms ahead, and gets 503',
    async (ms) => {
      const { browser, callback } = await linkAskedForBy(stage);
      clock.aheadMs = ms;
      const refused = await browser.get(callback);
      expect([refused.status, refused.json(), refused.setCookies]).toEqual([
        503,
        refusalBody('clock_skew'),
        [],
      ]);
      expect(callsTo(stage.emulator)).not.toContain(exchange);

      clock.aheadMs = 0;
      expect((await browser.visit(callback)).status).toBe(303);
      expect(callsTo(stage.emulator)).toContain(exchange);
    },
  );

  it('completes after the machine was suspended, when Stytch has confirmed the time', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    clock.suspend(5 * minute);

    expect((await browser.visit(callback)).status).toBe(303);
  });
});
