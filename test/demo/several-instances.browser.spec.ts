import type { Browser } from 'playwright-core';
import { describeInChromium, startChromium } from '../support/chromium.js';
import { describeWithRedis } from '../support/redis-server.js';
import { startInstances, type RunningInstances } from './running-instances.js';

describeInChromium('the demo on several instances in a browser', () => {
  describeWithRedis('with a load balancer', () => {
    let instances: RunningInstances;
    let browser: Browser;
    beforeAll(async () => {
      [instances, browser] = await Promise.all([startInstances(), startChromium()]);
    });
    afterAll(async () => {
      await browser.close();
      await instances.stop();
    });

    it('shows the dashboard of both instances after one sign-in, and of none after one sign-out', async () => {
      const { url, instanceUrls } = instances;
      const context = await browser.newContext();
      const page = await context.newPage();

      await page.goto(url);
      await page.getByLabel('Email address').fill('ada@example.com');
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByRole('link', { name: 'Open the inbox' }).click();
      const [dashboard] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('link', { name: 'to ada@example.com in a new tab' }).click(),
      ]);
      await dashboard.waitForURL(`${url}/dashboard`);

      const servedBy = async () =>
        (await dashboard.locator('div', { hasText: /^\s*Served by/ }).innerText()).trim();
      const first = await servedBy();
      await dashboard.reload();
      expect([first, await servedBy()].sort()).toEqual([
        expect.stringContaining('Instance 1'),
        expect.stringContaining('Instance 2'),
      ]);
      const { SCREENSHOT: path } = process.env;
      if (path !== undefined) await dashboard.screenshot({ path });

      // Another browser with a copy of the cookies, which a sign-out does not delete there.
      const copy = await browser.newContext({ storageState: await context.storageState() });
      const copied = await copy.newPage();
      await copied.goto(`${instanceUrls[0]}/dashboard`);
      expect(await copied.getByRole('heading', { level: 1 }).textContent()).toBe('ada@example.com');

      await dashboard.getByRole('button', { name: 'Sign out' }).click();
      await dashboard.waitForURL(`${url}/`);
      for (const instance of instanceUrls) {
        await copied.goto(`${instance}/dashboard`);
        expect(new URL(copied.url()).pathname).toBe('/');
        expect(await copied.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in');
      }
    });
  });
});
