import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type MemberSession } from 'nestjs-stytch';
import type { Browser, Page } from 'playwright-core';
import { startStytchEmulator, type StytchB2BEmulator } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { callClient, createClient, EmptyPageController } from './client-in-page.js';

const appUrl = 'http://localhost:3000';
const email = 'ada@example.com';
const signedOut = [
  [401, 'session_missing'],
  [401, 'token_invalid'],
];
@Protected()
@Controller('dashboard')
class DashboardController {
  @Get()
  show(@CurrentSession() { organization }: MemberSession) {
    return { organization: organization.slug };
  }
}

describeInChromium("sessions of members that Stytch's browser package has started", () => {
  let emulator: StytchB2BEmulator;
  let application: ApplicationUnderTest;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const members = [{ email }];
    emulator = await startStytchEmulator({
      product: 'b2b',
      seed: {
        organizations: [
          { name: 'Acme', slug: 'acme', members },
          { name: 'Globex', slug: 'globex', members },
        ],
      },
    });
    application = await startApplication({
      emulator,
      controllers: [EmptyPageController, DashboardController],
      options: { cookies: { readableByBrowserSdk: true }, credentials: ['cookie', 'bearer'] },
    });
    browser = await startChromium({ [appUrl]: application.url });
    page = await browser.newPage();
    await page.goto(appUrl);
    await createClient(page, 'StytchB2BClient', emulator);
  });
  afterAll(async () => {
    await browser.close();
    await application.close();
    await emulator.close();
  });

  const call = (method: string, parameters?: object) => callClient(page, method, parameters);

  /** The responses of the protected route to the cookies, and to the session JWT as a bearer token. */
  const dashboard = (): Promise<unknown> =>
    page.evaluate(`Promise.all(
      [{}, { credentials: 'omit', headers: { authorization: 'Bearer ' + client.session.getTokens()?.session_jwt } }].map(
        async (init) => {
          const response = await fetch('/dashboard', init);
          const { organization, code } = await response.json();
          return [response.status, organization ?? code];
        },
      ),
    )`);

  it('are accepted in the organization that the person chose, through the expiry of their JWT, until the SDK signs out', async () => {
    await call('magicLinks.email.discovery.send', {
      email_address: email,
      discovery_redirect_url: `${appUrl}/authenticate`,
    });
    const { token } = await emulator.messages.wait({ to: email, kind: 'link' });
    await call('magicLinks.discovery.authenticate', { discovery_magic_links_token: token });
    expect(await dashboard()).toEqual(signedOut);

    await call('discovery.intermediateSessions.exchange', {
      organization_id: 'acme',
      session_duration_minutes: 60,
    });
    expect(await dashboard()).toEqual([
      [200, 'acme'],
      [200, 'acme'],
    ]);

    emulator.requests.clear();
    emulator.clock.advance({ minutes: 6 });
    expect(await dashboard()).toEqual([
      [200, 'acme'],
      [200, 'acme'],
    ]);
    const refreshes = emulator.requests.list().filter(({ path }) => path.endsWith('/sessions/authenticate'));
    expect(refreshes.map(({ path }) => path)).toEqual(['/v1/b2b/sessions/authenticate']);

    await call('session.exchange', { organization_id: 'globex', session_duration_minutes: 60 });
    expect(await dashboard()).toEqual([
      [200, 'globex'],
      [200, 'globex'],
    ]);

    await call('session.revoke');
    expect(await dashboard()).toEqual(signedOut);
  });
});
