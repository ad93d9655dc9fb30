import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { focusIsIn } from '../support/focus.js';
import { callDashboard, press, untilSignedIn, untilSignedOut } from './example-page.js';
import { frontEnds, startExample, type FrontEnd, type RunningExample } from './running-example.js';

const password = 'correct horse battery staple 2026';

describeInChromium("signing in with Stytch's browser packages", () => {
  let example: RunningExample;
  let browser: Browser;
  const consoleErrors: string[] = [];

  beforeAll(async () => {
    [example, browser] = await Promise.all([startExample(), startChromium()]);
  });
  beforeEach(() => {
    example.emulator.requests.clear();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(consoleErrors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await example.close();
  });

  async function open(frontEnd: FrontEnd, context?: BrowserContext): Promise<Page> {
    const page = await (context ?? (await newContext())).newPage();
    await page.goto(example[frontEnd].url);
    return page;
  }

  async function newContext(): Promise<BrowserContext> {
    const context = await browser.newContext();
    context.on('console', (message) => {
      const isErrorResponse = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isErrorResponse) consoleErrors.push(message.text());
    });
    context.on('weberror', (error) => consoleErrors.push(error.error().message));
    return context;
  }

  /** Calls the protected route in both ways, which have the same response. */
  async function callBothWays(page: Page): Promise<unknown> {
    const response = await callDashboard(page, 'Cookies');
    expect(await callDashboard(page, 'Bearer token')).toEqual(response);
    return response;
  }

  /** The calls of the page and of the application to Stytch, without those that only read, and without telemetry. */
  const calls = () =>
    example.emulator.requests
      .list()
      .filter(({ method, path }) => method === 'POST' && /^\/(?:sdk\/)?v1\/(?!events$)/.test(path))
      .map(({ method, path }) => `${method} ${path}`);

  /** Opens the latest link in a new tab, as a person does. */
  async function openLinkInInbox(page: Page, email: string): Promise<Page> {
    const [inbox] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Open the inbox' }).click(),
    ]);
    const [tab] = await Promise.all([
      inbox.waitForEvent('popup'),
      inbox
        .getByRole('link', { name: new RegExp(`to ${email} in a new tab`) })
        .first()
        .click(),
    ]);
    return tab;
  }

  interface Method {
    readonly name: string;
    readonly calls: string[];
    signIn(page: Page, email: string): Promise<Page>;
  }

  async function createAccount(page: Page, email: string): Promise<void> {
    await press(page, 'Use a password');
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(password);
    await press(page, 'Create an account');
    await untilSignedIn(page, email);
  }

  const methods: Method[] = [
    {
      name: 'a link',
      calls: ['POST /sdk/v1/magic_links/email/login_or_create', 'POST /sdk/v1/magic_links/authenticate'],
      async signIn(page, email) {
        await page.getByLabel('Email address').fill(email);
        await press(page, 'Email me a link');
        await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
        return openLinkInInbox(page, email);
      },
    },
    {
      name: 'a code',
      calls: [
        'POST /sdk/v1/otps/email/login_or_create',
        'POST /sdk/v1/otps/authenticate',
        'POST /sdk/v1/otps/authenticate',
      ],
      async signIn(page, email) {
        await page.getByLabel('Email address').fill(email);
        await press(page, 'Email me a code');
        const { code } = await example.emulator.messages.wait({ to: email, kind: 'code' });
        await page.getByLabel('Code').fill(code === '000000' ? '000001' : '000000');
        await press(page, 'Sign in');
        await page.getByRole('alert').getByText('This code is incorrect or has expired.').waitFor();
        await page.getByLabel('Code').fill(code);
        await press(page, 'Sign in');
        return page;
      },
    },
    {
      name: 'a password',
      calls: [
        'POST /sdk/v1/passwords',
        'POST /sdk/v1/sessions/revoke',
        'POST /sdk/v1/passwords/authenticate',
        'POST /sdk/v1/passwords/authenticate',
      ],
      async signIn(page, email) {
        await createAccount(page, email);
        await press(page, 'Sign out with the SDK');
        await press(page, 'Use a password');
        await page.getByLabel('Email address').fill(email);
        await page.getByLabel('Password').fill('not the password');
        await press(page, 'Sign in');
        await page.getByRole('alert').waitFor();
        await page.getByLabel('Password').fill(password);
        await press(page, 'Sign in');
        return page;
      },
    },
    {
      name: 'a password that was reset',
      calls: [
        'POST /sdk/v1/passwords',
        'POST /sdk/v1/sessions/revoke',
        'POST /sdk/v1/passwords/email/reset/start',
        'POST /sdk/v1/passwords/email/reset',
      ],
      async signIn(page, email) {
        await createAccount(page, email);
        await press(page, 'Sign out with the SDK');
        await press(page, 'Use a password');
        await page.getByLabel('Email address').fill(email);
        await press(page, 'Forgot your password?');
        await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
        const { link } = await example.emulator.messages.wait({ to: email, kind: 'link' });
        await page.goto(link);
        await page.getByLabel('New password').fill(`${password} again`);
        await press(page, 'Save and sign in');
        return page;
      },
    },
    {
      name: 'Google',
      calls: ['POST /sdk/v1/oauth/authenticate'],
      async signIn(page, email) {
        await press(page, 'Continue with Google');
        await page.waitForURL(`${example.emulator.url}/**`);
        await press(page, 'Deny');
        await page.getByRole('alert').waitFor();
        await press(page, 'Continue with Google');
        await page.getByLabel('Another account').fill(email);
        await press(page, 'Continue');
        return page;
      },
    },
  ];

  it.each(frontEnds.flatMap((frontEnd) => methods.map((method) => [frontEnd, method.name, method] as const)))(
    'signs in to %s with %s, after which the protected route responds 200 until the SDK signs out',
    async (frontEnd, name, method) => {
      const email = `${name.replaceAll(' ', '-').toLowerCase()}@${frontEnd}.example.com`;
      const page = await method.signIn(await open(frontEnd), email);
      await untilSignedIn(page, email);
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/');
      const session = example.emulator.sessions.list().at(-1);
      const { user_id: userId, session_id: sessionId, expires_at: expiresAt } = session!;
      expect(await callBothWays(page)).toEqual({ status: 200, body: { userId, sessionId, expiresAt } });
      expect(calls()).toEqual(method.calls);

      await press(page, 'Sign out with the SDK');
      await untilSignedOut(page);
      expect(await callBothWays(page)).toMatchObject({
        status: 401,
        body: { code: 'session_missing' },
      });
      expect(calls()).toEqual([...method.calls, 'POST /sdk/v1/sessions/revoke']);
    },
  );

  it.each(frontEnds)(
    'refuses a link in a browser other than the one in which it was requested, in %s',
    async (frontEnd) => {
      const email = `elsewhere@${frontEnd}.example.com`;
      const [requesting, other] = [await open(frontEnd), await open(frontEnd)];
      const links: string[] = [];
      // The other browser has a code verifier too: that of a link it has requested itself.
      for (const [page, recipient] of [
        [requesting, email],
        [other, 'other@example.com'],
      ] as const) {
        await page.getByLabel('Email address').fill(recipient);
        await press(page, 'Email me a link');
        links.push((await example.emulator.messages.wait({ to: recipient, kind: 'link' })).link);
      }
      for (const page of [other, await open(frontEnd)]) {
        await page.goto(links[0]!);
        await page.getByRole('alert').getByText('in the browser in which you requested it').waitFor();
        expect(await callBothWays(page)).toMatchObject({ status: 401 });
      }

      await requesting.goto(links[0]!);
      await untilSignedIn(requesting, email);
    },
  );

  it.each(frontEnds)(
    'can be used by keyboard only on a narrow phone, without horizontal scrolling, in %s',
    async (frontEnd) => {
      const email = `somebody.with.a.long.address@${frontEnd}.subdomain.example.com`;
      const page = await open(frontEnd);
      await page.setViewportSize({ width: 320, height: 640 });
      await focusIsIn(page, 'Email address');
      await page.keyboard.type(email);
      for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
      await focusIsIn(page, 'Code');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      await page.keyboard.type((await example.emulator.messages.wait({ to: email, kind: 'code' })).code);
      await page.keyboard.press('Enter');

      await untilSignedIn(page, email);
      expect((await callDashboard(page, 'Cookies')).status).toBe(200);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    },
  );
});
