import { inspect } from 'node:util';
import {
  type CanActivate,
  Controller,
  Get,
  type INestApplication,
  Injectable,
  Module,
  RequestMethod,
  UseGuards,
  VersioningType,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CurrentSession,
  InjectStytchClient,
  OptionalSession,
  Protected,
  type UserSession,
  SessionGuard,
  STYTCH_CLIENT,
  stytchConfig,
  StytchModule,
  type StytchModuleOptions,
  type StytchOptionsFactory,
  StytchRefusalException,
  type StytchStaticOptions,
} from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { stytchOptionsFor } from 'nestjs-stytch/testing';
import type { Client } from 'stytch';
import { bodiesSentTo, callsTo, keepSession, signedInBrowser } from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { CapturedLog } from '../support/captured-log.js';
import { callbackPathOf } from '../support/links.js';
import { ExternalContextCreator } from '@nestjs/core';
import { refusalBody } from '../support/refusals.js';
import { useApplication } from '../support/use-application.js';

let emulator: StytchEmulator;
beforeAll(async () => {
  emulator = await startStytchEmulator();
});
afterAll(() => emulator.close());

@Injectable()
class ApplicationOptions implements StytchOptionsFactory {
  createStytchOptions(): StytchModuleOptions {
    return stytchOptionsFor(emulator);
  }
}
@Module({ providers: [ApplicationOptions], exports: [ApplicationOptions] })
class SettingsModule {}

@Protected()
@Controller('people')
class PeopleController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}
  @Get()
  async first() {
    const { results } = await this.stytch.users.search({ limit: 1 });
    return { found: results.length };
  }
}

const environment = () => ({
  STYTCH_PROJECT_ID: emulator.projectId,
  STYTCH_SECRET: ` ${emulator.secret}\n`,
  STYTCH_API_URL: emulator.url,
  STYTCH_APP_URL: 'http://localhost:3000',
  STYTCH_SESSION_DURATION_MINUTES: '',
});

describe('StytchModule', () => {
  beforeEach(() => Object.assign(process.env, environment()));
  afterEach(() => {
    for (const name of Object.keys(environment())) Reflect.deleteProperty(process.env, name);
  });

  it.each([
    ['forRoot with options', () => StytchModule.forRoot(stytchOptionsFor(emulator))],
    ['forRoot from the environment', () => StytchModule.forRoot()],
    [
      'forRootAsync with useFactory',
      () =>
        StytchModule.forRootAsync({ useFactory: async () => Promise.resolve(stytchOptionsFor(emulator)) }),
    ],
    ['forRootAsync with useClass', () => StytchModule.forRootAsync({ useClass: ApplicationOptions })],
    [
      'forRootAsync with useExisting',
      () => StytchModule.forRootAsync({ imports: [SettingsModule], useExisting: ApplicationOptions }),
    ],
    [
      'forRootAsync with stytchConfig',
      () => StytchModule.forRootAsync({ routes: { path: 'account' }, ...stytchConfig.asProvider() }),
    ],
  ])('protects routes and signs users in when registered by %s', async (_, register) => {
    const application = await startApplication({
      emulator,
      platform: 'Express',
      register,
      controllers: [PeopleController],
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const response = await browser.get('/people');
    await application.close();

    expect([response.status, response.json()]).toEqual([200, { found: 1 }]);
  });

  it('applies static options that are passed next to a factory', async () => {
    const application = await startApplication({
      emulator,
      platform: 'Express',
      register: (options) =>
        StytchModule.forRootAsync({
          routes: { path: 'account' },
          protection: 'opt-out',
          useFactory: (): StytchModuleOptions => options,
        }),
      controllers: [PeopleController],
    });

    const [login, people] = [
      await application.browser().visit('/account/login'),
      await application.browser().visit('/people'),
    ];
    await application.close();

    expect(login.status).toBe(200);
    expect(people.headers.get('location')).toBe('/account/login?return_to=%2Fpeople');
  });

  it('shares no sessions with another application in the same process', async () => {
    const otherEmulator = await startStytchEmulator();
    const one = await startApplication({ emulator, platform: 'Express', controllers: [PeopleController] });
    const other = await startApplication({
      emulator: otherEmulator,
      platform: 'Express',
      controllers: [PeopleController],
    });
    const session = await emulator.sessions.create({ email: 'ada@example.com' });
    const [atOne, atOther] = [one.browser(), other.browser()];
    keepSession(atOne, session);
    keepSession(atOther, session);

    const statuses = [(await atOne.get('/people')).status, (await atOther.get('/people')).status];
    await atOne.request('POST', '/auth/logout');
    await Promise.all([one.close(), other.close(), otherEmulator.close()]);

    expect(statuses).toEqual([200, 401]);
  });

  it('does not reveal the secret when the Stytch client is printed', async () => {
    const application = await startApplication({ emulator, platform: 'Express' });
    const client = application.app.get<Client>(STYTCH_CLIENT);

    const printed = [
      inspect(client, { depth: 20, showHidden: false }),
      JSON.stringify(client),
      inspect(client.users, { depth: 20 }),
    ].join('\n');
    await application.close();

    const basic = Buffer.from(`${emulator.projectId}:${emulator.secret}`).toString('base64');
    expect(printed).not.toContain(emulator.secret);
    expect(printed).not.toContain(basic);
    expect(printed).not.toMatch(/authorization/i);
  });
});

describe('StytchModule with invalid options', () => {
  const boot = (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) =>
    Test.createTestingModule({ imports })
      .setLogger(false as never)
      .compile()
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  it('does not start when it is registered twice', async () => {
    @Module({ imports: [StytchModule.forRoot({ ...stytchOptionsFor(emulator), routes: { path: 'other' } })] })
    class FeatureModule {}

    expect(await boot(StytchModule.forRoot(stytchOptionsFor(emulator)), FeatureModule)).toMatchObject({
      code: 'stytch_options_invalid',
      problems: [
        { path: 'StytchModule', given: '2 registrations with different options in one application' },
      ],
    });
  });

  it('does not start when a factory returns static options', async () => {
    const useFactory = () => ({ ...stytchOptionsFor(emulator), routes: { path: 'x' }, guard: false });

    // @ts-expect-error -- the types reject static options too; JavaScript applications have only this check
    expect(await boot(StytchModule.forRootAsync({ useFactory }))).toMatchObject({
      code: 'stytch_options_invalid',
      problems: ['routes', 'guard'].map((path) => ({
        path,
        allowed: 'next to the factory, not in its result',
      })),
    });
  });

  it('throws when forRootAsync gets no factory, class or existing provider', () => {
    expect(() => StytchModule.forRootAsync({})).toThrow('useFactory, useClass or useExisting');
  });

  it('lists all required options when the environment is empty', async () => {
    expect(await boot(StytchModule.forRoot())).toMatchObject({
      problems: [{ path: 'projectId' }, { path: 'secret' }, { path: 'appUrl' }],
    });
  });
});

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

@Protected()
@Controller('bound')
class BoundController {
  @Get()
  show(@CurrentSession() session: UserSession) {
    return { userId: session.userId };
  }
}

@Module({ controllers: [BoundController] })
class FeatureModule {}

@Controller('undecorated')
class UndecoratedController {
  @Get()
  show(@CurrentSession() session?: UserSession) {
    return { userId: session?.userId ?? null };
  }
}

@Protected()
@UseGuards(SessionGuard)
@Controller('bound-by-hand')
class BoundByHandController {
  @Get()
  show(@CurrentSession() session: UserSession) {
    return { userId: session.userId };
  }
}

describePlatforms('StytchModule with guard: false', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [UndecoratedController, BoundByHandController],
    imports: [FeatureModule],
    options: { guard: false },
  });

  it('runs undecorated handlers without a session when guard is false', async () => {
    const response = await stage.application.browser().get('/undecorated');

    expect([response.status, response.json()]).toEqual([200, { userId: null }]);
  });

  it.each(['/bound', '/bound-by-hand'])(
    'enforces @Protected() on the route %s when guard is false',
    async (path) => {
      const { browser, session } = await signedInBrowser(stage);

      expect((await browser.get(path)).json()).toEqual({ userId: session.user_id });
      expect((await stage.application.browser().get(path)).status).toBe(401);
    },
  );
});

