import { Controller, Get, Header, Post } from '@nestjs/common';
import {
  CurrentClient,
  CurrentPrincipal,
  CurrentSession,
  describeAccess,
  OptionalSession,
  Protected,
  RequirePermission,
  RequireRoles,
  RequireScopes,
  SigningKeys,
  type Client,
  type Principal,
  type Session,
} from 'nestjs-stytch';
import type { TestResponse } from 'nestjs-stytch/testing';
import { request } from 'undici';
import { endSession } from '../support/end-session.js';
import { refusalBody } from '../support/refusals.js';
import {
  connectedAppClaims,
  m2mClaims,
  newSigningKey,
  publishedKeys,
  sessionClaim,
  sessionClaims,
  signToken,
} from '../support/session-tokens.js';
import {
  bodiesSentTo,
  callsTo,
  jwtCookie,
  keepSession,
  personIdOf,
  revocationOf,
  tokenCookie,
} from '../support/sessions.js';
import {
  describePlatforms,
  describeProductsAndPlatforms,
  type ApplicationUnderTest,
} from '../support/start-application.js';
import { jsonResponse } from '../support/stytch-faults.js';
import { useApplication } from '../support/use-application.js';

const nameOf = (principal: Principal | undefined) => ({
  kind: principal?.kind,
  id: principal && ('clientId' in principal ? principal.clientId : personIdOf(principal)),
});

@Controller()
class DocumentsController {
  @Protected({ credentials: ['bearer'] })
  @Get('mobile')
  mobile(@CurrentSession() session: Session, @CurrentClient() client?: Client) {
    return { ...nameOf(session), client };
  }

