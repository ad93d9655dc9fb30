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
import { describePlatforms, startApplication } from '../support/start-application.js';

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

describePlatforms('StytchModule', (platform) => {
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
      platform,
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
      platform,
      register: (options) =>
        StytchModule.forRootAsync({
          routes: { path: 'account' },
          protection: 'opt-out',
          useFactory: () => ({ ...options }),
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
    const one = await startApplication({ emulator, platform, controllers: [PeopleController] });
    const other = await startApplication({
      emulator: otherEmulator,
      platform,
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
    const application = await startApplication({ emulator, platform });
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
