import { bodiesSentTo, callsTo, cookiesSetBy } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const verifierIn = (cookie: string | undefined) => cookie?.split('.')[0];

describePlatforms('the tie between a login and its browser', (platform) => {
  const stage = useApplication({ platform });

  it('is renewed when asked again: one verifier, a full hour, the last return address', async () => {
    const { browser } = await linkAskedForBy(stage, { return_to: '/first' });
    const first = browser.cookies.get('stytch_login');

    const again = await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/last' });

    const renewed = cookiesSetBy(again)['stytch_login'];
    expect(verifierIn(renewed?.value)).toBe(verifierIn(first));
    expect(renewed?.value).not.toBe(first);
    expect(renewed?.attributes).toContain('Max-Age=3600');
    const [one, other] = bodiesSentTo(stage.emulator, '/v1/magic_links/email/login_or_create');
    expect(one?.['code_challenge']).toBe(other?.['code_challenge']);
  });

  it('is another one in another browser', async () => {
    const [one, other] = [await linkAskedForBy(stage), await linkAskedForBy(stage)];

    expect(verifierIn(one.browser.cookies.get('stytch_login'))).not.toBe(
      verifierIn(other.browser.cookies.get('stytch_login')),
    );
  });

  it('is new after a login', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const used = verifierIn(browser.cookies.get('stytch_login'));
    await browser.visit(callback);

    await browser.postJson('/auth/login', { email: 'ada@example.com' });

    expect(verifierIn(browser.cookies.get('stytch_login'))).not.toBe(used);
  });

  it('holds although something else was put beside it', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = `stytch_login=tossed-in; ${browser.cookieHeader}`;

    expect((await stage.application.browser().get(callback, { cookie })).status).toBe(303);
  });

  it('is none when there are two of them: nothing is consumed', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = `stytch_login=${'v'.repeat(43)}.Lw; ${browser.cookieHeader}`;
    stage.emulator.requests.clear();

    const answer = await stage.application.browser().get(callback, { cookie });

    expect(answer.json()).toMatchObject({ statusCode: 400, code: 'link_for_another_browser' });
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it.each(['', '.', 'v', `${'v'.repeat(42)}.Lw`, 'v'.repeat(43), `${'v'.repeat(43)}.L=w`, 'j:{"a":1}'])(
    'is none when it is %j',
    async (value) => {
      const { callback } = await linkAskedForBy(stage);
      stage.emulator.requests.clear();

      const answer = await stage.application.browser().get(callback, { cookie: `stytch_login=${value}` });

      expect([answer.status, callsTo(stage.emulator)]).toEqual([400, []]);
    },
  );

  it('survives a Stytch that is out', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/magic_links/*' });
    await browser.postJson('/auth/login', { email: 'ada@example.com' });
    const failed = await browser.visit(callback);
    stage.emulator.faults.clear();

    expect([failed.status, (await browser.visit(callback)).status]).toEqual([503, 303]);
  });
});
