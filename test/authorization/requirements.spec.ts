import { Controller, Get, HttpException, Injectable, Post } from '@nestjs/common';
import {
  CurrentSession,
  describeAccess,
  Protected,
  Public,
  Require,
  RequireFactors,
  RequirePermission,
  RequireRecentSignIn,
  RequireRoles,
  StytchAuthorization,
  type AccessCheck,
  type AccessCheckInput,
  type UserSession,
} from 'nestjs-stytch';
import type { TestResponse } from 'nestjs-stytch/testing';
import { callsTo, signedInBrowser } from '../support/sessions.js';
import { until } from '../support/until.js';
import { describePlatforms } from '../support/start-application.js';
import { refusalBody } from '../support/refusals.js';
import { useApplication } from '../support/use-application.js';

@Injectable()
class OwnsDocument implements AccessCheck {
  async check({ principal, context }: AccessCheckInput) {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers['x-document'] === 'missing') throw new HttpException('No such document', 404);
    if (headers['x-document'] === 'malformed') return 'yes' as unknown as boolean;
    return principal.kind === 'user' && principal.email === headers['x-owner'];
  }
}

@RequireRoles('employee')
@Controller('documents')
class DocumentsController {
  constructor(private readonly authorization: StytchAuthorization) {}

  @RequirePermission('documents', 'read')
  @Get()
  list() {
    return ['one'];
  }

  @RequirePermission('documents', 'read')
  @RequirePermission('documents', 'write')
  @Post()
  create() {
    return 'created';
  }

  @Require(OwnsDocument)
  @Get('own')
  own() {
    return 'mine';
  }

  @RequireRecentSignIn({ withinSeconds: 300 })
  @Get('export')
  export() {
    return 'all';
  }

  @RequireFactors('magic_link', 'totp')
  @Get('sealed')
  sealed() {
    return 'secret';
  }

  @Get('can')
  async can(@CurrentSession() session: UserSession) {
    return { write: await this.authorization.can(session, 'documents', 'write') };
  }

  @Get('permissions')
  async permissions(@CurrentSession() session: UserSession) {
    const permissions = await this.authorization.permissionsOf(session);
    return ['read', 'write', 'delete'].filter((action) => permissions.can('documents', action));
  }

  @Public()
  @Get('terms')
  terms() {
    return 'terms';
  }
}

@Protected()
@Controller('profile')
class ProfileController {
  @Get()
  show() {
    return 'profile';
  }
}

class BaseReportsController {
  @RequireRoles('auditor')
  @Get()
  show() {
    return 'base';
  }
}

@Protected()
@Controller('reports')
class ReportsController extends BaseReportsController {
  @Get()
  override show() {
    return 'report';
  }
}

const employee = { role_id: 'employee', permissions: [] };
const reader = { role_id: 'reader', permissions: [{ resource_id: 'documents', actions: ['read'] }] };
const writer = { role_id: 'writer', permissions: [{ resource_id: 'documents', actions: ['*'] }] };
const policyPath = '/v1/rbac/policy';
const policyCall = `GET ${policyPath}`;

const refused = (code: Parameters<typeof refusalBody>[0], required?: string) => {
  const body = refusalBody(code);
  return required === undefined ? body : { ...body, message: `${body.message} Required: ${required}.` };
};
const statusAndBody = (response: TestResponse) => [response.status, response.json()];

