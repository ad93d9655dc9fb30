import { Controller, Get, Module, Post, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CurrentPrincipal,
  CurrentSession,
  Protected,
  RefuseImpersonation,
  RequirePermission,
  RequireRecentSignIn,
  StytchModule,
  type Clock,
  type Principal,
  type Session,
} from 'nestjs-stytch';
import { aClient, aConnectedApp, aSession, testSessions, type TestSessions } from 'nestjs-stytch/testing';
import { refusalBody } from '../support/refusals.js';
import { silence } from '../support/silence.js';

@Protected()
@Controller('documents')
class DocumentsController {
  @Get()
  list(@CurrentSession() session: Session) {
    return session;
  }

  @RequirePermission('documents', 'write')
  @Post()
  create() {
    return { created: true };
  }

  @RequireRecentSignIn({ withinSeconds: 600 })
  @Get('secret')
  showSecret() {
    return 'secret';
  }

  @Protected({ credentials: ['bearer', 'm2m', 'connected-app'] })
  @RequirePermission('documents', 'write')
  @Get('exports')
  listExports(@CurrentPrincipal() principal: Principal) {
    return principal;
  }

  @RefuseImpersonation()
  @Get('private')
  showPrivate() {
    return 'private';
  }
}

@Module({ imports: [StytchModule.forRoot()], controllers: [DocumentsController] })
class AppModule {}

const policy = { roles: { editor: { documents: ['write'] }, admin: { documents: ['*'] } } };

const started: INestApplication[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()));
});

/** Starts an application that accepts the sessions, and returns a function that sends requests to it. */
async function start(sessions: TestSessions, module: ModuleMetadata = { imports: [AppModule] }) {
  const testing = await sessions.override(Test.createTestingModule(module)).setLogger(silence).compile();
  const app = testing.createNestApplication();
  started.push(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(url + path, { method, headers, redirect: 'manual' });
    const text = await response.text();
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text;
    return [response.status, body] as const;
  };
}

const withOptions = (options: object): ModuleMetadata => ({
  imports: [StytchModule.forRoot(options as Parameters<typeof StytchModule.forRoot>[0] & object)],
  controllers: [DocumentsController],
});

