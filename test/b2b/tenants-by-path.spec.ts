import { Controller, Get, Module, Param, Post, Sse } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import {
  CurrentPrincipal,
  CurrentSession,
  describeAccess,
  OptionalSession,
  Protected,
  Public,
  RequireRoles,
  type MemberSession,
  type Principal,
} from 'nestjs-stytch';
import { request as httpRequest } from 'node:http';
import { interval, map } from 'rxjs';
import type { TestResponse } from 'nestjs-stytch/testing';
import type { MintedMemberSession } from 'stytch-emulator';
import { b2bCallsTo, browserOfMember, useB2BApplication } from '../support/use-b2b-application.js';
import { refusalBody } from '../support/refusals.js';
import { cookiesOf, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { describePlatforms, type ApplicationUnderTest } from '../support/start-application.js';
import { StreamReader } from '../support/stream-reader.js';
import { stytchError } from '../support/stytch-faults.js';
import { until } from '../support/until.js';

const authenticate = 'POST /v1/b2b/sessions/authenticate';
const forbidden = refusalBody('organization_mismatch');

const handled: string[] = [];
const seen = (org: string | undefined, session?: MemberSession) => {
  handled.push(org ?? '');
  return { org: org ?? null, slug: session?.organization.slug ?? null };
};

@Protected({ credentials: ['cookie', 'bearer', 'm2m'] })
@Controller(':org/documents')
class DocumentsController {
  @Get()
  list(@Param('org') org: string, @CurrentPrincipal() principal: Principal) {
    return seen(org, principal.kind === 'member' ? principal : undefined);
  }

  @Post()
  create(@Param('org') org: string, @CurrentSession() session: MemberSession) {
    return seen(org, session);
  }

  @RequireRoles('stytch_admin')
  @Get('settings')
  settings(@Param('org') org: string, @CurrentSession() session: MemberSession) {
    return seen(org, session);
  }

  @Sse('events')
  events() {
    return interval(10).pipe(map((number) => ({ data: String(number) })));
  }

  @RequireRoles('stytch_admin')
  @Sse('log')
  log() {
    return this.events();
  }

  @OptionalSession()
  @Sse('news')
  news() {
    return this.events();
  }

  @OptionalSession()
  @Get('welcome')
  welcome(@Param('org') org: string, @CurrentSession() session: MemberSession | undefined) {
    return seen(org, session);
  }

  @Public()
  @Get('about')
  about(@Param('org') org: string) {
    return seen(org);
  }
}

@Protected()
@Controller('account')
class AccountController {
  @Get()
  show(@CurrentSession() session: MemberSession) {
    return seen(undefined, session);
  }
}

@Protected()
@Controller({ path: 'reports', version: '2' })
class ReportsController {
  @Get()
  list(@Param('org') org: string, @CurrentSession() session: MemberSession) {
    return seen(org, session);
  }
}

@Module({ controllers: [ReportsController] })
class ReportsModule {}

const statusAndBody = ({ status, text }: TestResponse) => [status, JSON.parse(text) as unknown];
/** Everything that a client sees, except the time. */
const wholeResponse = ({ status, headers, setCookies, text }: TestResponse) => ({
  status,
  headers: [...headers].filter(([name]) => name !== 'date'),
  setCookies,
  text,
});

const linesOf = ({ app }: ApplicationUnderTest, start: string) =>
  String(describeAccess(app))
    .split('\n')
    .filter((line) => line.startsWith(start));

describePlatforms('the organization in the path', (platform) => {
  const stage = useB2BApplication({
    platform,
    controllers: [DocumentsController, AccountController],
    options: { organizations: { tenant: { path: ':org' } } },
  });
  let acme: { id: string; slug: string };
  let globex: { id: string; slug: string };
  let names = 0;
  beforeEach(async () => {
    names += 1;
    [acme, globex] = await Promise.all(
      [`acme-${names}`, `globex-${names}`].map(async (slug) => {
        const { organization_id: id } = await stage.emulator.organizations.create({ name: slug, slug });
        return { id, slug };
      }) as unknown as [Promise<typeof acme>, Promise<typeof acme>],
    );
    handled.length = 0;
  });
  const memberOfAcme = (options: { roles?: string[] } = {}) =>
    browserOfMember(stage, { organization: acme.id, email: 'ada@example.com', ...options });
  const bearer = ({ session_jwt: jwt }: MintedMemberSession) => ({ authorization: `Bearer ${jwt}` });
  /** After the second in which the session was created, so that a new JWT is newer. */
  const rename = async (slug: string) => {
    stage.emulator.clock.advance({ seconds: 1 });
    await stage.emulator.organizations.update(acme.id, { slug });
  };

  it('lets a member reach the routes of their organization, by slug and by id, without a call', async () => {
    const { browser } = await memberOfAcme();

    for (const org of [acme.slug, acme.id]) {
      expect(statusAndBody(await browser.get(`/${org}/documents`))).toEqual([200, { org, slug: acme.slug }]);
    }
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('is listed with the handlers that are compared with it, and with those that members of any reach', () => {
    const by = 'protected (cookie, bearer, m2m)';

    expect(linesOf(stage.application, 'Documents')).toEqual([
      'DocumentsController.about: public',
      `DocumentsController.create: ${by}, organization by :org`,
      `DocumentsController.events: ${by}, ends with its session, organization by :org`,
      `DocumentsController.list: ${by}, organization by :org`,
      `DocumentsController.log: ${by}, ends with its session, organization by :org, role stytch_admin`,
      'DocumentsController.news: optional (cookie, bearer), ends with its session, organization by :org',
      `DocumentsController.settings: ${by}, organization by :org, role stytch_admin`,
      'DocumentsController.welcome: optional (cookie, bearer), organization by :org',
    ]);
    expect(linesOf(stage.application, 'Account')).toEqual([
      'AccountController.show: protected, any organization',
    ]);
  });

  it('lets a member reach routes without an organization, without a call', async () => {
    const { browser } = await memberOfAcme();

    expect(statusAndBody(await browser.get('/account'))).toEqual([200, { org: null, slug: acme.slug }]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('refuses a member of another organization with 403, after asking Stytch once', async () => {
    const { browser } = await memberOfAcme();

    const response = await browser.get(`/${globex.slug}/documents`);

    expect(statusAndBody(response)).toEqual([403, forbidden]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
    expect(handled).toEqual([]);
  });

  it('refuses the id of another organization without a call, since ids do not change', async () => {
    const { browser } = await memberOfAcme();

    expect(statusAndBody(await browser.get(`/${globex.id}/documents`))).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('does not tell whether an organization exists', async () => {
    const { browser } = await memberOfAcme();
    await browser.get('/first/documents');

    const [known, unknown] = [
      await browser.get(`/${globex.slug}/documents`),
      await browser.get('/nowhere/documents'),
    ];
    expect(known.status).toBe(403);
    expect(wholeResponse(unknown)).toEqual(wholeResponse(known));

    const [knownPage, unknownPage] = [
      await browser.visit(`/${globex.slug}/documents`),
      await browser.visit('/nowhere/documents'),
    ];
    const named = (value: unknown) => JSON.stringify(value).replaceAll('nowhere', globex.slug);
    expect(named(wholeResponse(unknownPage))).toBe(named(wholeResponse(knownPage)));
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('redirects a page navigation to the page that offers to switch, which makes no call', async () => {
    const { browser } = await memberOfAcme();

    const response = await browser.visit(`/${globex.id}/documents?page=2`);

    const location = `/auth/switch?${new URLSearchParams({
      organization: globex.id,
      return_to: `/${globex.id}/documents?page=2`,
    }).toString()}`;
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);

    const page = await browser.visit(location);
    expect([page.status, page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([
      200,
      'no-store',
      'strict-origin',
    ]);
    expect(page.text).toContain('<form method="post" action="/auth/switch">');
    expect(page.text).toContain(`<input type="hidden" name="organization" value="${globex.id}" />`);
    expect(page.text).toContain(
      `<input type="hidden" name="return_to" value="/${globex.id}/documents?page=2" />`,
    );
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it.each(['/auth/switch', '/auth/switch?organization=', '/auth/switch?organization=%3Cb%3E'])(
    'shows no page to switch to what can be no organization: %s',
    async (path) => {
      const response = await stage.application.browser().get(path);

      expect(statusAndBody(response)).toEqual([400, refusalBody('organization_invalid')]);
    },
  );

  it('asks Stytch once after the slug was changed, and then lets the member in without a call', async () => {
    const { browser } = await memberOfAcme();
    const slug = `${acme.slug}-renamed`;
    await rename(slug);

    const response = await browser.get(`/${slug}/documents`);

    expect(statusAndBody(response)).toEqual([200, { org: slug, slug }]);
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
    expect(statusAndBody(await browser.get(`/${slug}/documents`))).toEqual([200, { org: slug, slug }]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);

    expect(statusAndBody(await browser.get(`/${acme.slug}/documents`))).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('serves the new slug to clients that still send the old JWT, without another call', async () => {
    const { session } = await memberOfAcme();
    const slug = `${acme.slug}-renamed`;
    await rename(slug);
    const get = () => stage.application.browser().get(`/${slug}/documents`, bearer(session));

    expect([statusAndBody(await get()), statusAndBody(await get())]).toEqual([
      [200, { org: slug, slug }],
      [200, { org: slug, slug }],
    ]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  describe.each<[string, (session: MintedMemberSession) => Record<string, string>]>([
    ['cookies', (session) => ({ cookie: cookiesOf(session) })],
    ['a bearer JWT', bearer],
  ])('ends a stream with %s at the next refresh', (_, headersOf) => {
    const readers: StreamReader[] = [];
    const openAll = (session: MintedMemberSession, org: string, streams: string[]) =>
      Promise.all(
        streams.map(async (stream) => {
          const path = `${stage.application.url}/${org}/documents/${stream}`;
          const reader = await StreamReader.open(path, headersOf(session));
          readers.push(reader);
          await reader.next();
          return reader;
        }),
      );
    const isOpen = (reader: StreamReader) => reader.isOpen;
    afterEach(() => {
      for (const reader of readers.splice(0)) reader.close();
    });

    it('after the slug that it names was changed, and none that names the id', async () => {
      const { session } = await memberOfAcme();
      const bySlug = await openAll(session, acme.slug, ['events', 'news']);
      const byId = await openAll(session, acme.id, ['events', 'news']);
      await rename(`${acme.slug}-renamed`);
      stage.emulator.clock.advance({ minutes: 6 });

      await until(() => !bySlug.some(isOpen));
      for (const reader of byId) await reader.next();
      expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
    });

    it('after the member has lost the role that it requires, and no other', async () => {
      const { session } = await memberOfAcme({ roles: ['stytch_admin'] });
      const [log, ...others] = await openAll(session, acme.slug, ['log', 'events', 'news']);
      await memberOfAcme({ roles: [] });
      stage.emulator.clock.advance({ minutes: 6 });

      await until(() => !isOpen(log!));
      for (const reader of others) await reader.next();
    });
  });

  it('asks at most once per session and minute', async () => {
    const { browser } = await memberOfAcme();
    const refused = async (org: string) => {
      expect(statusAndBody(await browser.get(`/${org}/documents`))).toEqual([403, forbidden]);
    };

    await refused(globex.slug);
    await refused('nowhere');
    stage.emulator.clock.advance({ seconds: 58 });
    await refused(globex.slug);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);

    stage.emulator.clock.advance({ seconds: 3 });
    await refused(globex.slug);
    await refused('nowhere');
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate, authenticate]);
  });

  it('makes one call for a hundred concurrent requests', async () => {
    const { browser } = await memberOfAcme();

    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, n) => browser.get(`/${n % 2 ? globex.slug : `other-${n}`}/documents`)),
    );

    expect(new Set(responses.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set([`403 ${JSON.stringify(forbidden)}`]),
    );
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('responds 503 while Stytch cannot be asked, keeps the cookies, and lets nobody in', async () => {
    const { browser } = await memberOfAcme();
    const before = new Map(browser.cookies);
    stage.emulator.faults.add({
      ...stytchError(500, 'internal_server_error'),
      path: '/v1/b2b/sessions/authenticate',
    });

    const responses = [
      await browser.get(`/${globex.slug}/documents`),
      await browser.visit(`/${globex.slug}/documents`),
      await browser.get('/nowhere/documents'),
    ];

    expect(responses.map(statusAndBody)).toEqual(
      responses.map(() => [503, refusalBody('stytch_unavailable')]),
    );
    expect(responses.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    expect(browser.cookies).toEqual(before);
    expect(handled).toEqual([]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
    expect((await browser.get(`/${acme.slug}/documents`)).status).toBe(200);
  });

  it('clears the cookies of a session that turns out to be revoked', async () => {
    const { browser, session } = await memberOfAcme();
    const { url, projectId, secret } = stage.emulator;
    const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
    await fetch(`${url}/v1/b2b/sessions/revoke`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ member_session_id: session.member_session_id }),
    });

    const response = await browser.get(`/${globex.slug}/documents`);

    expect(statusAndBody(response)).toEqual([401, refusalBody('session_revoked')]);
    expect(browser.cookies.size).toBe(0);
  });

  it.each<[string, (slug: string) => string, number]>([
    ['with an encoded dot', (slug) => `/${slug}%2e/documents`, 403],
    ['with a dot segment', () => '/%2e%2e/documents', 403],
    ['with an encoded slash', (slug) => `/${slug}%2F${slug}/documents`, 403],
    ['with a double slash', (slug) => `//${slug}/documents`, 404],
    ['with an empty segment', () => '//documents', 404],
    ['in upper case', (slug) => `/${slug.toUpperCase()}/documents`, 403],
    ['with a letter of another script', () => `/${encodeURIComponent('аcme')}/documents`, 403],
    ['with an encoded blank', (slug) => `/${slug}%20/documents`, 403],
    ['with an encoded NUL', (slug) => `/${slug}%00/documents`, 403],
    ['that is encoded twice', (slug) => `/${slug}%252e/documents`, 403],
    ['with a parameter', (slug) => `/${slug};x=1/documents`, 403],
  ])('refuses a path %s', async (_, pathFor, status) => {
    const { session } = await memberOfAcme();

    const response = await sendRequestLine(stage.application.url, pathFor(acme.slug), bearer(session));

    expect([response, handled]).toEqual([status, []]);
  });

  it('takes an encoded letter for the letter, as the handler does', async () => {
    const { browser } = await memberOfAcme();

    const response = await browser.get(`/%61${acme.slug.slice(1)}/documents`);

    expect(statusAndBody(response)).toEqual([200, { org: acme.slug, slug: acme.slug }]);
  });

  it('refuses an organization whose slug is the id of another there', async () => {
    const intruder = await stage.emulator.organizations.create({ name: 'Intruder', slug: acme.id });
    const { browser } = await browserOfMember(stage, {
      organization: intruder.organization_id,
      email: 'eve@example.com',
    });

    expect(statusAndBody(await browser.get(`/${acme.id}/documents`))).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('does not let roles in one organization count in another', async () => {
    const { browser } = await memberOfAcme({ roles: ['stytch_admin'] });

    expect((await browser.get(`/${acme.slug}/documents/settings`)).status).toBe(200);
    expect(statusAndBody(await browser.get(`/${globex.slug}/documents/settings`))).toEqual([403, forbidden]);
  });

  it('refuses a state-changing request, and one of another site before Stytch is asked', async () => {
    const { browser } = await memberOfAcme();
    const post = (headers: Record<string, string>) =>
      browser.request('POST', `/${globex.slug}/documents`, { headers });

    expect(
      statusAndBody(await post({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })),
    ).toEqual([403, refusalBody('cross_site_refused')]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
    expect(statusAndBody(await post({ 'sec-fetch-site': 'same-origin' }))).toEqual([403, forbidden]);
  });

  it('refuses the session JWT of a member of another organization as a bearer token, also when loading a page', async () => {
    const { session } = await memberOfAcme();
    const browser = stage.application.browser();
    const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

    expect(statusAndBody(await browser.get(`/${acme.slug}/documents`, bearer(session)))).toEqual([
      200,
      { org: acme.slug, slug: acme.slug },
    ]);
    const responses = [
      await browser.get(`/${globex.slug}/documents`, bearer(session)),
      await browser.get(`/${globex.slug}/documents`, { ...bearer(session), ...navigation }),
    ];
    expect(responses.map(statusAndBody)).toEqual([
      [403, forbidden],
      [403, forbidden],
    ]);
    expect(responses.map(({ headers }) => headers.get('www-authenticate'))).toEqual([null, null]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('refuses an M2M client for any organization', async () => {
    const { access_token: token } = await stage.emulator.m2m.issueToken({ scopes: ['read'] });
    const response = await stage.application
      .browser()
      .get(`/${acme.slug}/documents`, { authorization: `Bearer ${token}` });

    expect(statusAndBody(response)).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('attaches no session of another organization where a session is optional', async () => {
    const { browser } = await memberOfAcme();

    expect(statusAndBody(await browser.get(`/${acme.slug}/documents/welcome`))).toEqual([
      200,
      { org: acme.slug, slug: acme.slug },
    ]);
    expect(statusAndBody(await browser.get(`/${globex.slug}/documents/welcome`))).toEqual([
      200,
      { org: globex.slug, slug: null },
    ]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('attaches no session where it is optional and Stytch cannot be asked', async () => {
    const { browser } = await memberOfAcme();
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/b2b/sessions/authenticate' });

    expect(statusAndBody(await browser.get(`/${globex.slug}/documents/welcome`))).toEqual([
      200,
      { org: globex.slug, slug: null },
    ]);
  });

  it('leaves public routes alone, without a call', async () => {
    const { browser } = await memberOfAcme();

    expect((await browser.get(`/${globex.slug}/documents/about`)).status).toBe(200);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('redirects a browser without a session to sign in', async () => {
    const response = await stage.application.browser().visit(`/${acme.slug}/documents`);

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      `/auth/login?${new URLSearchParams({ return_to: `/${acme.slug}/documents` }).toString()}`,
    ]);
  });
});

describePlatforms('the organization in the path of a module with a prefix and a version', (platform) => {
  const stage = useB2BApplication({
    platform,
    imports: [ReportsModule, RouterModule.register([{ path: 'teams/:org', module: ReportsModule }])],
    options: { organizations: { tenant: { path: ':org' } } },
    configure: (app) => {
      app.setGlobalPrefix('api');
      app.enableVersioning();
    },
  });

  it('is compared with the one of the session', async () => {
    await stage.emulator.organizations.create({ name: 'Acme', slug: 'acme' });
    await stage.emulator.organizations.create({ name: 'Globex', slug: 'globex' });
    const { browser } = await browserOfMember(stage, { organization: 'acme', email: 'ada@example.com' });

    expect(statusAndBody(await browser.get('/api/v2/teams/acme/reports'))).toEqual([
      200,
      { org: 'acme', slug: 'acme' },
    ]);
    expect(statusAndBody(await browser.get('/api/v2/teams/globex/reports'))).toEqual([403, forbidden]);
    const page = await browser.visit('/api/v2/teams/globex/reports');
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      '/api/auth/switch?organization=globex&return_to=%2Fapi%2Fv2%2Fteams%2Fglobex%2Freports',
    ]);
    expect((await browser.visit(page.headers.get('location') ?? '')).status).toBe(200);
  });

  it('is listed', () => {
    expect(linesOf(stage.application, 'Reports')).toEqual([
      'ReportsController.list: protected, organization by :org',
    ]);
  });
});

/** Sends a request line without normalizing it, and returns the status. */
function sendRequestLine(
  url: string,
  target: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path: target, agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
