import { RequestMethod, VersioningType, type INestApplication } from '@nestjs/common';
import type { StytchStaticOptions } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { bodiesSentTo } from '../support/sessions.js';
import { callbackPathOf } from '../support/links.js';
import { describePlatforms, startApplication } from '../support/start-application.js';

interface Shape extends StytchStaticOptions {
  configure?: (app: INestApplication) => void;
  /** Path of the login routes in the application. */
  path: string;
  /** Their path for browsers, if a proxy rewrites it. */
  publicPath?: string;
}

const shapes: [string, Shape][] = [
  ['no path is configured', { path: '/auth' }],
  [
    'the application has a global prefix',
    {
      configure: (app) => {
        app.setGlobalPrefix('api');
      },
      path: '/api/auth',
    },
  ],
  [
    'the global prefix has a leading and a trailing slash',
    {
      configure: (app) => {
        app.setGlobalPrefix('/api/v2/');
      },
      path: '/api/v2/auth',
    },
  ],
  [
    'the global prefix excludes the login routes',
    {
      configure: (app) => {
        app.setGlobalPrefix('api', { exclude: ['auth/*path'] });
      },
      path: '/auth',
    },
  ],
  [
    'the global prefix excludes another route',
    {
      configure: (app) => {
        app.setGlobalPrefix('api', { exclude: [{ path: 'health', method: RequestMethod.GET }] });
      },
      path: '/api/auth',
    },
  ],
  [
    'URI versioning is enabled',
    {
      configure: (app) => {
        app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
      path: '/api/auth',
    },
  ],
  ['routes.path is empty', { routes: { path: '' }, path: '' }],
  ['routes.path is a slash', { routes: { path: '/' }, path: '' }],
  ['routes.path has two segments', { routes: { path: 'account/access' }, path: '/account/access' }],
  ['routes.path has a leading and a trailing slash', { routes: { path: '/account/' }, path: '/account' }],
  [
    'routes.publicPath is set for a proxy that rewrites paths',
    { routes: { path: 'auth', publicPath: '/shop/auth' }, path: '/auth', publicPath: '/shop/auth' },
  ],
];

describePlatforms('login routes', (platform) => {
  let emulator: StytchEmulator;
  beforeAll(async () => {
    emulator = await startStytchEmulator();
  });
  afterAll(() => emulator.close());

  it.each(shapes)(
    'use the same path for the routes, the redirect URL and the form when %s',
    async (_case, { configure, path, publicPath = path, ...options }) => {
      emulator.requests.clear();
      emulator.messages.clear();
      const log = new CapturedLog();
      const application = await startApplication({
        emulator,
        platform,
        options,
        configure: (app) => {
          configure?.(app);
          log.attachTo(app);
        },
      });
      const browser = application.browser();

      const sent = await browser.postJson(`${path}/login`, { email: 'ada@example.com' });
      const callback = await callbackPathOf(emulator, 'ada@example.com');
      const form = await browser.visit(`${path}/login`);
      const response = await browser.visit(callback.replace(publicPath, path));
      await application.close();

      const redirectUrl = `http://localhost:3000${publicPath}/authenticate`;
      expect(sent.status).toBe(202);
      expect(bodiesSentTo(emulator, '/v1/magic_links/email/login_or_create')).toMatchObject([
        { login_magic_link_url: redirectUrl, signup_magic_link_url: redirectUrl },
      ]);
      expect(log.lines).toContain(
        `log Stytch at ${emulator.url}. Register this redirect URL there, for login and sign-up: ${redirectUrl} Stytch`,
      );
      expect(form.text).toContain(`action="${publicPath}/login"`);
      expect(response.status).toBe(303);
    },
  );

  it('respond 404 and are not announced in the log when routes is false', async () => {
    const log = new CapturedLog();
    const application = await startApplication({
      emulator,
      platform,
      options: { routes: false },
      configure: log.attachTo,
    });
    const browser = application.browser();

    const statuses = [
      (await browser.visit('/auth/login')).status,
      (await browser.postJson('/auth/login', { email: 'ada@example.com' })).status,
      (await browser.get('/auth/session')).status,
      (await browser.request('POST', '/auth/logout')).status,
    ];
    await application.close();

    expect(statuses).toEqual([404, 404, 404, 404]);
    expect(log.lines.join('\n')).not.toContain('redirect URL');
  });
});
