import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  CurrentSession,
  describeAccess,
  Protected,
  RequireRoles,
  STYTCH_CLIENT,
  stytchConfig,
  StytchModule,
  StytchOptionsError,
  type MemberSession,
} from 'nestjs-stytch';
import { STYTCH_B2B_CLIENT, StytchB2BModule, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { aMemberSession, aSession, TestBrowser, testSessions } from 'nestjs-stytch/testing';
import { B2BClient } from 'stytch';
import { refusalBody } from '../support/refusals.js';
import { silence } from '../support/silence.js';

const options: StytchB2BModuleOptions = {
  projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
  secret: 'secret-test-of-these-specs=',
  appUrl: 'http://localhost:3000',
};
const environment = {
  STYTCH_PROJECT_ID: options.projectId,
  STYTCH_SECRET: options.secret,
  STYTCH_APP_URL: options.appUrl,
};

@Protected()
@Controller('projects')
class ProjectsController {
  @Get()
  list(@CurrentSession() session: MemberSession) {
    return session;
  }

  @RequireRoles('stytch_admin')
  @Get('settings')
  showSettings() {
    return 'settings';
  }
}

async function problemsOf(...imports: DynamicModule[]): Promise<unknown> {
  const error: unknown = await Test.createTestingModule({ imports })
    .setLogger(silence)
    .compile()
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  return error instanceof StytchOptionsError ? error.problems : error;
}

describe('StytchB2BModule', () => {
  const original = { ...process.env };
  afterEach(() => {
    process.env = { ...original };
  });

  it.each<[string, () => DynamicModule]>([
    ['forRoot with options', () => StytchB2BModule.forRoot({ ...options, protection: 'opt-out' })],
    ['forRoot without options, from the environment', () => StytchB2BModule.forRoot()],
    ['forRootAsync with a factory', () => StytchB2BModule.forRootAsync({ useFactory: async () => options })],
    [
      'forRootAsync with the environment and static options',
      () => StytchB2BModule.forRootAsync({ routes: { path: 'account' }, ...stytchConfig.asProvider() }),
    ],
  ])('can be registered by %s, and provides the client for B2B projects', async (_, register) => {
    process.env = { ...original, ...environment };
    const testing = await Test.createTestingModule({ imports: [ConfigModule.forRoot(), register()] })
      .setLogger(silence)
      .compile();

    expect(testing.get(STYTCH_B2B_CLIENT)).toBeInstanceOf(B2BClient);
    expect(() => testing.get<unknown>(STYTCH_CLIENT)).toThrow();
    await testing.close();
  });

  it('checks the options of organizations, which StytchModule does not have', async () => {
    const organizations = { create: 'sometimes', discover: true } as unknown as object;

    expect(await problemsOf(StytchB2BModule.forRoot({ ...options, organizations }))).toMatchObject([
      { path: 'organizations.create', allowed: "'allow' or 'deny'" },
      { path: 'organizations.discover', fix: 'Unknown option. Did you mean `organizations.discovery`?' },
    ]);
    expect(
      await problemsOf(StytchModule.forRoot({ ...options, organizations: { create: 'deny' } } as never)),
    ).toMatchObject([{ path: 'organizations' }]);
  });

  it('cannot be in one application with StytchModule', async () => {
    expect(
      await problemsOf(StytchB2BModule.forRoot(options), StytchModule.forRoot(options as object as never)),
    ).toEqual([
      {
        path: 'StytchB2BModule and StytchModule',
        given: 'modules for both products in one application',
        allowed: 'one of them',
        fix: 'A project of Stytch is for consumers or for organizations. Use StytchB2BModule with the credentials of a B2B project, and StytchModule with those of a consumer project.',
      },
    ]);
  });

  it('cannot be registered twice with different options', async () => {
    expect(
      await problemsOf(
        StytchB2BModule.forRoot(options),
        StytchB2BModule.forRoot({ ...options, protection: 'opt-out' }),
      ),
    ).toMatchObject([
      { path: 'StytchB2BModule', given: '2 registrations with different options in one application' },
    ]);
  });
});

describe('an application with StytchB2BModule', () => {
  @Module({ imports: [StytchB2BModule.forRoot(options)], controllers: [ProjectsController] })
  class AppModule {}

  const sessions = testSessions();
  let browser: TestBrowser;
  let close: () => Promise<void>;
  let access: ReturnType<typeof describeAccess>;
  beforeAll(async () => {
    const testing = await sessions
      .override(Test.createTestingModule({ imports: [AppModule] }).setLogger(silence))
      .compile();
    const app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    browser = new TestBrowser(await app.getUrl());
    access = describeAccess(app);
    close = () => app.close();
  });
  afterAll(() => close());

  it('gives a handler the session of the member', async () => {
    const session = aMemberSession({ organization: { slug: 'globex' } });
    const response = await browser.get('/projects', sessions.signedInAs(session));

    expect([response.status, response.json()]).toEqual([200, session]);
  });

  it('shows the session at the route of the package', async () => {
    const session = aMemberSession();
    const response = await browser.get('/auth/session', sessions.signedInAs(session));

    expect([response.status, response.json()]).toMatchObject([200, { session }]);
  });

  it('checks requirements with the roles of the member', async () => {
    const statuses = [];
    for (const roles of [['stytch_member'], ['stytch_member', 'stytch_admin']]) {
      const headers = sessions.signedInAs(aMemberSession({ roles }));
      statuses.push((await browser.get('/projects/settings', headers)).status);
    }

    expect(statuses).toEqual([403, 200]);
  });

  it('refuses the session of a user', async () => {
    const response = await browser.get('/projects', sessions.signedInAs(aSession()));

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_invalid')]);
  });

  it('describes which handlers require a session', () => {
    expect(JSON.stringify(access)).toContain('ProjectsController');
  });
});
