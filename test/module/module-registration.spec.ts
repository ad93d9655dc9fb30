import { inspect } from 'node:util';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  InjectStytchClient,
  Protected,
  STYTCH_CLIENT,
  stytchConfig,
  StytchModule,
  type StytchModuleOptions,
  type StytchOptionsFactory,
} from 'nestjs-stytch';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { stytchOptionsFor } from 'nestjs-stytch/testing';
import type { Client } from 'stytch';
import { keepSession, signedInBrowser } from '../support/sessions.js';
import { startApplication } from '../support/start-application.js';

let emulator: StytchEmulator;
beforeAll(async () => {
  emulator = await startStytchEmulator();
});
afterAll(() => emulator.close());

@Injectable()
class ApplicationStytchOptions implements StytchOptionsFactory {
  createStytchOptions(): StytchModuleOptions {
    return stytchOptionsFor(emulator);
  }
}
@Module({ providers: [ApplicationStytchOptions], exports: [ApplicationStytchOptions] })
class SettingsModule {}

@Protected()
@Controller('users')
class UsersController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}
  @Get()
  async count() {
    const { results } = await this.stytch.users.search({ limit: 1 });
    return { count: results.length };
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
    ['forRootAsync with useClass', () => StytchModule.forRootAsync({ useClass: ApplicationStytchOptions })],
    [
      'forRootAsync with useExisting',
      () => StytchModule.forRootAsync({ imports: [SettingsModule], useExisting: ApplicationStytchOptions }),
    ],
    [
      'forRootAsync with stytchConfig',
      () => StytchModule.forRootAsync({ routes: { path: 'account' }, ...stytchConfig.asProvider() }),
    ],
  ])('protects routes and provides the client when registered by %s', async (_case, register) => {
    const application = await startApplication({
      emulator,
      platform: 'Express',
      register,
      controllers: [UsersController],
    });
    const { browser } = await signedInBrowser({ emulator, application });

    const response = await browser.get('/users');
    await application.close();

    expect([response.status, response.json()]).toEqual([200, { count: 1 }]);
  });

  it('applies routes and protection passed to forRootAsync next to a factory', async () => {
    const application = await startApplication({
      emulator,
      platform: 'Express',
      register: (options) =>
        StytchModule.forRootAsync({
          routes: { path: 'account' },
          protection: 'opt-out',
          useFactory: () => ({ ...options }),
        }),
      controllers: [UsersController],
    });

    const [loginPage, refused] = [
      await application.browser().visit('/account/login'),
      await application.browser().visit('/users'),
    ];
    await application.close();

    expect(loginPage.status).toBe(200);
    expect(refused.headers.get('location')).toBe('/account/login?return_to=%2Fusers');
  });

  it('shares no keys or sessions with a StytchModule in another application', async () => {
    const secondEmulator = await startStytchEmulator();
    const first = await startApplication({ emulator, platform: 'Express', controllers: [UsersController] });
    const second = await startApplication({
      emulator: secondEmulator,
      platform: 'Express',
      controllers: [UsersController],
    });
    const session = await emulator.sessions.create({ email: 'ada@example.com' });
    const [firstBrowser, secondBrowser] = [first.browser(), second.browser()];
    keepSession(firstBrowser, session);
    keepSession(secondBrowser, session);

    const statuses = [(await firstBrowser.get('/users')).status, (await secondBrowser.get('/users')).status];
    await firstBrowser.request('POST', '/auth/logout');
    await Promise.all([first.close(), second.close(), secondEmulator.close()]);

    expect(statuses).toEqual([200, 401]);
  });

  it('provides a client whose printed form contains no credentials', async () => {
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

describe('StytchModule with an invalid registration', () => {
  const boot = (...imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) =>
    Test.createTestingModule({ imports })
      .setLogger(false as never)
      .compile()
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  it('rejects two registrations with different options', async () => {
    @Module({ imports: [StytchModule.forRoot({ ...stytchOptionsFor(emulator), routes: { path: 'other' } })] })
    class FeatureModule {}

    expect(await boot(StytchModule.forRoot(stytchOptionsFor(emulator)), FeatureModule)).toMatchObject({
      code: 'stytch_options_invalid',
      problems: [
        { path: 'StytchModule', given: '2 registrations with different options in one application' },
      ],
    });
  });

  it('rejects static options returned by a factory', async () => {
    const useFactory = () => ({ ...stytchOptionsFor(emulator), routes: { path: 'x' }, guard: false });

    expect(await boot(StytchModule.forRootAsync({ useFactory }))).toMatchObject({
      code: 'stytch_options_invalid',
      problems: ['routes', 'guard'].map((path) => ({
        path,
        allowed: 'beside the factory, not in its result',
      })),
    });
  });

  it('rejects forRootAsync() without a factory, class or existing provider', () => {
    expect(() => StytchModule.forRootAsync({})).toThrow('useFactory, useClass or useExisting');
  });

  it('lists every missing option when the environment is empty', async () => {
    expect(await boot(StytchModule.forRoot())).toMatchObject({
      problems: [{ path: 'projectId' }, { path: 'secret' }, { path: 'appUrl' }],
    });
  });
});
