import { OrdersController } from '../support/orders.controller.js';
import { signedInBrowser } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

describePlatforms('custom page paths', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: {
      pages: { login: '/enter?theme=dark#form', sent: '/sent', afterLogin: '/home', afterLogout: '/bye' },
    },
  });

  it('redirects to the configured login, sent, after-login and after-logout pages', async () => {
    const { browser, callback } = await linkAskedForBy(stage);

    const refused = await stage.application.browser().visit('/orders?a=1');
    const sent = await browser.postForm('/auth/login', { email: 'ada@example.com' });
    const signedIn = await browser.visit(callback);
    const signedOut = await browser.postForm('/auth/logout');

    expect(
      [refused, sent, signedIn, signedOut].map(({ status, headers }) => [status, headers.get('location')]),
    ).toEqual([
      [303, '/enter?theme=dark&return_to=%2Forders%3Fa%3D1#form'],
      [303, '/sent'],
      [303, '/home'],
      [303, '/bye'],
    ]);
  });

  it('links notice pages to the configured login page', async () => {
    const { callback } = await linkAskedForBy(stage);

    const response = await stage.application.browser().visit(callback);

    expect(response.text).toContain('href="/enter?theme=dark#form"');
  });
});

describePlatforms('a custom login page with `routes: false`', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { routes: false, pages: { login: '/enter' } },
  });

  it('redirects page navigations without a session to the custom login page', async () => {
    const response = await stage.application.browser().visit('/orders');

    expect([response.status, response.headers.get('location')]).toEqual([303, '/enter?return_to=%2Forders']);
  });

  it('serves a protected page to a signed-in user without a redirect', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.visit('/orders')).status).toBe(200);
  });
});
