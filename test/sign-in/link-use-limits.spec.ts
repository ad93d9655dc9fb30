import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { useApplication } from '../support/use-application.js';

const tooMany = refusalBody('rate_limited');
const authenticateCall = 'POST /v1/magic_links/authenticate';
const invalidLink = (n: number) =>
  `/auth/authenticate?stytch_token_type=magic_links&token=${`invalid-${n}`.padEnd(44, 'x')}`;

describe('the limit on opened magic links', () => {
  const stage = useApplication({
    platform: 'Express',
    options: { limits: { perAddress: false, perAddressTotal: false, perIp: { max: 2, windowSeconds: 60 } } },
  });
  /** Links are only checked in a browser with a binding cookie, so the browser requests one first. */
  async function useUpLimit() {
    const requested = await linkAskedForBy(stage);
    stage.emulator.requests.clear();
    const statuses = [];
    for (const n of [1, 2]) statuses.push((await requested.browser.get(invalidLink(n))).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([
      [410, 410],
      [authenticateCall, authenticateCall],
    ]);
    stage.emulator.requests.clear();
    return requested;
  }
  beforeEach(() => {
    stage.emulator.clock.advance({ seconds: 61 });
  });

  it('responds 429 without calling Stytch once a network has opened too many links', async () => {
    const { browser } = await useUpLimit();
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));

    const jsonResponse = await browser.get(invalidLink(3));
    const pageResponse = await browser.visit(invalidLink(4));
    unsubscribe();

    expect([jsonResponse.status, jsonResponse.json(), jsonResponse.setCookies]).toEqual([429, tooMany, []]);
    expect(jsonResponse.headers.get('retry-after')).toBe('60');
    expect([pageResponse.status, pageResponse.setCookies]).toEqual([429, []]);
    expect(pageResponse.text).toContain('Links you already received still work.');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(events).toMatchObject([
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
      { type: 'rate_limited', limit: 'ip' },
      { type: 'refused', code: 'rate_limited' },
    ]);
  });

  it('does not consume a link that is over the limit, and accepts it after the window', async () => {
    const { browser, callback } = await useUpLimit();
    const limited = await browser.visit(callback);
    stage.emulator.clock.advance({ seconds: 61 });

    const accepted = await browser.visit(callback);

    expect([limited.status, accepted.status, accepted.headers.get('location')]).toEqual([429, 303, '/']);
  });

  it('counts opened links separately from requested links, and a double click once', async () => {
    const first = await linkAskedForBy(stage, { email: 'ada@example.com' });
    const second = await linkAskedForBy(stage, { email: 'grace@example.com' });

    const responses = [first, first, second, second].map(({ browser, callback }) => browser.visit(callback));

    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([303, 303, 303, 303]);
  });

  it('does not count links that are opened in a browser without a binding cookie', async () => {
    for (const n of [1, 2, 3]) {
      const response = await stage.application.browser().get(invalidLink(n));
      expect(response.json()).toMatchObject({ code: 'link_for_another_browser' });
    }
    const { browser, callback } = await linkAskedForBy(stage);

    expect((await browser.visit(callback)).status).toBe(303);
  });
});
