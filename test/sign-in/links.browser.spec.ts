import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session, magicLinks } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { Browser, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { bodiesSentTo } from '../support/sessions.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { email: session.email };
  }
}

const appUrls = { 'same-browser': 'http://localhost:3000', 'any-browser': 'http://localhost:3001' };
const bindings = ['same-browser', 'any-browser'] as const;
describeInChromium('magic links in Chromium', () => {
  let emulator: StytchEmulator;
  let applications: ApplicationUnderTest[];
  let chromium: Browser;

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    applications = await Promise.all(
      bindings.map((binding) =>
        startApplication({
          emulator,
          platform: 'Express',
          controllers: [MeController],
          options: { appUrl: appUrls[binding], methods: [magicLinks({ binding })] },
        }),
      ),
    );
    chromium = await startChromium(
      Object.fromEntries(bindings.map((binding, at) => [appUrls[binding], applications[at]!.url])),
    );
  });
  afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));
  afterAll(async () => {
    await chromium.close();
    await Promise.all([...applications.map((application) => application.close()), emulator.close()]);
  });

  async function requestLink(page: Page, appUrl: string): Promise<string> {
    emulator.messages.clear();
    await page.goto(`${appUrl}/auth/login?return_to=/me`);
    await page.getByLabel('Email address').fill('ada@example.com');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/auth/sent');
    emulator.requests.clear();
    return (await emulator.messages.wait({ to: 'ada@example.com', kind: 'link' })).link;
  }

  /** Opens the link from another site, as a webmail page does: SameSite=Strict cookies are not sent. */
  async function openFromEmail(page: Page, link: string): Promise<void> {
    await page.goto('about:blank');
    await page.setContent(`<a href="${link}">Sign in</a>`);
    await page.getByRole('link').click();
    await page.waitForURL(/localhost:300/);
  }

  it.each(bindings)(
    'keeps a link valid that a scanner with JavaScript opened first (binding: %s)',
    async (binding) => {
      const [scanner, page] = [await chromium.newPage(), await chromium.newPage()];
      const link = await requestLink(page, appUrls[binding]);

      await scanner.goto(link, { waitUntil: 'networkidle' });
      await scanner.reload();
      expect(bodiesSentTo(emulator, authenticateLinkPath)).toEqual([]);

      await openFromEmail(page, link);
      if (binding === 'any-browser') await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/me');
      expect(await page.textContent('body')).toContain('ada@example.com');
      await page.goBack();
      await page.goto(`${appUrls[binding]}/me`);
      expect(await page.textContent('body')).toContain('ada@example.com');
      expect(bodiesSentTo(emulator, authenticateLinkPath)).toHaveLength(1);
    },
  );

  it('shows a confirmation page that fits a phone with a long email address and without JavaScript', async () => {
    const consoleMessages: string[] = [];
    const context = await chromium.newContext({
      viewport: { width: 390, height: 780 },
      javaScriptEnabled: false,
    });
    const page = await context.newPage();
    page.on('console', (message) => consoleMessages.push(message.text()));
    const email = 'somebody.with.a.rather.long.address@subdomain.of.example.com';
    const { session_jwt } = await emulator.sessions.create({ email });
    await context.addCookies([
      { name: 'stytch_session_jwt', value: session_jwt, url: appUrls['any-browser'] },
    ]);

    await page.goto(`${appUrls['any-browser']}/auth/authenticate?token=${'A'.repeat(44)}`);

    expect(await page.locator('strong').textContent()).toBe(email);
    const [button, address] = [page.getByRole('button'), page.locator('strong')].map((part) =>
      part.boundingBox(),
    );
    for (const box of await Promise.all([button, address])) {
      expect(box!.x + box!.width).toBeLessThanOrEqual(390 - 16);
    }
    expect(consoleMessages).toEqual([]);
  });

  it('accepts the confirmation from one of two tabs that opened the same link', async () => {
    const context = await chromium.newContext();
    const [firstTab, secondTab] = [await context.newPage(), await context.newPage()];
    const link = await requestLink(firstTab, appUrls['any-browser']);

    await openFromEmail(firstTab, link);
    await openFromEmail(secondTab, link);
    await firstTab.getByRole('button', { name: 'Sign in' }).click();
    await firstTab.waitForURL('**/me');

    expect(await firstTab.textContent('body')).toContain('ada@example.com');
  });
});