class AllowAllGuard implements CanActivate {
  canActivate() {
    return true;
  }
}

describe('SessionGuard replaced by overrideProvider()', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [UndecoratedController, BoundByHandController],
    override: (builder) => builder.overrideProvider(SessionGuard).useClass(AllowAllGuard),
  });

  it('runs protected handlers without a session when the guard is replaced', async () => {
    const response = await stage.application.browser().get('/undecorated');

    expect([response.status, response.json()]).toEqual([200, { userId: null }]);
  });
});

@Injectable()
class MessageHandlers {
  undecorated() {
    return 'ran';
  }
  @Protected()
  protected() {
    return 'ran';
  }
  @OptionalSession()
  optional() {
    return 'ran';
  }
}

describe('SessionGuard in a context without an HTTP request', () => {
  const stage = useApplication({
    platform: 'Express',
    providers: [MessageHandlers],
    // The startup check rejects protected handlers without a transport; call() below invokes them directly.
    options: { startupCheck: { ignore: [MessageHandlers] } },
  });

  function call(name: 'undecorated' | 'protected' | 'optional', contextType: string): Promise<unknown> {
    const { app } = stage.application;
    const handlers = app.get(MessageHandlers);
    const handler = app
      .get(ExternalContextCreator)
      .create(
        handlers,
        handlers[name],
        name,
        undefined,
        undefined,
        undefined,
        undefined,
        { guards: true, interceptors: true, filters: false },
        contextType,
      );
    return handler({ some: 'message' });
  }

  it.each(['rpc', 'ws', 'http'])('runs undecorated handlers in a %s context', async (contextType) => {
    expect(await call('undecorated', contextType)).toBe('ran');
  });

  it.each(['rpc', 'ws', 'http'])(
    'refuses protected handlers in a %s context that has no HTTP request',
    async (contextType) => {
      const refusal: unknown = await call('protected', contextType).catch((error: unknown) => error);

      expect(refusal).toBeInstanceOf(StytchRefusalException);
      expect((refusal as StytchRefusalException).getResponse()).toEqual(refusalBody('context_not_supported'));
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it.each(['rpc', 'ws', 'http'])(
    'runs handlers with an optional session in a %s context',
    async (contextType) => {
      expect(await call('optional', contextType)).toBe('ran');
    },
  );
});