  @Protected({ credentials: ['bearer'] })
  @Header('Cache-Control', 'public, max-age=600')
  @Get('mobile/cached')
  mobileForCaches() {
    return [];
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @Get('both')
  both(@CurrentSession() session: Session) {
    return nameOf(session);
  }

  @Protected({ credentials: ['cookie', 'bearer'] })
  @Post('both')
  change(@CurrentSession() session: Session) {
    return nameOf(session);
  }

  @OptionalSession()
  @Get('home')
  home(@CurrentPrincipal() principal?: Principal) {
    return nameOf(principal);
  }

  @Protected({ credentials: ['cookie'] })
  @Get('browser')
  browser(@CurrentSession() session: Session) {
    return nameOf(session);
  }

  @RequireRoles('editor')
  @Get('drafts')
  drafts(): string[] {
    return ['draft'];
  }

  @Protected({ credentials: ['m2m'] })
  @Get('report')
  report(@CurrentClient() client: Client, @CurrentSession() session?: Session) {
    return { ...client, session };
  }

  @Protected({ credentials: ['m2m'] })
  @RequireScopes('read:documents', 'export:documents')
  @Get('export')
  export(@CurrentClient() client: Client) {
    return nameOf(client);
  }

  @Protected({ credentials: ['bearer', 'm2m'], maxTokenAgeSeconds: 60 })
  @Get('recent')
  recent(@CurrentPrincipal() principal: Principal) {
    return nameOf(principal);
  }

  @Protected({ credentials: ['connected-app'] })
  @RequireScopes('read:documents')
  @Get('tools')
  tools(@CurrentClient() client: Client) {
    return client;
  }

  @Protected({ credentials: ['cookie', 'bearer', 'm2m', 'connected-app'] })
  @RequirePermission('documents', 'read')
  @Get('documents')
  documents(@CurrentPrincipal() principal: Principal) {
    return nameOf(principal);
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const anyJwt = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string;
const renewedJwtHeader = 'X-Session-Jwt';

/** What matters of a response to a bearer token. */
const seen = (response: TestResponse) => ({
  status: response.status,
  body: response.json(),
  challenge: response.headers.get('www-authenticate'),
  renewed: response.headers.get(renewedJwtHeader),
  setCookies: response.setCookies,
});
const allowed = (body: unknown, renewed: string | null = null) => ({
  status: 200,
  body,
  challenge: null,
  renewed,
  setCookies: [],
});
const refused = (
  code: Parameters<typeof refusalBody>[0],
  challenge: string | null = 'Bearer error="invalid_token"',
) => ({
  status: refusalBody(code).statusCode,
  body: refusalBody(code),
  challenge,
  renewed: null,
  setCookies: [],
});

describeProductsAndPlatforms('a session JWT as bearer token', (product, platform) => {
  const stage = useApplication({
    product,
    platform,
    controllers: [DocumentsController],
    options: { credentials: ['cookie', 'bearer'], bearer: { renewedJwtHeader } },
  });
  const newSession = () => stage.emulator.sessions.create({ email: 'ada@example.com' });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    seen(await stage.application.browser().get(path, headers));

  const kind = product === 'b2b' ? 'member' : 'user';

  it('is reported by GET /auth/session, and never a cookie beside it', async () => {
    const { session_jwt, user_id } = await newSession();
    const browser = stage.application.browser();
    keepSession(browser, await newSession());
    const reported = async (token: string) => seen(await browser.get('/auth/session', bearer(token)));

    expect(await reported(session_jwt)).toMatchObject({
      ...allowed({ authenticated: true, session: { kind, [`${kind}Id`]: user_id } }),
    });
    expect(await reported('made-up')).toEqual(allowed({ authenticated: false }));

    stage.emulator.clock.advance({ minutes: 6 });
    expect(await reported(session_jwt)).toMatchObject({ renewed: anyJwt, setCookies: [] });
  });

  it('is denied and revoked by a sign-out, which leaves the cookies alone and may come from any site', async () => {
    const [session, ofCookies] = [await newSession(), await newSession()];
    const browser = stage.application.browser();
    keepSession(browser, ofCookies);
    const fromElsewhere = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };

    const response = await browser.postJson(
      '/auth/logout',
      {},
      { ...fromElsewhere, ...bearer(session.session_jwt) },
    );

    expect([response.status, response.text, response.setCookies]).toEqual([204, '', []]);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      revocationOf(stage.emulator, session),
    ]);
    expect(await get('/mobile', bearer(session.session_jwt))).toEqual(refused('session_revoked'));
    expect((await browser.get('/browser')).status).toBe(200);
    const byCookie = await browser.postJson('/auth/logout', {}, fromElsewhere);
    expect(byCookie.json()).toEqual(refusalBody('cross_site_refused'));
  });

  it('does not let another site send a sign-in link', async () => {
    const fromElsewhere = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };
    const { session_jwt } = await newSession();
    const response = await stage.application
      .browser()
      .postJson('/auth/login', { email: 'ada@example.com' }, { ...fromElsewhere, ...bearer(session_jwt) });

    expect(response.json()).toEqual(refusalBody('cross_site_refused'));
  });

  it('signs out on all devices', async () => {
    const [session, elsewhere] = [await newSession(), await newSession()];
    const { status } = await stage.application
      .browser()
      .postJson('/auth/logout', { everywhere: true }, bearer(session.session_jwt));

    expect(status).toBe(204);
    expect(await get('/mobile', bearer(elsewhere.session_jwt))).toEqual(refused('session_revoked'));
  });

