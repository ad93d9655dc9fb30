import { bodiesSentTo, callsTo, cookiesSetBy } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { sendLinkPath } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const verifierIn = (cookie: string | undefined) => cookie?.split('.')[0];

describePlatforms('the binding cookie', (platform) => {
  const stage = useApplication({ platform });

  it('keeps the code verifier and renews the cookie when a second link is requested', async () => {
    const { browser } = await linkAskedForBy(stage, { return_to: '/first' });
    const first = browser.cookies.get('stytch_login');

    const second = await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/latest' });

    const renewed = cookiesSetBy(second)['stytch_login'];
    expect(verifierIn(renewed?.value)).toBe(verifierIn(first));
    expect(renewed?.value).not.toBe(first);
    expect(renewed?.attributes).toContain('Max-Age=3600');
    const [firstBody, secondBody] = bodiesSentTo(stage.emulator, sendLinkPath);
    expect(firstBody?.['code_challenge']).toBe(secondBody?.['code_challenge']);
  });

  it('uses a different code verifier in each browser', async () => {
    const [first, second] = [await linkAskedForBy(stage), await linkAskedForBy(stage)];

    expect(verifierIn(first.browser.cookies.get('stytch_login'))).not.toBe(
      verifierIn(second.browser.cookies.get('stytch_login')),
    );
  });

  it('uses a new code verifier after a sign-in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const usedVerifier = verifierIn(browser.cookies.get('stytch_login'));
    await browser.visit(callback);

    await browser.postJson('/auth/login', { email: 'ada@example.com' });

    expect(verifierIn(browser.cookies.get('stytch_login'))).not.toBe(usedVerifier);
  });

  it('ignores a malformed second binding cookie', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = `stytch_login=malformed; ${browser.cookieHeader}`;

    expect((await stage.application.browser().get(callback, { cookie })).status).toBe(303);
  });

  it('asks for confirmation, and does not consume a magic link, if there are two valid binding cookies', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = `stytch_login=${'v'.repeat(43)}.Lw; ${browser.cookieHeader}`;
    stage.emulator.requests.clear();

    const response = await stage.application.browser().get(callback, { cookie });

    expect(response.text).toContain('Sign in with this browser?');
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it.each(['', '.', 'v', `${'v'.repeat(42)}.Lw`, 'v'.repeat(43), `${'v'.repeat(43)}.L=w`, 'j:{"a":1}'])(
    'asks for confirmation, and does not consume a magic link, if the binding cookie is %j',
    async (value) => {
      const { callback } = await linkAskedForBy(stage);
      stage.emulator.requests.clear();

      const response = await stage.application.browser().get(callback, { cookie: `stytch_login=${value}` });

      expect(response.text).toContain('Sign in with this browser?');
      expect([response.status, callsTo(stage.emulator)]).toEqual([200, []]);
    },
  );

  it('keeps the binding cookie valid after failed calls to Stytch', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/magic_links/*' });
    await browser.postJson('/auth/login', { email: 'ada@example.com' });
    const failed = await browser.visit(callback);
    stage.emulator.faults.clear();

    expect([failed.status, (await browser.visit(callback)).status]).toEqual([503, 303]);
  });
});
