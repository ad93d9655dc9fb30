import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import { sessionCookieNames } from 'nestjs-stytch';
import { linkAskedForBy } from '../support/links.js';
import { MeController, meOf } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  lastingUntil,
  signedInBrowser,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const controllers = [MeController];

describePlatforms('cookies of an application over HTTPS', (platform) => {
  const options = { appUrl: 'https://app.example.com', cookies: { sameSite: 'strict' } } as const;
  const { jwtName, tokenName } = sessionCookieNames(options);
  const stage = useApplication({ platform, controllers, options });
  const meWith = (cookie: string) => stage.application.browser().get('/me', { cookie });

  it('are Secure and have the __Host- prefix, so that no other host can set them', async () => {
    const { session } = await browserWithExpiredJwt(stage);

    const response = await meWith(`__Host-${jwtCookie}=${session.session_jwt}`);

    expect([response.status, jwtName]).toEqual([200, `__Host-${jwtCookie}`]);
    expect(cookiesSetBy(response)[jwtName]?.attributes).toEqual(
      lastingUntil(session.session.expires_at, stage.emulator, 'HttpOnly; Secure; SameSite=Strict'),
    );
  });

  it('without the prefix are neither read, nor migrated, nor cleared', async () => {
    const { browser } = await signedInBrowser(stage);

    const response = await browser.get('/me');

    expect([response.json(), response.setCookies]).toEqual([refusalBody('session_missing'), []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('without the prefix do not make a session with the prefix ambiguous', async () => {
    const { browser: planted } = await signedInBrowser(stage, { email: 'eve@example.com' });
    const own = await stage.emulator.sessions.create({ email: 'ada@example.com' });

    const response = await meWith(
      `${planted.cookieHeader}; ${jwtName}=${own.session_jwt}; ${tokenName}=${own.session_token}`,
    );

    expect([response.json(), response.setCookies]).toEqual([meOf(own), []]);
  });
});

describePlatforms('cookies of an application over HTTPS with hostPrefix: false', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { appUrl: 'https://app.example.com', cookies: { hostPrefix: false } },
  });

  it('are read and set without the prefix', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/me');

    expect(response.status).toBe(200);
    expect(cookiesSetBy(response)).toEqual({
      [jwtCookie]: {
        value: expect.stringMatching(/^ey/) as unknown,
        attributes: lastingUntil(
          session.session.expires_at,
          stage.emulator,
          'HttpOnly; Secure; SameSite=Lax',
        ),
      },
    });
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
    expect(set['app_jwt']?.attributes).toMatch(/^Max-Age=\d+; Path=\/; Expires=[^;]+; SameSite=Lax$/);
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
