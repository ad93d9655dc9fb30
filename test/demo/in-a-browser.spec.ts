import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { patienceMs, startDemo, stopDemos, type RunningDemo } from './running-demo.js';

describeInChromium('the demo in a browser', () => {
  let demo: RunningDemo;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    demo = await startDemo();
    browser = await startChromium();
  }, patienceMs);
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    // Among other things what Content-Security-Policy blocked: a style that does not apply, a script.
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await stopDemos();
  });

  /** A browser of its own, with its own cookies; what its console complains of is kept. */
  async function open(options?: { javaScriptEnabled: boolean }) {
    const context = await browser.newContext({ baseURL: demo.url, ...options });
    context.setDefaultTimeout(10_000);
    context.on('console', (message) => {
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
    });
    return { context, page: await context.newPage() };
  }

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'signs in, stays signed in, signs out, and comes back to the page asked for, %s',
    async (_, javaScriptEnabled) => {
      const { context, page } = await open({ javaScriptEnabled });
      const email = javaScriptEnabled ? 'ada@example.com' : 'grace@example.com';

      await page.goto('/');
      await askForLink(page, email);
      const dashboard = await followMail(context, page, email);
      expect(dashboard.url()).toBe(`${demo.url}/dashboard`);
      expect(await dashboard.getByRole('heading', { level: 1 }).textContent()).toBe(email);

      await dashboard.reload();
      expect(await dashboard.getByRole('heading', { level: 1 }).textContent()).toBe(email);

      await dashboard.getByRole('button', { name: 'Sign out' }).click();
      expect(dashboard.url()).toBe(`${demo.url}/`);

      await dashboard.goto('/dashboard?tab=keys');
      expect(dashboard.url()).toBe(`${demo.url}/?return_to=%2Fdashboard%3Ftab%3Dkeys`);

      await askForLink(dashboard, email);
      const back = await followMail(context, dashboard, email);
      expect(back.url()).toBe(`${demo.url}/dashboard?tab=keys`);
    },
    patienceMs,
  );

  it(
    'begun on 127.0.0.1, it ends on localhost, signed in',
    async () => {
      const { context, page } = await open();
      const email = 'edsger@example.com';

      await page.goto(`http://127.0.0.1:${demo.port}/`);
      expect(page.url()).toBe(`${demo.url}/`);
      await askForLink(page, email);

      expect((await followMail(context, page, email)).url()).toBe(`${demo.url}/dashboard`);
    },
    patienceMs,
  );

  it(
    'a link opened in another browser is not used up: that browser is told what to do, the first gets in',
    async () => {
      const [first, other] = [await open(), await open()];
      const email = 'barbara@example.com';
      await first.page.goto('/');
      await askForLink(first.page, email);
      const { link } = await demo.mailTo(email);

      const answer = await other.page.goto(link);
      expect(answer?.status()).toBe(400);
      expect(await other.page.getByRole('heading').textContent()).toBe(
        'Open the link in the browser you started with',
      );
      expect(await cookieNames(other.context)).toEqual([]);
      await other.page.getByRole('link', { name: 'Go to sign in' }).click();
      expect(other.page.url()).toBe(`${demo.url}/`);

      await first.page.goto(link);
      expect(first.page.url()).toBe(`${demo.url}/dashboard`);
      expect(await cookieNames(first.context)).toEqual(['stytch_session', 'stytch_session_jwt']);
    },
    patienceMs,
  );

  it(
    'everything can be reached and pressed with the keyboard alone',
    async () => {
      const { context, page } = await open();
      const email = 'hedy@example.com';
      await page.goto('/');
      await page.keyboard.press('Tab');
      await page.keyboard.type(email);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/check-your-inbox');
      const { link } = await demo.mailTo(email);
      await page.goto(link);

      expect(await focusableNames(page)).toEqual([
        'What @CurrentSession() hands to the handler',
        'Home',
        'Sign out',
      ]);
      await page.getByRole('button', { name: 'Sign out' }).press('Enter');
      await page.waitForURL('**/');
      expect(await cookieNames(context)).toEqual([]);
    },
    patienceMs,
  );

  it.each(['/', '/check-your-inbox', '/dashboard', '/login', '/sent'])(
    'the page %s fits a phone, in the light and in the dark',
    async (path) => {
      const { context, page } = await open();
      await page.setViewportSize({ width: 390, height: 780 });
      if (path === '/dashboard') {
        await page.goto('/');
        await askForLink(page, 'somebody.with.a.rather.long.address@subdomain.example.com');
        await followMail(context, page, 'somebody.with.a.rather.long.address@subdomain.example.com');
      }
      await page.goto(path);
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await background()).toBe('rgb(244, 243, 239)');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background()).toBe('rgb(20, 21, 26)');
    },
    patienceMs,
  );

  async function askForLink(page: Page, email: string) {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    expect(page.url()).toBe(`${demo.url}/check-your-inbox`);
  }

  /** Through the inbox, as a person does; the mail opens its link in a new tab. */
  async function followMail(context: BrowserContext, page: Page, email: string): Promise<Page> {
    await page.getByRole('link', { name: 'Open the inbox' }).click();
    expect(page.url()).toBe(`${demo.emulatorUrl}/`);
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page
        .getByRole('link', { name: `to ${email}` })
        .first()
        .click(),
    ]);
    await tab.waitForURL(`${demo.url}/dashboard**`);
    return tab;
  }
});

async function cookieNames(context: BrowserContext): Promise<string[]> {
  return (await context.cookies()).map(({ name }) => name).sort();
}

/** What the Tab key stops at, until it leaves the page. */
async function focusableNames(page: Page): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string | null>(
      `document.activeElement === document.body ? null : document.activeElement.innerText`,
    );
    if (name === null || names.includes(name)) return names;
    names.push(name.trim());
  }
}