describe('testSessions', () => {
  it('lets the guard refuse a request without a session', async () => {
    const send = await start(testSessions());

    expect(await send('/documents')).toEqual([401, refusalBody('session_missing')]);
  });

  it('gives the handler the session of a request', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const session = aSession({ email: 'grace@example.com', customClaims: { plan: 'pro' } });

    expect(await send('/documents', sessions.signedInAs(session))).toEqual([200, { ...session }]);
  });

  it.each<[string, number]>([
    ['stytch_user', 403],
    ['editor', 201],
    ['admin', 201],
    ['toString', 403],
  ])('lets the guard check the policy for the role %s', async (role, status) => {
    const sessions = testSessions({ policy });
    const send = await start(sessions);

    const [received] = await send('/documents', sessions.signedInAs(aSession({ roles: [role] })), 'POST');

    expect(received).toBe(status);
  });

  it('lets the guard check bearer tokens of sessions, clients and connected apps', async () => {
    const scopes = { 'write:documents': { documents: ['write'] } };
    const sessions = testSessions({ policy: { ...policy, scopes } });
    const send = await start(sessions);
    const of = async (principal: Principal) => send('/documents/exports', sessions.withBearerOf(principal));
    const [editor, client] = [aSession({ roles: ['editor'] }), aClient({ scopes: ['write:documents'] })];
    const app = aConnectedApp({ scopes: ['write:documents'] });

    expect(await of(editor)).toEqual([200, { ...editor }]);
    expect(await of(client)).toEqual([200, { ...client }]);
    expect(await of(app)).toEqual([200, { ...app }]);
    expect((await of(aClient({ scopes: ['read:documents'] })))[0]).toBe(403);
    expect((await send('/documents/exports', sessions.signedInAs(editor)))[0]).toBe(401);
  });

  it('permits nothing without a policy', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const headers = sessions.signedInAs(aSession({ roles: ['editor'] }));

    expect((await send('/documents', headers, 'POST'))[0]).toBe(403);
  });

  it('lets the guard check when the person signed in', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const startedAt = new Date(Date.now() - 1_200_000).toISOString();

    expect((await send('/documents/secret', sessions.signedInAs(aSession())))[0]).toBe(200);
    expect((await send('/documents/secret', sessions.signedInAs(aSession({ startedAt }))))[0]).toBe(403);
  });

  it('lets the guard see who impersonates the user', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const impersonator = { id: 'admin-1', emailAddress: 'support@example.com' };
    const session = aSession({ impersonator });
    const headers = sessions.signedInAs(session);

    expect(session).toMatchObject({ impersonator, email: 'ada@example.com' });
    expect(await send('/documents', headers)).toEqual([200, { ...session }]);
    expect((await send('/documents/private', headers))[0]).toBe(403);
  });

  it('lets the guard refuse a session that has expired', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const startedAt = new Date(Date.now() - 7_200_000).toISOString();

    expect(await send('/documents', sessions.signedInAs(aSession({ startedAt })))).toEqual([
      401,
      refusalBody('session_expired'),
    ]);
  });

  it('lets the guard refuse a changed token', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const { cookie = '' } = sessions.signedInAs(aSession());

    expect(await send('/documents', { cookie: cookie.replace(/\.[^.]+$/, `.${'A'.repeat(342)}`) })).toEqual([
      401,
      refusalBody('session_invalid'),
    ]);
  });

  it('signs out', async () => {
    const sessions = testSessions();
    const send = await start(sessions);
    const headers = sessions.signedInAs(aSession());

    expect((await send('/auth/logout', headers, 'POST'))[0]).toBe(204);
    expect(await send('/documents', headers)).toEqual([401, refusalBody('session_revoked')]);
  });

  it("uses the application's clock, and refreshes a JWT that has expired", async () => {
    let movedMs = 0;
    const clock: Clock = {
      nowMs: () => Date.now() + movedMs,
      monotonicMs: () => performance.now() + movedMs,
    };
    const sessions = testSessions();
    const send = await start(sessions, withOptions({ clock }));
    const headers = sessions.signedInAs(aSession());
    movedMs = 1_200_000;

    expect((await send('/documents', headers))[0]).toBe(200);
    movedMs = 3_700_000;
    expect((await send('/documents', headers))[0]).toBe(401);
  });

  it("keeps the application's other options", async () => {
    const sessions = testSessions();
    const options = { appUrl: 'https://app.example.com', session: { accept: 'own' } };
    const send = await start(sessions, withOptions(options));
    const headers = sessions.signedInAs(aSession());

    expect(headers['cookie']).toMatch(/^__Host-stytch_session_jwt=/);
    expect((await send('/documents', headers))[0]).toBe(200);
  });

  it("can be refused with session.accept: 'own', as a session that was started elsewhere", async () => {
    const sessions = testSessions();
    const options = { appUrl: 'http://localhost:3000', session: { accept: 'own' } };
    const send = await start(sessions, withOptions(options));
    const session = aSession({ customClaims: { 'nestjs-stytch:application': 'elsewhere' } });

    const [status, body] = await send('/documents', sessions.signedInAs(session));

    expect([status, body]).toMatchObject([401, { code: 'session_not_accepted' }]);
  });

  it('does not call Stytch with the credentials of the application', async () => {
    const send = await start(
      testSessions(),
      withOptions({
        projectId: 'project-live-5f0d9c1e-0000-4000-8000-000000000001',
        secret: 'secret-live-of-the-application=',
        appUrl: 'http://localhost:3000',
      }),
    );

    expect((await send('/auth/login?email=ada@example.com', {}, 'POST'))[0]).toBe(400);
    const response = await fetch(`${await started[0]?.getUrl()}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com' }),
    });
    expect(response.status).toBe(503);
  });

  it('explains that the testing module has to be compiled first', () => {
    expect(() => testSessions().signedInAs(aSession())).toThrow('Compile the testing module first');
  });

  it('refuses an object that is no session', async () => {
    const sessions = testSessions();
    await start(sessions);

    expect(() => sessions.signedInAs({ ...aSession(), userId: 'ada' })).toThrow(TypeError);
    expect(() => sessions.signedInAs({ ...aSession(), email: 'grace@example.com' })).toThrow(TypeError);
  });

  it('refuses to run in production', () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      expect(() => testSessions().override(Test.createTestingModule({}))).toThrow('NODE_ENV is production');
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});

describe('aSession', () => {
  it('returns a frozen session with new ids', () => {
    const session = aSession();

    expect(session).toMatchObject({ kind: 'user', email: 'ada@example.com', roles: ['stytch_user'] });
    expect(Object.isFrozen(session)).toBe(true);
    expect(aSession().sessionId).not.toBe(session.sessionId);
  });

  it('reads the email address from the factors that it is given', () => {
    const authenticationFactors = [{ type: 'totp' }];

    expect(aSession({ authenticationFactors })).toMatchObject({ authenticationFactors });
    expect(aSession({ authenticationFactors }).email).toBeUndefined();
  });

  it.each([{ userId: 'ada' }, { sessionId: '1' }, { startedAt: 'yesterday' }, { expiresAt: '2026-01-31' }])(
    'refuses what no session at Stytch has: %j',
    (input) => {
      expect(() => aSession(input)).toThrow(TypeError);
    },
  );
});

describe('aClient and aConnectedApp', () => {
  it('return frozen clients with the scopes', () => {
    const client = aClient({ scopes: ['read:orders'] });
    const app = aConnectedApp({ scopes: ['openid'], userId: 'user-test-1' });

    expect(client).toMatchObject({ kind: 'm2m_client', scopes: ['read:orders'] });
    expect(app).toMatchObject({ kind: 'connected_app', subject: { kind: 'user', id: 'user-test-1' } });
    expect([client, app].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['an M2M client with the id of a user', () => aClient({ clientId: 'user-test-1' })],
    ['a connected app without a scope', () => aConnectedApp({ scopes: [] })],
    ['a scope with a quote', () => aClient({ scopes: ['"'] })],
  ])('refuse %s', (_, create) => {
    expect(create).toThrow(TypeError);
  });
});
