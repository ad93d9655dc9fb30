import { Controller, Get } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import { CurrentSession, Protected, StytchSessions, type MemberSession } from 'nestjs-stytch';
import { SocketSessions, websockets } from 'nestjs-stytch/websockets';
import type { TestResponse } from 'nestjs-stytch/testing';
import { emailMagicLinks, emailOtp, type StytchB2BModuleOptions } from 'nestjs-stytch/b2b';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { CapturedLog } from '../support/captured-log.js';
import {
  b2bCallsTo,
  browserOfMember,
  useB2BApplication,
  type B2BApplicationSettings,
} from '../support/use-b2b-application.js';
import { callbackOf } from '../support/use-b2b-sign-in.js';
import { refusalBody } from '../support/refusals.js';
import { describePlatforms } from '../support/start-application.js';

const authenticate = 'POST /v1/b2b/sessions/authenticate';
const forbidden = refusalBody('organization_mismatch');
const ofAcme = { slug: 'acme' };

@Protected({ credentials: ['cookie', 'bearer'] })
@Controller('documents')
class DocumentsController {
  @Get()
  list(@CurrentSession() session: MemberSession) {
    return { slug: session.organization.slug };
  }
}

@WebSocketGateway()
class UpdatesGateway implements OnGatewayConnection {
  constructor(private readonly sockets: SocketSessions) {}

  async handleConnection(client: WebSocket, request: object) {
    if ((await this.sockets.admit(client, request)) !== undefined) client.send('admitted');
  }
}

const hostRefused = refusalBody('sign_in_host_refused');
const sameOrigin = { 'sec-fetch-site': 'same-origin' };
const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

const statusAndBody = ({ status, text }: TestResponse) => [status, JSON.parse(text) as unknown];

function useMemberOfAcme(settings: B2BApplicationSettings) {
  const stage = useB2BApplication({ controllers: [DocumentsController], ...settings });
  beforeAll(async () => {
    await stage.emulator.organizations.create({ name: 'Acme', slug: 'acme' });
    await stage.emulator.organizations.create({ name: 'Globex', slug: 'globex' });
  });
  const memberOfAcme = () => browserOfMember(stage, { organization: 'acme', email: 'ada@example.com' });
  return { stage, memberOfAcme };
}

const appUrl = 'http://app.localhost:3000';
const bySubdomain = {
  appUrl,
  cookies: { domain: 'app.localhost' },
  organizations: { tenant: { subdomainOf: 'app.localhost' } },
} satisfies Partial<StytchB2BModuleOptions>;

