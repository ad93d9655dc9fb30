import type { Browser, Page } from 'playwright-core';
import { type LinkMessage } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { startDemo, stopDemos, type RunningDemo } from './running-demo.js';

describeInChromium('the demo for organizations in a browser', () => {
  let demo: RunningDemo;
  let browser: Browser;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    demo = await startDemo({ product: 'b2b' });
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

  /** A page of a new browser context. Errors in its console are recorded. */
  async function open(javaScriptEnabled = true): Promise<Page> {
    const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled });
    context.on('console', (message) => {
      const isErrorResponse = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isErrorResponse) consoleErrors.push(message.text());
    });
    return context.newPage();
  }

  /** Requests a link and opens it in the same browser. */
  async function signIn(page: Page, email: string, path = '/auth/login') {
    await page.goto(path);
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Send me a sign-in link' }).click();
    await page.waitForURL('**/auth/sent');
    await page.goto((await latestMailTo(email)).link);
  }

  async function latestMailTo(email: string): Promise<LinkMessage> {
    const url = `${demo.emulatorUrl}/__emulator/v1/messages/latest?to=${encodeURIComponent(email)}`;
    return (await (await fetch(url)).json()) as LinkMessage;
  }

  const status = (page: Page) => page.locator('.signed-in').textContent();
  const pathOf = (page: Page) => page.url().replace(demo.url, '');

  const browsers = [
    ['with JavaScript', true],
    ['without JavaScript', false],
  ] as const;

  it.each(browsers)(
    'lets a member of two organizations choose one, switch to the other and sign out %s',
    async (_, javaScriptEnabled) => {
      const page = await open(javaScriptEnabled);
      await signIn(page, 'ada@example.com');
      expect(pathOf(page)).toBe('/auth/organizations');

      await page.getByRole('button', { name: 'Acme' }).click();
      expect(pathOf(page)).toBe('/orgs/acme');
      expect(await status(page)).toBe('Signed in to acme');

      await page.goto('/orgs/globex');
      expect(pathOf(page)).toBe('/auth/switch?organization=globex&return_to=%2Forgs%2Fglobex');
      await page.getByRole('button', { name: 'Switch' }).click();
      expect(pathOf(page)).toBe('/orgs/globex');
      expect(await status(page)).toBe('Signed in to globex');

      await page.getByRole('link', { name: 'Switch organization' }).click();
      await page.getByRole('button', { name: 'Acme' }).click();
      expect(await status(page)).toBe('Signed in to acme');

      await page.getByRole('button', { name: 'Sign out' }).click();
      expect(pathOf(page)).toBe('/');
      expect(await page.context().cookies()).toEqual([]);
    },
  );

  it.each(browsers)('lets somebody without an organization create one %s', async (_, javaScriptEnabled) => {
    const page = await open(javaScriptEnabled);
    const email = javaScriptEnabled ? 'katherine@example.com' : 'mary@example.com';
    await signIn(page, email);

    await page.getByLabel('Name of the').fill(`Team of ${email.split('@')[0]}`);
    await page.getByRole('button', { name: 'Create organization' }).click();
    await page.waitForURL('**/orgs/**');

    expect(pathOf(page)).toBe(`/orgs/team-of-${email.split('@')[0]}`);
    // The person who creates an organization is its admin.
    expect(await page.getByRole('listitem').allInnerTexts()).toEqual([expect.stringContaining(email)]);
  });

  it.each(browsers)(
    'lets an admin invite somebody, who accepts in another browser %s',
    async (_, javaScriptEnabled) => {
      const email = javaScriptEnabled ? 'alan@example.com' : 'barbara@example.com';
      const admin = await open(javaScriptEnabled);
      await signIn(admin, 'ada@example.com', '/auth/login?org=acme');
      await admin.getByLabel('Invite by email').fill(email);
      await admin.getByRole('button', { name: 'Send an invitation' }).click();
      expect(await admin.getByRole('status').textContent()).toBe('The invitation is on its way.');

      const invited = await open(javaScriptEnabled);
      await invited.goto((await latestMailTo(email)).link);
      expect(await invited.getByRole('heading').textContent()).toBe('Sign in with this browser?');
      await invited.getByRole('button', { name: 'Sign in' }).click();
      await invited.waitForURL('**/orgs/acme');

      expect(await status(invited)).toBe('Signed in to acme');
      // Only administrators see the members.
      expect(await invited.getByRole('heading', { name: 'Members' }).count()).toBe(0);
    },
  );

  it('shows its pages on a phone without horizontal scrolling', async () => {
    const page = await open();
    await page.setViewportSize({ width: 390, height: 780 });
    const widths: unknown[] = [];
    const measure = async () => widths.push(await page.evaluate('document.documentElement.scrollWidth'));
    await page.goto('/');
    await measure();
    await signIn(page, 'ada@example.com');
    await measure();
    await page.getByRole('button', { name: 'Acme' }).click();
    await page.waitForURL('**/orgs/acme');
    await measure();
    await page.goto('/orgs/globex');
    await measure();

    expect(widths).toEqual([390, 390, 390, 390]);
  });
});
