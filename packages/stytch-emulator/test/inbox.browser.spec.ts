import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { describeInChromium, startChromium } from '../../../test/support/chromium.js';
import { call, emulatorUnderTest, mailedToken, sentCode } from './emulator.js';

describeInChromium('the inbox in a browser', () => {
  const emulator = emulatorUnderTest();
  let browser: Browser;
  let application: Server;
  let applicationUrl: string;

  beforeAll(async () => {
    browser = await startChromium();
    application = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<title>Application</title><h1>Hello</h1>');
    });
    application.listen(0, '127.0.0.1');
    await new Promise((resolve) => application.once('listening', resolve));
    applicationUrl = `http://localhost:${(application.address() as AddressInfo).port}`;
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    application.closeAllConnections();
    application.close();
  });

  const mailTo = (email: string) =>
    mailedToken(emulator(), email, {
      login_magic_link_url: `${applicationUrl}/in`,
      signup_magic_link_url: `${applicationUrl}/in`,
    });

  it('shows and announces a new message, and opens its link with the keyboard', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const consoleErrors: string[] = [];
    page.on('console', (message) => consoleErrors.push(message.text()));
    page.on('pageerror', (error) => consoleErrors.push(error.message));
    await page.goto(emulator().inboxUrl);
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();

    const token = await mailTo('ada@example.com');

    const link = page.getByRole('link', {
      name: 'Confirm (link of “Confirm your email address” to ada@example.com in a new tab)',
    });
    await link.waitFor();
    expect(await page.getByRole('status').textContent()).toBe(
      'New: Confirm your email address, to ada@example.com',
    );
    await link.focus();
    const [tab] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
    await tab.waitForURL(`${applicationUrl}/in?stytch_token_type=magic_links&token=${token}`);

    await call(emulator(), 'POST /v1/magic_links/authenticate', { token });
    await page.getByRole('article').getByText('Used', { exact: true }).waitFor();
    expect(consoleErrors).toEqual([]);
    await context.close();
  }, 30_000);

  it('selects with the arrow keys, finds, copies, and deletes', async () => {
    await mailTo('ada@example.com');
    const { code } = await sentCode(emulator(), 'sms', '+12025550123');
    await mailTo('grace@example.com');
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const rows = page.getByRole('navigation', { name: 'Messages' }).getByRole('link');
    await page.goto(emulator().inboxUrl);

    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Signup code' }).waitFor();
    await page.getByRole('button', { name: 'Copy the code' }).click();
    await page.getByRole('button', { name: 'Copied the code' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);

    await page.getByRole('searchbox').fill('ada');
    await page.getByRole('article').getByText('ada@example.com', { exact: true }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('button', { name: /^Delete “/ }).click();
    await page.getByText('No message matches “ada”').waitFor();
    expect(
      emulator()
        .messages.list()
        .map(({ to }) => to),
    ).toEqual(['+12025550123', 'grace@example.com']);
    await context.close();
  }, 30_000);

  it('lists, shows and clears messages without JavaScript', async () => {
    await mailTo('ada@example.com');
    await mailTo('grace@example.com');
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(emulator().inboxUrl);
    expect(await page.getByRole('listitem').count()).toBe(2);
    await page.getByRole('link', { name: 'Email to ada@example.com' }).click();
    await page.getByRole('article').getByText('ada@example.com', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(emulator().messages.list()).toHaveLength(2);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page
      .getByRole('dialog', { name: 'Delete all 2 messages?' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByRole('heading', { name: 'No messages yet' }).waitFor();
    await context.close();
  }, 30_000);

  it('cannot be read or changed by scripts and forms of another site', async () => {
    await mailTo('ada@example.com');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(applicationUrl);

    const result = await page.evaluate(async (url) => {
      await fetch(`${url}/__emulator/v1/messages`, { method: 'POST', mode: 'no-cors' }).catch(
        () => undefined,
      );
      await fetch(`${url}/__emulator/v1/reset`, { method: 'POST', mode: 'no-cors' }).catch(() => undefined);
      return fetch(`${url}/__emulator/v1/messages`).then(
        () => 'read',
        () => 'refused',
      );
    }, emulator().url);
    expect(result).toBe('refused');

    await page.setContent(
      `<form method="post" action="${emulator().url}/__emulator/v1/reset"><button>Go</button></form>`,
    );
    await page.getByRole('button').click();
    await page.getByText('emulator_cross_site_refused').waitFor();

    expect(emulator().messages.list()).toHaveLength(1);
    await context.close();
  }, 30_000);

  it('needs no horizontal scrolling on a phone', async () => {
    await mailTo('a.user.with.a.very.long.name.indeed@a-rather-long-domain-name.example.com');
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    await page.goto(emulator().inboxUrl);
    expect(await overflow()).toBe(0);
    await page.getByRole('listitem').getByRole('link').click();
    await page.getByText('Details').click();
    expect(await overflow()).toBe(0);
    await page.getByRole('link', { name: 'All messages' }).click();
    await page.getByRole('listitem').waitFor();
    await page.close();
  }, 30_000);
});
