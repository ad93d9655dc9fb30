import type { Browser, BrowserContext, Page } from 'playwright-core';
import { emailOtp, smsOtp } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { codeSentTo, wrongCode } from '../support/codes.js';
import { focusIsIn } from '../support/focus.js';
import { MeController } from '../support/me.controller.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';

const appUrl = 'http://localhost:3000';
describeInChromium('codes in Chromium', () => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let chromium: Browser;
  /** For example what the Content-Security-Policy blocked. */
  let complaints: string[];

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    application = await startApplication({
      emulator,
      platform: 'Express',
      controllers: [MeController],
      options: { appUrl, methods: [emailOtp(), smsOtp({ countries: ['US'] })] },
    });
    chromium = await startChromium({ [appUrl]: application.url });
  });
  beforeEach(() => {
    complaints = [];
    emulator.messages.clear();
  });
  afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));
  afterAll(async () => {
    await chromium.close();
    await Promise.all([application.close(), emulator.close()]);
  });

  async function open(settings: Parameters<Browser['newContext']>[0]): Promise<[Page, BrowserContext]> {
    const context = await chromium.newContext(settings);
    const page = await context.newPage();
    page.on('console', (message) => {
      // Responses such as the 400 to a wrong code.
      if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    await page.goto(`${appUrl}/auth/login?return_to=/me`);
    return [page, context];
  }

  it.each([true, false])(
    'sign in with the keyboard and a pasted code (JavaScript: %p)',
    async (javaScriptEnabled) => {
      const [page] = await open({ javaScriptEnabled });
      await focusIsIn(page, 'Email address');
      await page.keyboard.type('ada@example.com');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/auth/login/email-otp/finish');
      const code = await codeSentTo(emulator, 'ada@example.com');

      await focusIsIn(page, 'Code');
      await page.keyboard.insertText(wrongCode(code));
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toBe('This code is incorrect or has expired.');
      // The field is empty.
      await focusIsIn(page, 'Code');
      await page.keyboard.insertText(` ${code.slice(0, 3)} ${code.slice(3)} `);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/me');

      expect(await page.textContent('body')).toContain('ada@example.com');
      expect(complaints).toEqual([]);
    },
  );

  it('offer another one after a visible wait, without JavaScript, on a narrow page', async () => {
    const [page] = await open({ javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
    await page.getByRole('link', { name: 'Text me a code' }).click();
    await page.getByLabel('Phone number').fill('(415) 555-0123');
    await page.getByRole('button', { name: 'Text me a code' }).click();
    await page.waitForURL('**/auth/login/sms-otp/finish');
    const first = await codeSentTo(emulator, '+14155550123');
    emulator.clock.advance({ seconds: 28 });

    await page.reload();
    const [resend, wait] = [page.getByRole('button', { name: 'Send another code' }), page.locator('.wait')];
    expect([await resend.isVisible(), await wait.isVisible()]).toEqual([false, true]);
    await resend.waitFor();
    expect(await wait.isVisible()).toBe(false);
    const box = await resend.boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(320);
    emulator.messages.clear();
    await resend.click();
    const second = await codeSentTo(emulator, '+14155550123');
    await page.getByLabel('Code').fill(second);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/me');

    expect(second).not.toBe(first);
    expect(complaints).toEqual([]);
  });
});