  it('is refused by a sign-out if it is no session JWT of this project, and no call is made', async () => {
    const signOut = async (token: string) =>
      seen(await stage.application.browser().postJson('/auth/logout', {}, bearer(token)));

    expect(await signOut('made-up')).toEqual(refused('token_invalid'));
    expect(await signOut((await newSession()).session_token)).toEqual(refused('token_invalid'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('is accepted without a call, and without cookies in the response', async () => {
    const { session_jwt, user_id } = await newSession();

    expect(await get('/mobile', bearer(session_jwt))).toEqual(allowed({ kind, id: user_id }));
    expect(await get('/both', bearer(session_jwt))).toEqual(allowed({ kind, id: user_id }));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('makes responses private and dependent on the Authorization header', async () => {
    const { session_jwt } = await newSession();
    const { headers } = await stage.application.browser().get('/mobile', bearer(session_jwt));

    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['private', 'Cookie, Authorization']);
  });

  it('that has expired is refreshed with one call for all requests, and the fresh JWT is in the header that the option names', async () => {
    const { session_jwt, user_id } = await newSession();
    stage.emulator.clock.advance({ minutes: 6 });

    const responses = await Promise.all([1, 2, 3].map(() => get('/mobile', bearer(session_jwt))));
    const again = await get('/both', bearer(session_jwt));

    const renewed = allowed({ kind, id: user_id }, anyJwt);
    expect([...responses, again]).toEqual([renewed, renewed, renewed, renewed]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    const fresh = bearer(String(again.renewed));
    expect(await get('/mobile', fresh)).toEqual(allowed({ kind, id: user_id }));
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it('is never stored by a cache when it is fresh, whatever the handler set', async () => {
    const { session_jwt } = await newSession();
    stage.emulator.clock.advance({ minutes: 6 });

    const { headers } = await stage.application.browser().get('/mobile/cached', bearer(session_jwt));

    expect([headers.get(renewedJwtHeader), headers.get('cache-control')]).toEqual([anyJwt, 'no-store']);
  });

  it('shares its refresh with the cookies of the same session', async () => {
    const session = await newSession();
    stage.emulator.clock.advance({ minutes: 6 });
    const browser = stage.application.browser();
    keepSession(browser, session);

    const statuses = await Promise.all([browser.get('/both'), get('/mobile', bearer(session.session_jwt))]);

    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('of a session that was revoked at Stytch gets 401 when it is refreshed, and no cookies are cleared', async () => {
    const session = await newSession();
    await endSession(stage.emulator, session.session_id);
    stage.emulator.clock.advance({ minutes: 6 });

    expect(await get('/mobile', bearer(session.session_jwt))).toEqual(refused('session_revoked'));
    expect(await get('/both', bearer(session.session_jwt))).toEqual(refused('session_revoked'));
  });

  it('of a session that has expired gets 401 without a call', async () => {
    const { session_jwt } = await newSession();
    stage.emulator.clock.advance({ minutes: 61 });

    expect(await get('/mobile', bearer(session_jwt))).toEqual(refused('session_expired'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('decides alone: the cookies of the request are not read', async () => {
    const [own, other] = [await newSession(), await newSession()];
    const cookie = `${jwtCookie}=${other.session_jwt}; ${tokenCookie}=${other.session_token}`;
    const forged = own.session_jwt.replace(/\.[^.]+$/, `.${'A'.repeat(342)}`);

    expect(await get('/both', { ...bearer(own.session_jwt), cookie })).toEqual(
      allowed({ kind, id: own.user_id }),
    );
    expect(await get('/both', { ...bearer(forged), cookie })).toEqual(refused('token_invalid'));
    expect(await get('/both', { authorization: 'Bearer', cookie })).toEqual(refused('token_invalid'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('that is an opaque token is refused without a call', async () => {
    const { session_token } = await newSession();

    expect(await get('/mobile', bearer(session_token))).toEqual(refused('token_invalid'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('is not read by handlers that accept cookies only', async () => {
    const [{ session_jwt }, session] = [await newSession(), await newSession()];
    const browser = stage.application.browser();
    keepSession(browser, session);

    expect((await get('/browser', bearer(session_jwt))).body).toEqual(refusalBody('session_missing'));
    expect((await browser.get('/browser', bearer('x'))).json()).toEqual({
      kind,
      id: session.user_id,
    });
  });

  it('is accepted in a state-changing request of another site, while cookies are not', async () => {
    const session = await newSession();
    const browser = stage.application.browser();
    keepSession(browser, session);
    const fromElsewhere = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };

    const byBearer = await stage.application
      .browser()
      .postJson('/both', {}, { ...fromElsewhere, ...bearer(session.session_jwt) });
    const byCookie = await browser.postJson('/both', {}, fromElsewhere);

    expect([byBearer.status, byBearer.setCookies]).toEqual([201, []]);
    expect([byCookie.status, byCookie.json()]).toEqual([403, refusalBody('cross_site_refused')]);
  });

  it('is missing: 401 with a challenge without an error, and no redirect where cookies would not help', async () => {
    const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

    expect(await get('/mobile')).toEqual(refused('token_missing', 'Bearer'));
    expect(await get('/mobile', page)).toEqual(refused('token_missing', 'Bearer'));
    expect(await get('/both')).toEqual(refused('session_missing', 'Session error="session_missing", Bearer'));
    expect((await stage.application.browser().visit('/both')).status).toBe(303);
    expect(await get('/mobile', { authorization: 'Basic dXNlcjpwYXNz' })).toEqual(
      refused('token_missing', 'Bearer'),
    );
  });

  it('is refused as malformed if the request has two Authorization headers', async () => {
    const { session_jwt } = await newSession();
    const value = `Bearer ${session_jwt}`;
    const { statusCode, body } = await request(`${stage.application.url}/mobile`, {
      headers: ['authorization', value, 'authorization', value],
    });

    expect([statusCode, await body.json()]).toEqual([401, refusalBody('token_invalid')]);
  });

  it('is attached where the session is optional, and ignored on any doubt', async () => {
    const { session_jwt, user_id } = await newSession();

    expect((await get('/home', bearer(session_jwt))).body).toEqual({ kind, id: user_id });
    expect((await get('/home', bearer('made-up'))).body).toEqual({});
    expect((await get('/home')).body).toEqual({});
  });

  it('gets 503 while Stytch does not respond to its refresh', async () => {
    const { session_jwt } = await newSession();
    stage.emulator.clock.advance({ minutes: 6 });
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });

    expect(await get('/mobile', bearer(session_jwt))).toEqual(refused('stytch_unavailable', null));
  });

  it('that is older than the handler accepts is refreshed first', async () => {
    const { session_jwt, user_id } = await newSession();
    const young = await get('/recent', bearer(session_jwt));
    stage.emulator.clock.advance({ seconds: 70 });

    expect(young).toEqual(allowed({ kind, id: user_id }));
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(await get('/recent', bearer(session_jwt))).toEqual(allowed({ kind, id: user_id }, anyJwt));
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
  });

  it('has the roles of its session', async () => {
    const editor = await stage.emulator.sessions.create({ email: 'eve@example.com', roles: ['editor'] });

    expect((await get('/drafts', bearer(editor.session_jwt))).status).toBe(200);
    const { status, challenge } = await get('/drafts', bearer((await newSession()).session_jwt));
    expect([status, challenge]).toEqual([403, null]);
  });
});

describePlatforms('an access token as bearer token', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [DocumentsController],
    options: {
      resourceMetadata: {
        authorizationServers: ['https://login.example.com'],
        path: '/api/tools',
        scopes: ['read:documents'],
        name: 'Documents',
      },
    },
    configure: (app) => app.setGlobalPrefix('api'),
  });
  const metadataPath = '/.well-known/oauth-protected-resource/api/tools';
  const metadataUrl = `http://localhost:3000${metadataPath}`;
  beforeAll(async () => {
    const permissions = [{ resource_id: 'documents', actions: ['read'] }];
    await stage.emulator.rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [{ role_id: 'reader', permissions }],
      scopes: [{ scope: 'read:documents', permissions }],
    });
  });
  const get = async (path: string, token: string) =>
    seen(await stage.application.browser().get(`/api${path}`, bearer(token)));
  const m2m = (...scopes: string[]) => stage.emulator.m2m.issueToken({ scopes });
  const app = (...scopes: string[]) =>
    stage.emulator.connectedApps.issueToken({ email: 'ada@example.com', scopes });

  it('that is older than the handler accepts is refused, since only its client can get a new one', async () => {
    const { access_token, client_id } = await m2m();
    const young = await get('/recent', access_token);
    stage.emulator.clock.advance({ seconds: 70 });

    expect(young).toEqual(allowed({ kind: 'm2m_client', id: client_id }));
    expect(await get('/recent', access_token)).toEqual(refused('token_expired'));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('of an M2M client is accepted without a call, with the scopes and claims of the token', async () => {
    const { access_token, client_id } = await stage.emulator.m2m.issueToken({
      scopes: ['read:documents', 'write:documents'],
      customClaims: { tier: 'gold' },
    });
    stage.emulator.requests.clear();

    expect(await get('/report', access_token)).toEqual(
      allowed({
        kind: 'm2m_client',
        clientId: client_id,
        scopes: ['read:documents', 'write:documents'],
        expiresAt: expect.stringMatching(/Z$/) as string,
        customClaims: { tier: 'gold' },
      }),
    );
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('that a service got with its client secret is accepted', async () => {
    const { url, projectId, m2m: clients } = stage.emulator;
    const { client_id, client_secret } = await clients.createClient({ scopes: ['read:documents'] });
    const response = await fetch(`${url}/v1/public/${projectId}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }),
    });
    const { access_token } = (await response.json()) as { access_token: string };

    expect((await get('/report', access_token)).body).toMatchObject({
      clientId: client_id,
      scopes: ['read:documents'],
    });
  });

  it('of a connected app is accepted without a call, with the person it acts for', async () => {
    const { access_token, client_id, user_id } = await app('openid', 'read:documents');
    stage.emulator.requests.clear();

    expect(await get('/tools', access_token)).toEqual(
      allowed({
        kind: 'connected_app',
        clientId: client_id,
        subject: { kind: 'user', id: user_id },
        scopes: ['openid', 'read:documents'],
        expiresAt: expect.stringMatching(/Z$/) as string,
        customClaims: {},
      }),
    );
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('without a required scope gets 403 and is told which scopes are required', async () => {
    const missing = refusalBody('scope_missing');
    const challenge = (scope: string, more = '') =>
      `Bearer error="insufficient_scope", scope="${scope}"${more}`;

    expect(await get('/export', (await m2m('read:documents')).access_token)).toEqual({
      ...refused('scope_missing', challenge('read:documents export:documents')),
      body: {
        ...missing,
        message: `${missing.message} Required: scope read:documents and export:documents.`,
      },
    });
    expect(await get('/tools', (await app('openid')).access_token)).toEqual({
      ...refused('scope_missing', challenge('read:documents', `, resource_metadata="${metadataUrl}"`)),
      body: { ...missing, message: `${missing.message} Required: scope read:documents.` },
    });
    expect(
      (await get('/export', (await m2m('read:documents', 'export:documents')).access_token)).status,
    ).toBe(200);
  });

  it.each(['read:*', '*:documents', '*', 'read', 'Read:documents', 'read:documents2'])(
    'with the scope %s, which only looks like the required one, gets 403',
    async (scope) => {
      expect((await get('/tools', (await app(scope)).access_token)).status).toBe(403);
      expect((await get('/documents', (await m2m(scope)).access_token)).body).toMatchObject({
        code: 'permission_missing',
      });
    },
  );

  it('that has expired gets 401 token_expired without a call', async () => {
    const [{ access_token }, { access_token: ofApp }] = [await m2m(), await app('read:documents')];
    stage.emulator.clock.advance({ minutes: 61 });
    stage.emulator.requests.clear();

    expect(await get('/report', access_token)).toEqual(refused('token_expired'));
    expect(await get('/tools', ofApp)).toEqual(
      refused(
        'token_expired',
        `Bearer error="invalid_token", scope="read:documents", resource_metadata="${metadataUrl}"`,
      ),
    );
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('has the permissions that the policy gives to its scopes, as a session has those of its roles', async () => {
    const reader = await stage.emulator.sessions.create({ email: 'ada@example.com', roles: ['reader'] });
    const [client, onBehalf] = [await m2m('read:documents'), await app('read:documents')];
    const browser = stage.application.browser();
    keepSession(browser, reader);

    const responses = [
      await get('/documents', client.access_token),
      await get('/documents', onBehalf.access_token),
      await get('/documents', reader.session_jwt),
      seen(await browser.get('/api/documents')),
      await get('/documents', (await m2m('write:documents')).access_token),
    ];

    expect(responses.map(({ status, body }) => [status, (body as { kind?: string }).kind])).toEqual([
      [200, 'm2m_client'],
      [200, 'connected_app'],
      [200, 'user'],
      [200, 'user'],
      [403, undefined],
    ]);
  });

  it('is missing: the challenge names the required scopes', async () => {
    expect(seen(await stage.application.browser().get('/api/export'))).toEqual(
      refused('token_missing', 'Bearer scope="read:documents export:documents"'),
    );
  });

  it('is missing: the challenge tells connected apps where the metadata of the resource is', async () => {
    const browser = stage.application.browser();

    expect(seen(await browser.get('/api/tools', { host: 'evil.example' }))).toEqual(
      refused('token_missing', `Bearer scope="read:documents", resource_metadata="${metadataUrl}"`),
    );
    expect(seen(await browser.get('/api/documents'))).toEqual(
      refused(
        'session_missing',
        `Session error="session_missing", Bearer resource_metadata="${metadataUrl}"`,
      ),
    );
  });

  it('can be requested by what the metadata says, which is public and outside the global prefix', async () => {
    const response = await stage.application.browser().get(metadataPath, { host: 'evil.example' });

    expect([response.status, response.headers.get('content-type'), response.json()]).toEqual([
      200,
      'application/json; charset=utf-8',
      {
        resource: 'http://localhost:3000/api/tools',
        authorization_servers: ['https://login.example.com'],
        bearer_methods_supported: ['header'],
        scopes_supported: ['read:documents'],
        resource_name: 'Documents',
      },
    ]);
    expect((await stage.application.browser().get('/.well-known/oauth-protected-resource')).status).toBe(404);
  });

  it('is listed for each handler, with what it requires', () => {
    const lines = describeAccess(stage.application.app).toString().split('\n');

    expect(lines.filter((line) => line.startsWith('DocumentsController'))).toEqual([
      'DocumentsController.both: protected (cookie, bearer)',
      'DocumentsController.browser: protected',
      'DocumentsController.change: protected (cookie, bearer)',
      'DocumentsController.documents: protected (cookie, bearer, m2m, connected-app), permission documents:read',
      'DocumentsController.drafts: protected, role editor',
      'DocumentsController.export: protected (m2m), scope read:documents and export:documents',
      'DocumentsController.home: optional',
      'DocumentsController.mobile: protected (bearer)',
      'DocumentsController.mobileForCaches: protected (bearer)',
      'DocumentsController.recent: protected (bearer, m2m), token of the last 60 s',
      'DocumentsController.report: protected (m2m)',
      'DocumentsController.tools: protected (connected-app), scope read:documents',
    ]);
  });
});

describe('a genuinely signed token of the wrong kind', () => {
  const key = newSigningKey();
  const sessionName = 'https://stytch.com/session';
  const stage = useApplication({ controllers: [DocumentsController] });
  let application: ApplicationUnderTest;
  let of: { projectId: string; nowSeconds: number };
  beforeAll(async () => {
    const { emulator } = stage;
    application = stage.application;
    of = { projectId: emulator.projectId, nowSeconds: Math.floor(emulator.clock.nowMs() / 1000) };
    emulator.faults.add({ ...jsonResponse(publishedKeys(key)), path: '/v1/sessions/jwks/*' });
    await application.app.get(SigningKeys).reload();
  });

  type Changes = Record<string, unknown>;
  const session = (changes: Changes = {}, header: Changes = {}) =>
    signToken(key, { ...sessionClaims(of), ...changes }, header);
  const m2m = (changes: Changes = {}, header: Changes = {}) =>
    signToken(key, { ...m2mClaims(of), ...changes }, header);
  const app = (changes: Changes = {}) => signToken(key, { ...connectedAppClaims(of), ...changes });
  const codeOf = (response: TestResponse) => [response.status, (response.json() as { code?: string }).code];
  const invalid = [401, 'token_invalid'];

  it('is accepted by the handlers for its kind only', async () => {
    const tokens = { session: session(), m2m: m2m(), app: app() };
    const statuses = async (path: string) =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(tokens).map(async ([kind, token]) => {
            const response = await application.browser().get(path, bearer(token));
            return [kind, response.status === 200 ? 'accepted' : codeOf(response)] as const;
          }),
        ),
      );

    expect(await statuses('/mobile')).toEqual({ session: 'accepted', m2m: invalid, app: invalid });
    expect(await statuses('/report')).toEqual({ session: invalid, m2m: 'accepted', app: invalid });
    expect(await statuses('/tools')).toEqual({ session: invalid, m2m: invalid, app: 'accepted' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('is refused in the session cookie without a call, and the cookie stays', async () => {
    const browser = application.browser();
    for (const token of [m2m(), app(), m2m({ [sessionName]: {} })]) {
      browser.cookies.set(jwtCookie, token);
      const response = await browser.get('/browser');

      expect([codeOf(response), response.setCookies]).toEqual([[401, 'session_invalid'], []]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, string, () => string]>([
    ['a session JWT of the type at+jwt', '/mobile', () => session({}, { typ: 'at+jwt' })],
    ['a session JWT of the type at+jwt', '/documents', () => session({}, { typ: 'at+jwt' })],
    [
      'a session JWT with an M2M client as subject',
      '/documents',
      () => session({ sub: 'm2m-client-test-1' }),
    ],
    ['a session JWT with scopes and a client', '/report', () => session(m2mClaims(of))],
    ['a session JWT with the claims of a connected app', '/tools', () => session(connectedAppClaims(of))],
    [
      'an M2M token with a session claim',
      '/documents',
      () => m2m({ [sessionName]: sessionClaim(of.nowSeconds) }),
    ],
    ['an M2M token with a session claim that is null', '/documents', () => m2m({ [sessionName]: null })],
    ['an M2M token with a user as subject', '/documents', () => m2m({ sub: 'user-test-1' })],
    ['an M2M token with a connected app as subject', '/report', () => m2m({ sub: 'connected-app-test-1' })],
    ['an M2M token for another client', '/report', () => m2m({ client_id: 'm2m-client-test-2' })],
    ['an M2M token of another type', '/report', () => m2m({}, { typ: 'id+jwt' })],
    ['an M2M token for another project', '/report', () => m2m({ aud: ['project-test-other'] })],
    ['an M2M token of another issuer', '/report', () => m2m({ iss: 'stytch.com/project-test-other' })],
    ['a connected-app token without a scope', '/tools', () => app({ scope: '' })],
    ['a connected-app token for another API', '/tools', () => app({ aud: 'https://other.example' })],
    ['a connected-app token with a list of scopes', '/tools', () => app({ scope: ['read:documents'] })],
    ['a connected-app token without a client', '/tools', () => app({ client_id: undefined })],
    ['an ID token', '/documents', () => app({ aud: 'connected-app-test-1', scope: undefined })],
  ])('such as %s is refused by %s without a call', async (_, path, token) => {
    const response = await application.browser().get(path, bearer(token()));

    expect(codeOf(response)).toEqual(invalid);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, () => Changes]>([
    ['a string that contains the required role', () => ({ roles: 'editor' })],
    ['a list in a list', () => ({ roles: [['editor']] })],
    ['an object', () => ({ roles: { editor: true, 0: 'editor', length: 1 } })],
    [
      'roles that look like the required one',
      () => ({ roles: ['Editor', 'editor ', 'editors', 'edit*', '*'] }),
    ],
  ])('with roles that are %s has none of them', async (_, claims) => {
    const jwt = session({ [sessionName]: { ...sessionClaim(of.nowSeconds), ...claims() } });

    const response = await application.browser().get('/drafts', { cookie: `${jwtCookie}=${jwt}` });

    expect(codeOf(response)).toEqual([403, 'role_missing']);
  });

  it('does not get its roles, scopes or client from custom claims', async () => {
    const claims = { roles: ['editor'], scopes: ['read:documents'], client: 'connected-app-test-1' };

    const byCookie = await application
      .browser()
      .get('/drafts', { cookie: `${jwtCookie}=${session(claims)}` });
    const byToken = await application.browser().get('/export', bearer(m2m(claims)));

    expect([codeOf(byCookie), codeOf(byToken)]).toEqual([
      [403, 'role_missing'],
      [403, 'scope_missing'],
    ]);
  });

  it('whose key id is unknown gets 503 while the keys cannot be fetched', async () => {
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/jwks/*' });
    const withOtherKey = m2m({}, { kid: 'jwk-test-other' });

    expect(codeOf(await application.browser().get('/report', bearer(withOtherKey)))).toEqual([
      503,
      'stytch_unavailable',
    ]);
    const known = await application.browser().get('/report', bearer(m2m()));
    expect(known.status).toBe(200);
  });
});
