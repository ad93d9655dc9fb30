import { Controller, Get } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { Protected } from 'nestjs-stytch';
import { startStytchEmulator } from 'stytch-emulator';
import { browserWithExpiredJwt, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}
const controllers = [MeController];

describePlatforms('cookies of an application over https', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { appUrl: 'https://app.example.com', cookies: { hostPrefix: true, sameSite: 'strict' } },
  });

  it('are Secure, and no other host can set them', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    browser.cookies.clear();
    browser.cookies.set(`__Host-${jwtCookie}`, session.session_jwt);

    const answer = await browser.get('/me');

    const expires = new Date(session.session.expires_at).toUTCString();
    expect(cookiesSetBy(answer)[`__Host-${jwtCookie}`]?.attributes).toBe(
      `Path=/; Expires=${expires}; HttpOnly; Secure; SameSite=Strict`,
    );
  });

  it('are not those without the prefix', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.get('/me')).status).toBe(401);
  });
});

describePlatforms('cookies that the browser SDK reads', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { cookies: { readableByBrowserSdk: true, jwtName: 'app_jwt', tokenName: 'app_token' } },
  });

  it('are not HttpOnly; the binding is still', async () => {
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
  it('keeps working, and so does the guard', async () => {
    const emulator = await startStytchEmulator();
    const application = await startApplication({
      emulator,
      platform: 'Express',
      controllers,
      configure: (app) => (app as NestExpressApplication).use(cookieParser('a secret')),
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const statuses = [
      (await browser.get('/me')).status,
      (await application.browser().get('/me', { cookie: `${jwtCookie}=j:["a"]` })).status,
    ];
    await Promise.all([application.close(), emulator.close()]);

    expect(statuses).toEqual([200, 401]);
  });
});
