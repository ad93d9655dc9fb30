import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { focusIsIn } from '../support/focus.js';
import { startDemo, stopDemos, type RunningDemo } from './running-demo.js';

const modes = [
  ['with JavaScript', true],
  ['without JavaScript', false],
] as const;
const password = 'correct horse battery staple 2026';

describeInChromium('the ways to sign in to the demo', () => {
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

  async function open(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ baseURL: demo.url, ...options });
    context.on('console', (message) => {
      const isErrorResponse = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isErrorResponse) consoleErrors.push(message.text());
    });
    return context.newPage();
  }

  async function codeSentTo(recipient: string): Promise<string> {
    const query = new URLSearchParams({ to: recipient, kind: 'code' }).toString();
    const response = await fetch(`${demo.emulatorUrl}/__emulator/v1/messages/wait?${query}`);
    return ((await response.json()) as { code: string }).code;
  }

  /** Opens the sign-in page and the page of a method that it links to. */
  async function choose(page: Page, link: string): Promise<void> {
    await page.goto('/dashboard?tab=keys');
    await page.getByRole('link', { name: 'More ways to sign in' }).click();
    await page.getByRole('link', { name: link }).click();
  }

  /** The person is where they wanted to go, and signed in. */
  async function expectDashboard(page: Page, path = '/dashboard?tab=keys'): Promise<void> {
    await page.waitForURL(demo.url + path);
    expect(await page.getByText('Signed in', { exact: true }).count()).toBe(1);
  }

  it.each(
    modes.flatMap(([title, javaScriptEnabled], at) => [
      ['Email me a code', 'Email address', `code-${at}@example.com`, title, javaScriptEnabled] as const,
      ['Text me a code', 'Phone number', `+1415555010${at}`, title, javaScriptEnabled] as const,
      ['Send me a code on WhatsApp', 'Phone number', `+1415555020${at}`, title, javaScriptEnabled] as const,
    ]),
  )('signs in with "%s" %s', async (link, label, recipient, _, javaScriptEnabled) => {
    const page = await open({ javaScriptEnabled });
    await choose(page, link);
    await page.getByLabel(label).fill(recipient);
    await page.getByRole('button', { name: link }).click();
    const code = await codeSentTo(recipient);

    await page.getByLabel('Code').fill(code === '000000' ? '000001' : '000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('This code is incorrect or has expired.');
    await page.getByLabel('Code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.getByRole('button', { name: 'Sign in' }).click();

    await expectDashboard(page);
  });

  it.each(modes)(
    'signs in with a provider, and says what to do if the person denies, %s',
    async (_, javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled });
      const chooseGoogle = async () => {
        await page.goto('/dashboard?tab=keys');
        await page.getByRole('link', { name: 'More ways to sign in' }).click();
        await page.getByRole('button', { name: 'Continue with Google' }).click();
        await page.waitForURL(`${demo.emulatorUrl}/**`);
      };
      await chooseGoogle();
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForURL(`${demo.url}/**`);
      expect(await page.getByRole('link', { name: 'Go to sign in' }).count()).toBe(1);

      await chooseGoogle();
      await page.getByLabel('Another account').fill(`provider-${String(javaScriptEnabled)}@example.com`);
      await page.getByRole('button', { name: 'Continue' }).click();

      await expectDashboard(page);
    },
  );

  it.each(modes)(
    'sets a password while signed in, signs in with it, and resets it by email, %s',
    async (_, javaScriptEnabled) => {
      const page = await open({ javaScriptEnabled });
      const email = `password-${String(javaScriptEnabled)}@example.com`;
      await page.goto('/');
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.waitForURL('**/check-your-inbox');
      await page.goto((await demo.mailTo(email)).link);
      await page.getByText('Set a password').click();
      await page.getByLabel('New password').fill(password);
      await page.getByRole('button', { name: 'Save password' }).click();
      await expectDashboard(page, '/dashboard');
      await page.getByRole('button', { name: 'Sign out' }).click();

      await choose(page, 'Use a password');
      await page.getByLabel('Email address').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expectDashboard(page);
      await page.getByRole('button', { name: 'Sign out' }).click();

      await choose(page, 'Use a password');
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.waitForURL('**/check-your-inbox');
      await page.goto((await demo.mailTo(email)).link);
      await page.getByLabel('New password').fill(`${password} again`);
      await page.getByRole('button', { name: 'Save password and sign in' }).click();
      await expectDashboard(page);
    },
  );

  it('can be used by keyboard only', async () => {
    const page = await open({});
    const email = 'keyboard@example.com';
    await page.goto('/login/email-otp/start?return_to=/dashboard');
    await focusIsIn(page, 'Email address');
    await page.keyboard.type(email);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/login/email-otp/finish');
    await focusIsIn(page, 'Code');
    await page.keyboard.type(await codeSentTo(email));
    await page.keyboard.press('Enter');

    await expectDashboard(page, '/dashboard');
  });

  it.each(['/login', '/login/password/start', '/login/sms-otp/start', '/login/email-otp/finish'])(
    'shows %s on a phone without horizontal scrolling',
    async (path) => {
      const page = await open({ viewport: { width: 320, height: 640 } });
      await page.goto('/login/email-otp/start');
      await page.getByLabel('Email address').fill('somebody.with.a.long.address@subdomain.example.com');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/finish');
      await page.goto(path);

      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    },
  );
});
