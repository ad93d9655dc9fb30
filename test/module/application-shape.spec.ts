import { RequestMethod, VersioningType, type INestApplication } from '@nestjs/common';
import type { StytchStaticOptions } from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { CapturedLog } from '../support/captured-log.js';
import { bodiesSentTo } from '../support/sessions.js';
import { callbackPathOf } from '../support/links.js';
import { describePlatforms, startApplication } from '../support/start-application.js';

interface Shape extends StytchStaticOptions {
  configure?: (app: INestApplication) => void;
  /** Where the login routes are found, and what Stytch is told; the same unless a proxy rewrites paths. */
  found: string;
  told?: string;
}

const shapes: [string, Shape][] = [
  ['nothing is said', { found: '/auth' }],
  [
    'there is a global prefix',
    {
      configure: (app) => {
        app.setGlobalPrefix('api');
      },
      found: '/api/auth',
    },
  ],
  [
    'the global prefix is written with slashes',
    {
      configure: (app) => {
        app.setGlobalPrefix('/api/v2/');
      },
      found: '/api/v2/auth',
    },
  ],
  [
    'the global prefix leaves the login routes out',
    {
      configure: (app) => {
        app.setGlobalPrefix('api', { exclude: ['auth/*path'] });
      },
      found: '/auth',
    },
  ],
  [
    'the global prefix leaves something else out',
    {
      configure: (app) => {
        app.setGlobalPrefix('api', { exclude: [{ path: 'health', method: RequestMethod.GET }] });
      },
      found: '/api/auth',
    },
  ],
  [
    'versions stand in the URI',
    {
      configure: (app) => {
        app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
      found: '/api/auth',
    },
  ],
  ['the routes are at the top', { routes: { path: '' }, found: '' }],
  ['the routes are at the slash', { routes: { path: '/' }, found: '' }],
  ['the routes have a path of their own', { routes: { path: 'account/access' }, found: '/account/access' }],
  ['their path is written with slashes', { routes: { path: '/account/' }, found: '/account' }],
  [
    'a proxy rewrites paths',
    { routes: { path: 'auth', publicPath: '/shop/auth' }, found: '/auth', told: '/shop/auth' },
  ],
];

describePlatforms('the callback address', (platform) => {
  let emulator: StytchEmulator;
  beforeAll(async () => {
    emulator = await startStytchEmulator();
  });
  afterAll(() => emulator.close());

  it.each(shapes)(
    'is where the route is when %s',
    async (_, { configure, found, told = found, ...options }) => {
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

      const asked = await browser.postJson(`${found}/login`, { email: 'ada@example.com' });
      const callback = await callbackPathOf(emulator, 'ada@example.com');
      const form = await browser.visit(`${found}/login`);
      const answer = await browser.visit(callback.replace(told, found));
      await application.close();

      const redirectUrl = `http://localhost:3000${told}/authenticate`;
      expect(asked.status).toBe(202);
      expect(bodiesSentTo(emulator, '/v1/magic_links/email/login_or_create')).toMatchObject([
        { login_magic_link_url: redirectUrl, signup_magic_link_url: redirectUrl },
      ]);
      expect(log.lines).toContain(
        `log Stytch at ${emulator.url}. Register this redirect URL there, for login and sign-up: ${redirectUrl} Stytch`,
      );
      expect(form.text).toContain(`action="${told}/login"`);
      expect(answer.status).toBe(303);
    },
  );

  it('is nowhere with routes: false', async () => {
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
