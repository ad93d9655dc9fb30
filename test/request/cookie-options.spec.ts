import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { browserWithExpiredJwt, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const controllers = [MeController];

describePlatforms('cookies of an application over HTTPS', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { appUrl: 'https://app.example.com', cookies: { hostPrefix: true, sameSite: 'strict' } },
  });

  it('are Secure and have the __Host- prefix, so that no other host can set them', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    browser.cookies.clear();
    browser.cookies.set(`__Host-${jwtCookie}`, session.session_jwt);

    const response = await browser.get('/me');

    const expires = new Date(session.session.expires_at).toUTCString();
    expect(cookiesSetBy(response)[`__Host-${jwtCookie}`]?.attributes).toBe(
      `Path=/; Expires=${expires}; HttpOnly; Secure; SameSite=Strict`,
    );
  });

  it('are not read without the prefix', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/me')).status).toBe(401);
  });
});

describePlatforms('cookies with readableByBrowserSdk', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { cookies: { readableByBrowserSdk: true, jwtName: 'app_jwt', tokenName: 'app_token' } },
  });

  it('are not HttpOnly, while the binding cookie still is', async () => {
    const { browser, callback } = await linkAskedForBy(stage);

    const set = cookiesSetBy(await browser.visit(callback));

    expect(Object.keys(set).sort()).toEqual(['app_jwt', 'app_token', 'stytch_login']);
    expect(set['app_jwt']?.attributes).toMatch(/^Path=\/; Expires=[^;]+; SameSite=Lax$/);
    expect(set['app_token']?.attributes).not.toContain('HttpOnly');
    expect(set['stytch_login']?.attributes).toContain('HttpOnly');
    expect((await browser.get('/me')).status).toBe(200);
  });
});

describe('an application with cookie-parser', () => {
  const stage = useApplication({
    controllers,
    configure: (app) => (app as NestExpressApplication).use(cookieParser('a secret')),
  });

  it('authenticates a session, and responds 401 to a cookie that cookie-parser decodes to an object', async () => {
    const { browser } = await signedInBrowser(stage);

    const statuses = [
      (await browser.get('/me')).status,
      (await stage.application.browser().get('/me', { cookie: `${jwtCookie}=j:["a"]` })).status,
    ];

    expect(statuses).toEqual([200, 401]);
  });
});