describePlatforms('requirements', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [DocumentsController, ProfileController, ReportsController],
    providers: [OwnsDocument],
  });
  beforeEach(async () => {
    await stage.emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [employee, reader, writer],
    });
    // Longer than a policy is used without a fetch.
    stage.emulator.clock.advance({ minutes: 5 });
  });
  const browserOf = async (...roles: string[]) =>
    (await signedInBrowser(stage, { email: `${roles.join('-') || 'nobody'}@example.com`, roles })).browser;

  it('let a session through that meets those of the class and of the handler', async () => {
    const browser = await browserOf('employee', 'reader');

    expect(statusAndBody(await browser.get('/documents'))).toEqual([200, ['one']]);
  });

  it('refuse with 401 before they are checked if there is no session', async () => {
    const response = await stage.application.browser().get('/documents');

    expect(statusAndBody(response)).toEqual([401, refused('session_missing')]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('of the class are not replaced by those of the handler', async () => {
    const browser = await browserOf('writer');

    expect(statusAndBody(await browser.get('/documents'))).toEqual([
      403,
      refused('role_missing', 'role employee'),
    ]);
  });

  it('of an overridden handler apply to the one that overrides it', async () => {
    const [browser, auditor] = [await browserOf('employee'), await browserOf('auditor')];

    expect(statusAndBody(await browser.get('/reports'))).toEqual([
      403,
      refused('role_missing', 'role auditor'),
    ]);
    expect((await auditor.get('/reports')).text).toBe('report');
  });

  it('of one handler all have to be met', async () => {
    const [reading, writing] = [await browserOf('employee', 'reader'), await browserOf('employee', 'writer')];

    expect(statusAndBody(await reading.postJson('/documents', {}))).toEqual([
      403,
      refused('permission_missing', 'permission documents:write'),
    ]);
    expect((await writing.postJson('/documents', {})).status).toBe(201);
  });

  it('are decided without a call for each request, refused or not', async () => {
    const [reading, nobody] = [await browserOf('employee', 'reader'), await browserOf('employee')];
    await reading.get('/documents');
    stage.emulator.requests.clear();

    for (let n = 0; n < 5; n += 1) {
      expect([(await reading.get('/documents')).status, (await nobody.get('/documents')).status]).toEqual([
        200, 403,
      ]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('cause one fetch of the policy for many requests at once', async () => {
    const browser = await browserOf('employee', 'reader');

    const responses = await Promise.all(Array.from({ length: 20 }, () => browser.get('/documents')));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsTo(stage.emulator)).toEqual([policyCall]);
  });

  it('do not apply to public handlers of the class', async () => {
    expect((await stage.application.browser().get('/documents/terms')).status).toBe(200);
  });

  it('may be a check of the application, of which only true lets the request through', async () => {
    const browser = await browserOf('employee');
    const own = (headers: Record<string, string>) => browser.get('/documents/own', headers);

    expect((await own({ 'x-owner': 'employee@example.com' })).status).toBe(200);
    const notMet = [403, refused('requirement_not_met', 'OwnsDocument')];
    expect(statusAndBody(await own({ 'x-owner': 'eve@example.com' }))).toEqual(notMet);
    expect(statusAndBody(await own({ 'x-document': 'malformed' }))).toEqual(notMet);
    expect((await own({ 'x-document': 'missing' })).status).toBe(404);
  });

  it('may be a recent sign-in, which a refresh does not replace', async () => {
    const browser = await browserOf('employee');
    expect((await browser.get('/documents/export')).status).toBe(200);

    stage.emulator.clock.advance({ minutes: 6 });

    const response = await browser.get('/documents/export');
    expect(statusAndBody(response)).toEqual([403, refused('step_up_required', 'sign-in within 300 s')]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    expect((await browser.get('/documents/can')).status).toBe(200);
  });

  it('may be several factors', async () => {
    const browser = await browserOf('employee');

    expect(statusAndBody(await browser.get('/documents/sealed'))).toEqual([
      403,
      refused('factor_missing', 'factor magic_link and totp'),
    ]);
  });

  it('can be decided in a service for a list of actions, with one fetch of the policy', async () => {
    const [reading, writing] = [await browserOf('employee', 'reader'), await browserOf('employee', 'writer')];

    expect(statusAndBody(await reading.get('/documents/permissions'))).toEqual([200, ['read']]);
    expect(statusAndBody(await writing.get('/documents/permissions'))).toEqual([
      200,
      ['read', 'write', 'delete'],
    ]);
    expect(callsTo(stage.emulator)).toEqual([policyCall]);
  });

  it('can be decided in a service', async () => {
    const [reading, writing] = [await browserOf('employee', 'reader'), await browserOf('employee', 'writer')];

    expect((await reading.get('/documents/can')).json()).toEqual({ write: false });
    expect((await writing.get('/documents/can')).json()).toEqual({ write: true });
  });

  it('say in production only that something is missing', async () => {
    const browser = await browserOf('employee');
    const { NODE_ENV } = process.env;
    process.env['NODE_ENV'] = 'production';
    try {
      expect(statusAndBody(await browser.get('/documents'))).toEqual([403, refused('permission_missing')]);
    } finally {
      process.env['NODE_ENV'] = NODE_ENV;
    }
  });

  it('are listed for each handler, with what a public one waives and the access of all others', () => {
    expect(`\n${describeAccess(stage.application.app).toString()}\n`).toBe(`
AuthController.authenticate: public
AuthController.confirm: public
AuthController.finish: public
AuthController.login: public
AuthController.logout: public
AuthController.session: public
AuthController.showFinish: public
AuthController.showLogin: public
AuthController.showSent: public
AuthController.showStart: public
AuthController.start: public
DocumentsController.can: protected, role employee
DocumentsController.create: protected, role employee, permission documents:read, permission documents:write
DocumentsController.export: protected, role employee, sign-in within 300 s
DocumentsController.list: protected, role employee, permission documents:read
DocumentsController.own: protected, role employee, OwnsDocument
DocumentsController.permissions: protected, role employee
DocumentsController.sealed: protected, role employee, factor magic_link and totp
DocumentsController.terms: public, waives role employee
ProfileController.show: protected
ReportsController.show: protected, role auditor
WebhooksController.receive: public
`);
  });
});

describe('the RBAC policy at Stytch', () => {
  const stage = useApplication({
    controllers: [DocumentsController],
    providers: [OwnsDocument],
    options: { http: { deadlineMs: 300 } },
  });
  const grant = async (...actions: string[]) => {
    await stage.emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [employee, { role_id: 'reader', permissions: [{ resource_id: 'documents', actions }] }],
    });
  };
  beforeEach(async () => {
    await grant('read');
    stage.emulator.clock.advance({ minutes: 20 });
  });
  const readerBrowser = async () =>
    (
      await signedInBrowser(stage, {
        email: 'ada@example.com',
        roles: ['employee', 'reader'],
        durationMinutes: 600,
      })
    ).browser;

  it('is fetched in the background by the first request after a minute, and seen by later ones when it has changed', async () => {
    const browser = await readerBrowser();
    expect((await browser.get('/documents')).status).toBe(200);

    await grant('write');
    stage.emulator.clock.advance({ minutes: 1 });
    expect((await browser.get('/documents')).status).toBe(200);

    await until(async () => (await browser.get('/documents')).status === 403);
  });

  it('is seen by the first request after five minutes when it changes', async () => {
    const browser = await readerBrowser();
    expect((await browser.get('/documents')).status).toBe(200);

    await grant('write');
    stage.emulator.clock.advance({ minutes: 5 });

    expect((await browser.get('/documents')).status).toBe(403);
  });

  it.each<[string, Parameters<typeof stage.emulator.faults.add>[0]]>([
    ['responds with an error', { kind: 'status', status: 500, path: policyPath }],
    ['does not respond', { kind: 'hang', path: policyPath }],
  ])('causes 503, and not 403, when Stytch %s and no policy is known', async (_, fault) => {
    const browser = await readerBrowser();
    stage.emulator.faults.add(fault);

    const response = await browser.get('/documents');

    expect(statusAndBody(response)).toEqual([503, refused('policy_unavailable')]);
    expect(response.headers.get('retry-after')).toMatch(/^[3-7]$/);
    expect(response.setCookies).toEqual([]);
  });

  it('remains in use for 15 minutes while Stytch does not respond', async () => {
    const browser = await readerBrowser();
    expect((await browser.get('/documents')).status).toBe(200);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: policyPath });

    stage.emulator.clock.advance({ minutes: 14 });
    expect((await browser.get('/documents')).status).toBe(200);
    stage.emulator.clock.advance({ minutes: 1 });
    expect((await browser.get('/documents')).status).toBe(503);
  });

  it('is not fetched for handlers that require no permission', async () => {
    const browser = await readerBrowser();
    await browser.get('/documents/export');

    expect(callsTo(stage.emulator)).toEqual([]);
  });
});
