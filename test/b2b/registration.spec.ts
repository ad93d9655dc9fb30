import { inspect } from 'node:util';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  CurrentSession,
  describeAccess,
  OptionalSession,
  Protected,
  RequireRoles,
  RequireScopes,
  STYTCH_CLIENT,
  stytchConfig,
  StytchModule,
  StytchOptionsError,
  type MemberOrganization,
  type MemberSession,
} from 'nestjs-stytch';
import {
  ActingMember,
  CurrentOrganization,
  STYTCH_B2B_CLIENT,
  StytchB2BModule,
  type ActingMemberOptions,
  type StytchB2BModuleOptions,
} from 'nestjs-stytch/b2b';
import {
  aClient,
  aConnectedApp,
  aMemberSession,
  aSession,
  TestBrowser,
  testSessions,
} from 'nestjs-stytch/testing';
import { B2BClient } from 'stytch';
import { CapturedLog } from '../support/captured-log.js';
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

  @Get('acting')
  act(@ActingMember() member: ActingMemberOptions) {
    const { authorization } = member;
    return { jwt: authorization.session_jwt, inspected: inspect(member, { depth: 9 }), json: { member } };
  }

  @OptionalSession()
  @Get('acting-or-not')
  actOrNot(@ActingMember() member: ActingMemberOptions) {
    return member;
  }

  @Get('organization')
  showOrganization(@CurrentOrganization() organization: MemberOrganization) {
    return { organization };
  }

  @Protected({ credentials: ['connected-app', 'm2m'] })
  @RequireScopes('documents')
  @Get('organization-of-client')
  showOrganizationOfClient(@CurrentOrganization() organization?: MemberOrganization) {
    return { organization: organization ?? null };
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
  const log = new CapturedLog();
  let browser: TestBrowser;
  let close: () => Promise<void>;
  let access: ReturnType<typeof describeAccess>;
  beforeAll(async () => {
    const testing = await sessions
      .override(Test.createTestingModule({ imports: [AppModule] }).setLogger(log))
      .compile();
    const app = testing.createNestApplication();
    await app.listen(0, '127.0.0.1');
    browser = new TestBrowser(await app.getUrl());
    access = describeAccess(app);
    close = () => app.close();
  });
  afterAll(() => close());

  it('logs for what to register the redirect URL', () => {
    expect(log.lines.filter((line) => line.includes('redirect URL'))).toEqual([
      expect.stringContaining(
        'for login, sign-up, invitation and discovery: http://localhost:3000/auth/authenticate ',
      ),
    ]);
  });

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

  it("hands the member's JWT to Stytch's client, and to no log", async () => {
    const headers = sessions.signedInAs(aMemberSession());
    const jwt = headers['cookie']!.split('=')[1];

    expect((await browser.get('/projects/acting', headers)).json()).toEqual({
      jwt,
      inspected: '{ authorization: {} }',
      json: { member: { authorization: {} } },
    });
  });

  it('refuses to act without a session, since Stytch would then check no permissions', async () => {
    const response = await browser.get('/projects/acting-or-not');

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_missing')]);
  });

  it('injects the organization of a session and of a connected app, and none of an M2M client', async () => {
    const organization = { id: 'organization-test-1', slug: 'acme' };
    const scopes = ['documents'];
    const responses = [
      await browser.get('/projects/organization', sessions.signedInAs(aMemberSession({ organization }))),
      await browser.get(
        '/projects/organization-of-client',
        sessions.withBearerOf(aConnectedApp({ scopes, member: { organization } })),
      ),
      await browser.get('/projects/organization-of-client', sessions.withBearerOf(aClient({ scopes }))),
    ];

    expect(responses.map((response) => response.json())).toEqual([
      { organization },
      { organization },
      { organization: null },
    ]);
  });

  it('refuses the session of a user', async () => {
    const response = await browser.get('/projects', sessions.signedInAs(aSession()));

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_invalid')]);
  });

  it('describes which handlers require a session', () => {
    expect(JSON.stringify(access)).toContain('ProjectsController');
  });
});
