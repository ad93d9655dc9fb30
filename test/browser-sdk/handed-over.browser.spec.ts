import type { Browser, Page } from 'playwright-core';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { DashboardController } from '../../examples/browser-sdk/server/dashboard.controller.js';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { callsTo } from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { callClient, createClient, EmptyPageController, send } from './client-in-page.js';

const email = 'ada@example.com';
const urls = { readable: 'http://localhost:3000', httpOnly: 'http://127.0.0.1:3001' };

describeInChromium('a session that our routes have started', () => {
  let emulator: StytchEmulator;
  let applications: ApplicationUnderTest[];
  let browser: Browser;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    const start = (appUrl: string, readableByBrowserSdk: boolean) =>
      startApplication({
        emulator,
        controllers: [EmptyPageController, DashboardController],
        options: { appUrl, cookies: { readableByBrowserSdk } },
      });
    applications = [await start(urls.readable, true), await start(urls.httpOnly, false)];
    const [readable, httpOnly] = applications.map(({ url }) => url);
    browser = await startChromium({ [urls.readable]: readable!, [urls.httpOnly]: httpOnly! });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all(applications.map((application) => application.close()));
    await emulator.close();
  });

  /** Signs in by our routes, and then loads the SDK. */
  async function signIn(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    expect(await send(page, '/auth/login', { email })).toBe(202);
    await page.goto((await emulator.messages.wait({ to: email, kind: 'link' })).link);
    await createClient(page, 'StytchClient', emulator);
    return page;
  }

  const sessionIdOf = (page: Page) => page.evaluate('client.session.getSync()?.session_id');
  const callsOfApplication = () => callsTo(emulator).filter((call) => !call.includes(' /sdk/'));

  it('is continued, refreshed and ended by the browser SDK if scripts can read its cookies', async () => {
    const page = await signIn(urls.readable);
    await page.waitForFunction('client.session.getSync() !== null');
    expect(await sessionIdOf(page)).toBe(emulator.sessions.list().at(-1)!.session_id);
    emulator.clock.advance({ minutes: 6 });
    await callClient(page, 'session.authenticate');
    emulator.requests.clear();
    expect([await send(page, '/dashboard'), callsOfApplication()]).toEqual([200, []]);

    await callClient(page, 'session.revoke');

    expect([await send(page, '/dashboard'), emulator.sessions.list()]).toEqual([401, []]);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('is unknown to the browser SDK, and stays, if its cookies are HttpOnly', async () => {
    const page = await signIn(urls.httpOnly);

    await expect(callClient(page, 'session.authenticate')).rejects.toThrow('user_unauthenticated');

    expect([await page.evaluate('document.cookie'), await sessionIdOf(page)]).toEqual(['', undefined]);
    expect(await send(page, '/dashboard')).toBe(200);
  });
});