describePlatforms('the organization in the host', (platform) => {
  const log = new CapturedLog();
  const { stage, memberOfAcme } = useMemberOfAcme({
    platform,
    options: {
      ...bySubdomain,
      methods: [emailMagicLinks(), emailOtp()],
      limits: { perAddress: { max: 8, windowSeconds: 600 } },
    },
    configure: log.attachTo,
  });

  it.each([
    'acme.app.localhost',
    'ACME.app.localhost:3000',
    'acme.app.localhost.',
    'app.localhost',
    'APP.localhost:80',
  ])('is the one of the session at %s, without a call', async (host) => {
    const { browser } = await memberOfAcme();

    expect(statusAndBody(await browser.get('/documents', { host }))).toEqual([200, ofAcme]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('is another one at another subdomain, whether or not it exists, after asking Stytch once', async () => {
    const { browser } = await memberOfAcme();

    const responses = [
      await browser.get('/documents', { host: 'globex.app.localhost' }),
      await browser.get('/documents', { host: 'nowhere.app.localhost' }),
    ];

    expect(responses.map(statusAndBody)).toEqual([
      [403, forbidden],
      [403, forbidden],
    ]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('leads to the sign-in page at the app URL if switching is not enough', async () => {
    const { browser } = await memberOfAcme();
    stage.emulator.faults.add({
      kind: 'status',
      status: 403,
      path: '/v1/b2b/sessions/exchange',
      body: JSON.stringify({
        status_code: 403,
        request_id: 'request-id-test-0',
        error_type: 'insufficient_factors_for_session_exchange',
        error_message: '',
        error_url: '',
      }),
    });
    const at = { host: 'globex.app.localhost', 'sec-fetch-site': 'same-origin' };
    const page = await browser.get('/auth/switch?organization=globex', { ...at, accept: 'text/html' });
    const response = await browser.postForm('/auth/switch', { organization: 'globex', return_to: '/me' }, at);

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'http://app.localhost:3000/auth/login?org=globex&return_to=%2Fme',
    ]);
    // Chromium applies form-action to redirects too.
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://app.localhost:3000 http://*.app.localhost:3000;",
    );
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]:3000',
    'acme.localhost',
    'acme.evil.example',
    'app.localhost.evil.example',
    'acmeapp.localhost',
    'acme.globex.app.localhost',
    'acme.app.localhost..',
    'acme_%2eapp.localhost',
  ])('cannot be read at %s, which is refused without a call', async (host) => {
    const { browser } = await memberOfAcme();

    const responses = [
      await browser.get('/documents', { host }),
      await browser.get('/documents', { host, ...navigation }),
    ];

    expect(responses.map(statusAndBody)).toEqual([
      [403, forbidden],
      [403, forbidden],
    ]);
    expect(responses.map(({ headers }) => headers.get('location'))).toEqual([null, null]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('is not what X-Forwarded-Host or Forwarded say, unless the framework trusts the proxy', async () => {
    const { browser } = await memberOfAcme();

    for (const [host, forwarded, status] of [
      ['acme.app.localhost', 'globex.app.localhost', 200],
      ['127.0.0.1', 'acme.app.localhost', 403],
    ] as const) {
      const headers = { host, 'x-forwarded-host': forwarded, forwarded: `host=${forwarded}` };
      expect((await browser.get('/documents', headers)).status).toBe(status);
    }
    expect(b2bCallsTo(stage.emulator)).toEqual([]);
  });

  it('is asked for once after the slug was changed', async () => {
    const { browser, session } = await browserOfMember(stage, {
      organization: (await stage.emulator.organizations.create({ name: 'Old', slug: 'old' })).organization_id,
      email: 'ada@example.com',
    });
    stage.emulator.clock.advance({ seconds: 1 });
    await stage.emulator.organizations.update(session.organization_id, { slug: 'new' });

    const get = () => browser.get('/documents', { host: 'new.app.localhost' });

    expect([statusAndBody(await get()), statusAndBody(await get())]).toEqual([
      [200, { slug: 'new' }],
      [200, { slug: 'new' }],
    ]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
    await stage.emulator.organizations.update(session.organization_id, { slug: 'old-again' });
  });

  it('redirects to the page at appUrl that offers to switch, with the way back', async () => {
    const { browser } = await memberOfAcme();

    const response = await browser.get('/documents', { host: 'globex.app.localhost', ...navigation });

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'http://app.localhost:3000/auth/switch?organization=globex&redirected=true&return_to=%2Fdocuments',
    ]);
  });

  it('is none to sign in to while the organization of the session is suspended, as the sign-in page says', async () => {
    const { emulator } = stage;
    const { organization_id: id } = await emulator.organizations.create({ name: 'Hooli', slug: 'hooli' });
    const { browser } = await browserOfMember(stage, { organization: id, email: 'ada@example.com' });
    await emulator.organizations.update(id, { suspended: true });
    emulator.clock.advance({ minutes: 6 });

    const response = await browser.get('/documents', { host: 'hooli.app.localhost', ...navigation });
    const location = '/auth/login?reason=session_suspended&return_to=%2Fdocuments';
    expect([response.status, response.headers.get('location')]).toEqual([303, appUrl + location]);
    expect((await browser.get(location, { host: 'app.localhost', ...navigation })).text).toContain(
      '<p>Access to your organization is suspended at the moment. Please contact its administrator. ' +
        'You can still sign in to another organization.</p>',
    );
    expect((await browser.get(`${location}&org=acme`, { host: 'app.localhost' })).text).not.toContain(
      'suspended',
    );
    expect(browser.cookies.size).toBe(2);
  });

  it('decides which organization people sign in to, and not where', async () => {
    for (const [host, org] of [
      ['globex.app.localhost', 'org=globex&'],
      ['app.localhost', ''],
      ['evil.example', ''],
      ['acme.evil.example', ''],
      ['app.localhost.evil.example', ''],
      ['acme.globex.app.localhost', ''],
    ] as const) {
      const response = await stage.application.browser().get('/documents?tab=2', { host, ...navigation });
      expect([response.status, response.headers.get('location')]).toEqual([
        303,
        `http://app.localhost:3000/auth/login?${org}return_to=%2Fdocuments%3Ftab%3D2`,
      ]);
    }
  });

  describe('is not a host to sign in at', () => {
    const atAcme = { host: 'acme.app.localhost' };
    const pathFrom = ({ headers }: TestResponse) => (headers.get('location') ?? '').replace(appUrl, '');

    it.each([
      ['/login', '/login?org=acme&redirected=true'],
      [
        '/login?org=globex&return_to=/documents&continue=true',
        '/login?org=globex&return_to=%2Fdocuments&continue=true&redirected=true',
      ],
      ['/login?return_to=//evil.example', '/login?org=acme&return_to=%2F&redirected=true'],
      [
        '/login/email-otp/start?return_to=/documents&continue=true',
        '/login/email-otp/start?org=acme&return_to=%2Fdocuments&continue=true&redirected=true',
      ],
      ['/login?reason=session_suspended', '/login?reason=session_suspended&redirected=true'],
      ['/login?org=acme&reason=session_suspended', '/login?org=acme&redirected=true'],
      ['/organizations', '/organizations?redirected=true'],
    ])('so that the page %s is at the app URL', async (path, location) => {
      const { browser } = await memberOfAcme();
      const at = (host: string) => browser.get(`/auth${path}`, { host, ...navigation });
      const response = await at('acme.app.localhost');

      expect([response.status, response.headers.get('location')]).toEqual([
        303,
        `http://app.localhost:3000/auth${location}`,
      ]);
      for (const host of ['app.localhost', 'evil.example']) expect((await at(host)).status).toBe(200);
    });

    it('so that a proxy which replaces Host gets a refusal and a line in the log, and no endless redirect', async () => {
      const browser = stage.application.browser();
      const at = { host: 'backend.app.localhost', ...navigation };
      log.lines.splice(0);
      const toLogin = await browser.get('/documents', at);
      const toAppUrl = await browser.get(pathFrom(toLogin), at);
      const refused = await browser.get(pathFrom(toAppUrl), at);
      const json = await browser.get(pathFrom(toAppUrl), { host: at.host });

      expect([toLogin.status, toAppUrl.status, refused.status]).toEqual([303, 303, 403]);
      expect(refused.text).toContain('You can&#39;t sign in at this address');
      expect(statusAndBody(json)).toEqual([403, hostRefused]);
      expect(log.lines.filter((line) => /^(warn|error)/.test(line))).toEqual([
        expect.stringMatching(
          /^warn .* backend\. Either somebody opened that address, or a proxy replaces the Host/,
        ),
      ]);
    });

    it('so that a member behind such a proxy gets the same refusal instead of a page that offers to switch', async () => {
      const { browser } = await memberOfAcme();
      const at = { host: 'backend.app.localhost', ...navigation };
      stage.emulator.clock.advance({ minutes: 2 });
      log.lines.splice(0);
      const toSwitch = await browser.get('/documents', at);
      const refused = await browser.get(pathFrom(toSwitch), at);
      const json = await browser.get(pathFrom(toSwitch), { host: at.host });

      expect([toSwitch.status, toSwitch.headers.get('location')]).toEqual([
        303,
        `${appUrl}/auth/switch?organization=backend&redirected=true&return_to=%2Fdocuments`,
      ]);
      expect([refused.status, refused.text]).toEqual([
        403,
        expect.stringContaining('You can&#39;t sign in at this address'),
      ]);
      expect(statusAndBody(json)).toEqual([403, hostRefused]);
      expect(log.lines).toEqual([expect.stringMatching(/^warn .* backend\. .* a proxy replaces the Host/)]);
      const atAppUrl = await browser.get(pathFrom(toSwitch), { host: 'app.localhost', ...navigation });
      expect([atAppUrl.status, atAppUrl.text]).toEqual([
        200,
        expect.stringContaining('<strong>backend</strong>'),
      ]);
    });

    it('so that a person without a session returns from a sign-in to a page of the package without a refusal', async () => {
      const browser = stage.application.browser();
      const toAppUrl = await browser.get('/auth/organizations', { ...atAcme, ...navigation });
      const toLogin = await browser.get(pathFrom(toAppUrl), { host: 'app.localhost', ...navigation });

      expect(toLogin.headers.get('location')).toBe(`${appUrl}/auth/login?return_to=%2Fauth%2Forganizations`);
      const ofApplication = await browser.get('/documents?redirected=true', { ...atAcme, ...navigation });
      expect(ofApplication.headers.get('location')).toBe(
        `${appUrl}/auth/login?org=acme&return_to=%2Fdocuments%3Fredirected%3Dtrue`,
      );
    });

    it('so that a link, which leads back to the app URL, is refused before it is sent', async () => {
      const browser = stage.application.browser();
      const fields = { email: 'ada@example.com', organization: 'acme' };
      const json = await browser.postJson('/auth/login', fields, atAcme);
      const page = await browser.postForm('/auth/login', fields, { ...atAcme, ...sameOrigin });

      expect(statusAndBody(json)).toEqual([403, hostRefused]);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining('href="/auth/login"')]);
      expect([json.setCookies, page.setCookies]).toEqual([[], []]);
      expect(b2bCallsTo(stage.emulator)).toEqual([]);
    });

    it('so that starts which are refused there leave the limits of the person as they are', async () => {
      const browser = stage.application.browser();
      const start = async (host: string) => {
        const fields = { email: 'grace@example.com', organization: 'acme' };
        return (await browser.postJson('/auth/login', fields, { host })).status;
      };
      const refused = [];
      for (let count = 0; count < 8; count += 1) refused.push(await start(atAcme.host));

      expect([...refused, await start('app.localhost')]).toEqual([...Array<number>(8).fill(403), 202]);
    });

    it('except with a code, which is entered where it was requested', async () => {
      const { application, emulator } = stage;
      await emulator.sessions.create({ organization: 'acme', email: 'bob@example.com' });
      await emulator.sessions.create({ organization: 'globex', email: 'bob@example.com' });
      const browser = application.browser();
      const start = (fields: object) =>
        browser.postJson('/auth/login/email-otp/start', { email: 'bob@example.com', ...fields }, atAcme);
      const finish = () => {
        const code = emulator.messages.latest({ to: 'bob@example.com', kind: 'code' })?.code;
        return browser.postJson('/auth/login/email-otp/finish', { code }, atAcme);
      };

      expect((await start({})).status).toBe(202);
      expect(statusAndBody(await finish())).toEqual([200, { status: 'choose_organization', returnTo: '/' }]);
      expect((await browser.get('/auth/organizations', { ...atAcme, ...navigation })).status).toBe(200);
      expect((await start({ organization: 'acme' })).status).toBe(202);
      expect(statusAndBody(await finish())).toEqual([
        200,
        { status: 'signed_in', returnTo: 'http://acme.app.localhost:3000/' },
      ]);
    });

    it.each(['', '?redirected=1'])(
      'so that a person who posts to /auth/switch%s continues at the app URL if an organization requires another method',
      async (query) => {
        const { organization_id: id } = await stage.emulator.organizations.create({
          name: 'Restricted',
          slug: `restricted${query.length}`,
          settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['email_otp'] },
        });
        await stage.emulator.sessions.create({ organization: id, email: 'ada@example.com' });
        const { browser } = await memberOfAcme();
        const fields = { organization: id, return_to: '/documents' };
        const response = await browser.postForm(`/auth/switch${query}`, fields, { ...atAcme, ...sameOrigin });

        expect([response.status, response.headers.get('location')]).toEqual([
          303,
          `${appUrl}/auth/login?org=${id}&return_to=%2Fdocuments&redirected=true`,
        ]);
      },
    );
  });

  it.each([
    'app.localhost',
    'globex.app.localhost',
    'evil.example',
    'acme.app.localhost.evil.example',
    'acme.app.localhost:1@evil.example',
  ])('leads back to the host of the session from a sign-in, whatever the host %s is', async (host) => {
    const browser = stage.application.browser();
    await browser.postJson('/auth/login', {
      email: 'ada@example.com',
      organization: 'acme',
      return_to: '/documents?tab=2',
    });
    const callback = await callbackOf(stage, 'ada@example.com');
    const response = await browser.get(callback, { host, 'x-forwarded-host': host, ...navigation });

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      'http://acme.app.localhost:3000/documents?tab=2',
    ]);
    const documents = await browser.get('/documents?tab=2', { host: 'acme.app.localhost' });
    expect(statusAndBody(documents)).toEqual([200, ofAcme]);
  });

  it('leads to the host of the organization that is entered or switched to', async () => {
    await stage.emulator.sessions.create({ organization: 'globex', email: 'ada@example.com' });
    const { browser } = await memberOfAcme();
    const at = { host: 'acme.app.localhost', 'sec-fetch-site': 'same-origin' };
    const enter = (organization: string) => browser.postForm('/auth/organizations', { organization }, at);
    const locations = [
      await enter('acme'),
      await enter('globex'),
      await browser.postForm('/auth/switch', { organization: 'acme', return_to: '/documents' }, at),
      await browser.postForm('/auth/switch', { organization: 'globex', return_to: '//evil.example' }, at),
    ].map(({ headers }) => headers.get('location'));

    expect(locations).toEqual([
      'http://acme.app.localhost:3000/',
      'http://globex.app.localhost:3000/',
      'http://acme.app.localhost:3000/documents',
      'http://globex.app.localhost:3000/',
    ]);
  });

  it.each(['Initech', 'init.ech', 'init~ech', 'xn--a', 'i'.repeat(64)])(
    'does not exist for the slug %s, whose members return to the app URL',
    async (slug) => {
      await stage.emulator.organizations.create({ name: slug, slug });
      const { browser } = await browserOfMember(stage, { organization: slug, email: 'ada@example.com' });
      const response = await browser.postJson('/auth/switch', { organization: slug, return_to: '/me' });

      expect(response.json()).toEqual({ status: 'signed_in', returnTo: '/me' });
    },
  );

  it('is compared by StytchSessions, with the request of the framework or of Node', async () => {
    const { session } = await memberOfAcme();
    const sessions = stage.application.app.get(StytchSessions);
    const requestTo = (host: string) =>
      ({
        method: 'GET',
        url: '/',
        headers: { host, cookie: `stytch_session_jwt=${session.session_jwt}` },
        on: () => undefined,
        socket: {},
      }) as unknown as IncomingMessage;

    expect(await sessions.authenticate(requestTo('acme.app.localhost:3000'))).toMatchObject({
      kind: 'signed_in',
      session: { organization: ofAcme },
    });
    for (const host of ['globex.app.localhost', 'evil.example']) {
      expect(await sessions.authenticate(requestTo(host))).toMatchObject({
        kind: 'refused',
        refusal: { status: 403, code: 'organization_mismatch' },
      });
    }
    expect(await sessions.authenticate({ jwt: session.session_jwt })).toMatchObject({ kind: 'signed_in' });
  });
});

