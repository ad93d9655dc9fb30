import { OrdersController } from '../support/orders.controller.js';
import { signedInBrowser } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

describePlatforms('pages of the application’s own', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: {
      pages: { login: '/enter?theme=dark#form', sent: '/sent', afterLogin: '/home', afterLogout: '/bye' },
    },
  });

  it('take the place of those of the package', async () => {
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

  it('are where notices lead', async () => {
    const { callback } = await linkAskedForBy(stage);

    const answer = await stage.application.browser().visit(callback);

    expect(answer.text).toContain('href="/enter?theme=dark#form"');
  });
});

describePlatforms('a login page of the application’s own without our routes', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { routes: false, pages: { login: '/enter' } },
  });

  it('is where people are sent', async () => {
    const answer = await stage.application.browser().visit('/orders');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/enter?return_to=%2Forders']);
  });

  it('is not in the way of those who are signed in', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.visit('/orders')).status).toBe(200);
  });
});
