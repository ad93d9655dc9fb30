import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { startDemo, stopDemos, type RunningDemo } from './running-demo.js';

describeInChromium('the demo in a browser', () => {
  let demo: RunningDemo;
  let browser: Browser;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    demo = await startDemo();
    browser = await startChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    // Includes violations of Content-Security-Policy.
    expect(consoleErrors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await stopDemos();
  });

  /** A new browser context. Errors in its console are recorded. */
  async function open(options?: { javaScriptEnabled: boolean }) {
    const context = await browser.newContext({ baseURL: demo.url, ...options });
    context.on('console', (message) => {
      const isErrorResponse = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isErrorResponse) consoleErrors.push(message.text());
    });
    return { context, page: await context.newPage() };
  }

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'signs in, stays signed in, signs out, and returns to the requested page %s',
    async (_, javaScriptEnabled) => {
      const { context, page } = await open({ javaScriptEnabled });
      const email = javaScriptEnabled ? 'ada@example.com' : 'grace@example.com';

      await page.goto('/');
      await requestLink(page, email);
      const dashboard = await openLink(context, page, email);
      expect(dashboard.url()).toBe(`${demo.url}/dashboard`);
      expect(await dashboard.getByRole('heading', { level: 1 }).textContent()).toBe(email);

      await dashboard.reload();
      expect(await dashboard.getByRole('heading', { level: 1 }).textContent()).toBe(email);

      await dashboard.getByRole('button', { name: 'Sign out' }).click();
      expect(dashboard.url()).toBe(`${demo.url}/`);

      await dashboard.goto('/dashboard?tab=keys');
      expect(dashboard.url()).toBe(`${demo.url}/?return_to=%2Fdashboard%3Ftab%3Dkeys`);

      await requestLink(dashboard, email);
      const returned = await openLink(context, dashboard, email);
      expect(returned.url()).toBe(`${demo.url}/dashboard?tab=keys`);
    },
  );

  it('completes on localhost a sign-in that started on 127.0.0.1', async () => {
    const { context, page } = await open();
    const email = 'edsger@example.com';

    await page.goto(`http://127.0.0.1:${demo.port}/`);
    expect(page.url()).toBe(`${demo.url}/`);
    await requestLink(page, email);

    expect((await openLink(context, page, email)).url()).toBe(`${demo.url}/dashboard`);
  });

  it('does not use up a link that is opened in another browser', async () => {
    const [first, second] = [await open(), await open()];
    const email = 'barbara@example.com';
    await first.page.goto('/');
    await requestLink(first.page, email);
    const { link } = await demo.mailTo(email);

    const response = await second.page.goto(link);
    expect(response?.status()).toBe(200);
    await second.page.getByRole('button', { name: 'Sign in' }).click();
    expect(await second.page.getByRole('heading').textContent()).toBe(
      'Open the link in the browser you started with',
    );
    expect(await cookieNames(second.context)).toEqual(['stytch_confirm']);
    await second.page.getByRole('link', { name: 'Go to sign in' }).click();
    expect(second.page.url()).toBe(`${demo.url}/`);

    await first.page.goto(link);
    expect(first.page.url()).toBe(`${demo.url}/dashboard`);
    expect(await cookieNames(first.context)).toEqual(['stytch_session', 'stytch_session_jwt']);
  });

  it('supports sign-in and sign-out with the keyboard only', async () => {
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
      'The value of @CurrentSession()',
      'Set a password',
      'Home',
      'Sign out',
    ]);
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.waitForURL('**/');
    expect(await cookieNames(context)).toEqual([]);
  });

  it.each(['/', '/check-your-inbox', '/dashboard', '/login', '/sent'])(
    'shows the page %s on a phone without horizontal scrolling, in light and dark mode',
    async (path) => {
      const { context, page } = await open();
      await page.setViewportSize({ width: 390, height: 780 });
      if (path === '/dashboard') {
        await page.goto('/');
        await requestLink(page, 'a.user.with.a.rather.long.address@subdomain.example.com');
        await openLink(context, page, 'a.user.with.a.rather.long.address@subdomain.example.com');
      }
      await page.goto(path);
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await background()).toBe('rgb(244, 243, 239)');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background()).toBe('rgb(20, 21, 26)');
    },
  );

  async function requestLink(page: Page, email: string) {
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    expect(page.url()).toBe(`${demo.url}/check-your-inbox`);
  }

  /** Opens the link from the inbox. The inbox opens links in a new tab. */
  async function openLink(context: BrowserContext, page: Page, email: string): Promise<Page> {
    await page.getByRole('link', { name: 'Open the inbox' }).click();
    expect(page.url()).toBe(`${demo.emulatorUrl}/`);
    await page
      .getByRole('navigation', { name: 'Messages' })
      .getByRole('link', { name: `to ${email}` })
      .first()
      .click();
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: `to ${email} in a new tab` }).click(),
    ]);
    await tab.waitForURL(`${demo.url}/dashboard**`);
    return tab;
  }
});

async function cookieNames(context: BrowserContext): Promise<string[]> {
  return (await context.cookies()).map(({ name }) => name).sort();
}

/** The names of all elements that the Tab key focuses. */
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