describePlatforms('the organization in the host behind a trusted proxy', (platform) => {
  const { stage, memberOfAcme } = useMemberOfAcme({
    platform,
    options: {
      ...bySubdomain,
      methods: [emailMagicLinks({ binding: 'any-browser' })],
      pages: { login: '/enter' },
    },
    fastify: { trustProxy: '127.0.0.1' },
    configure: (app) => {
      if (platform === 'Express') (app as NestExpressApplication).set('trust proxy', 1);
    },
  });

  it('is what the proxy says', async () => {
    const { browser } = await memberOfAcme();
    const get = (forwarded: string) =>
      browser.get('/documents', { host: '127.0.0.1', 'x-forwarded-host': forwarded });

    expect(statusAndBody(await get('acme.app.localhost'))).toEqual([200, ofAcme]);
    expect(statusAndBody(await get('globex.app.localhost'))).toEqual([403, forbidden]);
    expect(statusAndBody(await get('evil.example'))).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it('leads to the login page of the application without a parameter that only pages of the package read', async () => {
    const headers = { host: '127.0.0.1', 'x-forwarded-host': 'acme.app.localhost', ...navigation };
    const { browser } = await memberOfAcme();
    const locationOf = async (path: string) => (await browser.get(path, headers)).headers.get('location');

    expect(await locationOf('/auth/login')).toBe(`${appUrl}/enter?org=acme`);
    expect(await locationOf('/auth/organizations')).toBe(`${appUrl}/auth/organizations?redirected=true`);
  });

  it('can have links requested that work in every browser', async () => {
    const headers = { host: '127.0.0.1', 'x-forwarded-host': 'acme.app.localhost' };
    const fields = { email: 'ada@example.com', organization: 'acme' };
    const response = await stage.application.browser().postJson('/auth/login', fields, headers);

    expect(response.status).toBe(202);
  });
});

describePlatforms('the organization that a function reads', (platform) => {
  const { stage, memberOfAcme } = useMemberOfAcme({
    platform,
    providers: [UpdatesGateway],
    configure: (app) => app.useWebSocketAdapter(new WsAdapter(app)),
    options: {
      transports: [websockets()],
      organizations: {
        tenant: (request) => {
          const { headers } = request as { headers: Record<string, string | undefined> };
          if (headers['x-org'] === 'throw') throw new Error('no organization');
          return headers['x-org'] === 'promise'
            ? (Promise.resolve('acme') as unknown as string)
            : headers['x-org'];
        },
      },
    },
  });

  it('closes a socket when a refresh shows that its organization has another slug', async () => {
    const { organization_id: id } = await stage.emulator.organizations.create({ name: 'B', slug: 'before' });
    const { session } = await browserOfMember(stage, { organization: id, email: 'ada@example.com' });
    const headers = { cookie: `stytch_session_jwt=${session.session_jwt}`, 'x-org': 'before' };
    const socket = new WebSocket(stage.application.url.replace('http', 'ws'), { headers });
    const closed = once(socket, 'close');
    await once(socket, 'message');
    stage.emulator.clock.advance({ seconds: 1 });
    await stage.emulator.organizations.update(id, { slug: 'after' });
    stage.emulator.clock.advance({ minutes: 6 });

    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4403, 'organization_mismatch']);
  });

  it('is compared with the one of the session', async () => {
    const { browser } = await memberOfAcme();

    expect(statusAndBody(await browser.get('/documents', { 'x-org': 'acme' }))).toEqual([200, ofAcme]);
    expect(statusAndBody(await browser.get('/documents'))).toEqual([200, ofAcme]);
    expect(b2bCallsTo(stage.emulator)).toEqual([]);

    expect(statusAndBody(await browser.get('/documents', { 'x-org': 'globex' }))).toEqual([403, forbidden]);
    expect(statusAndBody(await browser.get('/documents', { 'x-org': 'nowhere' }))).toEqual([403, forbidden]);
    expect(b2bCallsTo(stage.emulator)).toEqual([authenticate]);
  });

  it.each(['', 'acme corp', 'throw', 'promise'])(
    'cannot be read if the function returns %j or throws, which refuses the request without a call',
    async (org) => {
      const { browser } = await memberOfAcme();

      expect(statusAndBody(await browser.get('/documents', { 'x-org': org }))).toEqual([403, forbidden]);
      expect(b2bCallsTo(stage.emulator)).toEqual([]);
    },
  );
});
