import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const tooMany = refusalBody('rate_limited');
const authenticate = 'POST /v1/magic_links/authenticate';
const madeUp = (n: number) =>
  `/auth/authenticate?stytch_token_type=magic_links&token=${`made-up-${n}`.padEnd(44, 'x')}`;

describePlatforms('opening links', (platform) => {
  const stage = useApplication({
    platform,
    options: { limits: { perAddress: false, perIp: { max: 2, windowSeconds: 60 } } },
  });
  /** Whoever asked for a link once has the cookie without which none is looked at. */
  async function tooManyOpened() {
    const asked = await linkAskedForBy(stage);
    stage.emulator.requests.clear();
    const statuses = [];
    for (const n of [1, 2]) statuses.push((await asked.browser.get(madeUp(n))).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([
      [410, 410],
      [authenticate, authenticate],
    ]);
    stage.emulator.requests.clear();
    return asked;
  }
  beforeEach(() => {
    stage.emulator.clock.advance({ seconds: 61 });
  });

  it('from one network too often is 429, and Stytch is not asked', async () => {
    const { browser } = await tooManyOpened();
    const told: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => told.push(event));

    const program = await browser.get(madeUp(3));
    const person = await browser.visit(madeUp(4));
    unsubscribe();

    expect([program.status, program.json(), program.setCookies]).toEqual([429, tooMany, []]);
    expect(program.headers.get('retry-after')).toBe('60');
    expect([person.status, person.setCookies]).toEqual([429, []]);
    expect(person.text).toContain('Links you already received still work.');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(told).toMatchObject([
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
    ]);
  });

  it('too often uses nothing up: the link works when the time is over', async () => {
    const { browser, callback } = await tooManyOpened();
    const tooSoon = await browser.visit(callback);
    stage.emulator.clock.advance({ seconds: 61 });

    const later = await browser.visit(callback);

    expect([tooSoon.status, later.status, later.headers.get('location')]).toEqual([429, 303, '/']);
  });

  it('counts apart from asking for them, and a double click once', async () => {
    const first = await linkAskedForBy(stage, { email: 'ada@example.com' });
    const second = await linkAskedForBy(stage, { email: 'grace@example.com' });

    const opened = [first, first, second, second].map(({ browser, callback }) => browser.visit(callback));

    expect((await Promise.all(opened)).map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  });

  it('that were not asked for here is not counted: it asks nobody', async () => {
    for (const n of [1, 2, 3]) {
      const answer = await stage.application.browser().get(madeUp(n));
      expect(answer.json()).toMatchObject({ code: 'link_for_another_browser' });
    }
    const { browser, callback } = await linkAskedForBy(stage);

    expect((await browser.visit(callback)).status).toBe(303);
  });
});
