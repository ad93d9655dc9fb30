import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type MemberSession } from 'nestjs-stytch';
import type { Browser } from 'playwright-core';
import { startStytchEmulator, type StytchB2BEmulator } from 'stytch-emulator';
import { describeInChromium, startChromium } from '../support/chromium.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { startB2BApplication } from '../support/use-b2b-application.js';

@Protected()
@Controller('documents')
class DocumentsController {
  @Get()
  list(@CurrentSession() { organization }: MemberSession) {
    return `Documents of ${organization.slug}`;
  }
}

const appUrl = 'http://app.localhost:3000';
const email = 'ada@example.com';
const documentsOf = (slug: string) => `http://${slug}.app.localhost:3000/documents?tab=2`;
const timeoutMs = 30_000;

describeInChromium('organizations with a host for each, in Chromium', () => {
  let emulator: StytchB2BEmulator;
  let application: ApplicationUnderTest;
  let chromium: Browser;

  beforeAll(async () => {
    const organizations = ['acme', 'globex'].map((slug) => ({ name: slug, slug, members: [{ email }] }));
    emulator = await startStytchEmulator({ product: 'b2b', seed: { organizations } });
    application = await startB2BApplication(emulator, {
      controllers: [DocumentsController],
      options: {
        appUrl,
        cookies: { domain: 'app.localhost' },
        organizations: { tenant: { subdomainOf: 'app.localhost' } },
      },
    });
    const { url } = application;
    chromium = await startChromium({ [appUrl]: url, 'http://*.app.localhost:3000': url });
  }, timeoutMs);
  afterAll(async () => {
    await chromium.close();
    await application.close();
    await emulator.close();
  });

  it.each([true, false])(
    'lead back to the page of the organization after signing in, and after switching (JavaScript: %s)',
    async (javaScriptEnabled) => {
      emulator.messages.clear();
      const context = await chromium.newContext({ javaScriptEnabled });
      const page = await context.newPage();

      await page.goto(documentsOf('acme'));
      expect(page.url()).toMatch(/^http:\/\/app\.localhost:3000\/auth\/login\?org=acme&/);
      await page.getByLabel('Email address').fill(email);
      await page.getByRole('button').first().click();
      await page.waitForURL(`${appUrl}/auth/sent`);
      const { link } = await emulator.messages.wait({ to: email, kind: 'link' });
      await page.goto(link);
      expect([page.url(), await page.textContent('body')]).toEqual([
        documentsOf('acme'),
        'Documents of acme',
      ]);

      await page.goto(documentsOf('globex'));
      await page.getByRole('button', { name: 'Switch' }).click();
      await page.waitForURL(documentsOf('globex'));
      expect(await page.textContent('body')).toBe('Documents of globex');

      await page.goto('http://globex.app.localhost:3000/auth/organizations');
      await page.getByRole('button', { name: 'acme' }).click();
      await page.waitForURL('http://acme.app.localhost:3000/');
      await page.goto(documentsOf('acme'));
      expect(await page.textContent('body')).toBe('Documents of acme');
      await context.close();
    },
    timeoutMs,
  );
});
