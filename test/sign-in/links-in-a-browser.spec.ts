import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import type { Browser, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { bodiesSentTo } from '../support/sessions.js';
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
const authenticate = '/v1/magic_links/authenticate';
const patienceMs = 20_000;

describeInChromium('a link in a real browser', () => {
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
          options: { appUrl: appUrls[binding], magicLinks: { binding } },
        }),
      ),
    );
    chromium = await startChromium(
      Object.fromEntries(bindings.map((binding, at) => [appUrls[binding], applications[at]!.url])),
    );
  }, patienceMs);
  afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));
  afterAll(async () => {
    await chromium.close();
    await Promise.all([...applications.map((application) => application.close()), emulator.close()]);
  });

  async function askedIn(page: Page, appUrl: string): Promise<string> {
    emulator.messages.clear();
    await page.goto(`${appUrl}/auth/login?return_to=/me`);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/auth/sent');
    emulator.requests.clear();
    return (await emulator.messages.wait({ to: 'ada@example.com' })).link;
  }

  /** As from a web mail: another site leads there, so that cookies for the same site only stay behind. */
  async function followedFromMail(page: Page, link: string): Promise<void> {
    await page.goto('about:blank');
    await page.setContent(`<a href="${link}">Sign in</a>`);
    await page.getByRole('link').click();
    await page.waitForURL(/localhost:300/);
  }

  it.each(bindings)(
    'is left for the person by a scanner that runs scripts: %s',
    async (binding) => {
      const [scanner, page] = [await chromium.newPage(), await chromium.newPage()];
      const link = await askedIn(page, appUrls[binding]);

      await scanner.goto(link, { waitUntil: 'networkidle' });
      await scanner.reload();
      expect(bodiesSentTo(emulator, authenticate)).toEqual([]);

      await followedFromMail(page, link);
      if (binding === 'any-browser') await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL('**/me');
      expect(await page.textContent('body')).toContain('ada@example.com');
      await page.goBack();
      await page.goto(`${appUrls[binding]}/me`);
      expect(await page.textContent('body')).toContain('ada@example.com');
      expect(bodiesSentTo(emulator, authenticate)).toHaveLength(1);
    },
    patienceMs,
  );

  it(
    'asks on a page that fits a phone, however long the address is that is signed in now',
    async () => {
      const complaints: string[] = [];
      const context = await chromium.newContext({
        viewport: { width: 390, height: 780 },
        javaScriptEnabled: false,
      });
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(message.text()));
      const email = 'somebody.with.a.rather.long.address@subdomain.of.example.com';
      const { session_jwt } = await emulator.sessions.create({ email });
      await context.addCookies([
        { name: 'stytch_session_jwt', value: session_jwt, url: appUrls['any-browser'] },
      ]);

      await page.goto(`${appUrls['any-browser']}/auth/authenticate?token=${'A'.repeat(44)}`);

      expect(await page.locator('strong').textContent()).toBe(email);
      const [button, words] = [page.getByRole('button'), page.locator('strong')].map((part) =>
        part.boundingBox(),
      );
      for (const box of await Promise.all([button, words])) {
        expect(box!.x + box!.width).toBeLessThanOrEqual(390 - 16);
      }
      expect(complaints).toEqual([]);
    },
    patienceMs,
  );

  it(
    'opened from the mail in two tabs is confirmed in either',
    async () => {
      const context = await chromium.newContext();
      const [one, other] = [await context.newPage(), await context.newPage()];
      const link = await askedIn(one, appUrls['any-browser']);

      await followedFromMail(one, link);
      await followedFromMail(other, link);
      await one.getByRole('button', { name: 'Sign in' }).click();
      await one.waitForURL('**/me');

      expect(await one.textContent('body')).toContain('ada@example.com');
    },
    patienceMs,
  );
});
