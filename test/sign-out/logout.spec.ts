import type { FaultEffect } from 'stytch-emulator';
import { MeController } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  revocationOf,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms, describeProductsAndPlatforms } from '../support/start-application.js';
import { useApplication, useEmulator } from '../support/use-application.js';

describeProductsAndPlatforms('POST /auth/logout', (product, platform) => {
  const stage = useApplication({
    product,
    platform,
    controllers: [MeController],
    options: { pages: { afterLogout: '/bye' } },
  });

  it('deletes both cookies, revokes the session and redirects after a form submission', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const response = await browser.postForm('/auth/logout');

    expect([response.status, response.headers.get('location')]).toEqual([303, '/bye']);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      revocationOf(stage.emulator, session),
    ]);
    expect(stage.emulator.sessions.list()).not.toContainEqual(
      expect.objectContaining({ session_id: session.session_id }),
    );
  });

  it('responds 204 to a request without a form', async () => {
    const { browser } = await signedInBrowser(stage);

    const response = await browser.request('POST', '/auth/logout');

    expect([response.status, response.text]).toEqual([204, '']);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });

  it('responds 401 to a bearer token that it does not accept, unless there are cookies to sign out', async () => {
    const { browser, session } = await signedInBrowser(stage);
    const headers = { authorization: `Bearer ${session.session_jwt}` };

    const withoutCookies = await stage.application.browser().postJson('/auth/logout', {}, headers);

    expect([withoutCookies.status, withoutCookies.json()]).toEqual([401, refusalBody('token_invalid')]);
    expect(withoutCookies.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect([withoutCookies.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
    expect((await browser.postJson('/auth/logout', {}, headers)).status).toBe(204);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      revocationOf(stage.emulator, session),
    ]);
  });

  it('rejects the JWT of a signed-out session before the JWT expires', async () => {
    const { browser, session } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    await browser.postForm('/auth/logout');
    stage.emulator.requests.clear();

    const response = await stage.application.browser().get('/me', { cookie });

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(session.session_id).toMatch(product === 'b2b' ? /^member-session-/ : /^session-/);
  });

  it('keeps the other sessions of the user when one is signed out', async () => {
    const first = await signedInBrowser(stage);
    const second = await signedInBrowser(stage);

    await first.browser.postForm('/auth/logout');

    expect((await second.browser.get('/me')).status).toBe(200);
  });

  it('signs out with an expired JWT', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    await browser.postForm('/auth/logout');

    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      revocationOf(stage.emulator, session),
    ]);
  });

  it('signs out with only the opaque token cookie', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);

    const response = await browser.postForm('/auth/logout');

    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      { session_token: session.session_token },
    ]);
  });

  it.each([
    ['no cookies', {}],
    ['malformed cookies', { cookie: `${jwtCookie}=a.b.c; ${tokenCookie}=%00` }],
  ])('responds 204 without calling Stytch to a request with %s', async (_, headers) => {
    const response = await stage.application.browser().request('POST', '/auth/logout', { headers });

    expect(response.status).toBe(204);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
    'responds 404 to %s /auth/logout without signing out',
    async (method) => {
      const { browser } = await signedInBrowser(stage);

      const response = await browser.request(method, '/auth/logout');

      expect([response.status, response.setCookies, callsTo(stage.emulator)]).toEqual([404, [], []]);
    },
  );
});

describe('POST /auth/logout while Stytch is unavailable', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController],
    options: { http: { deadlineMs: 300 } },
  });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['resets the connection', { kind: 'reset' }],
    ['returns 500', { kind: 'status', status: 500 }],
    [
      'reports an unknown session',
      {
        kind: 'status',
        status: 404,
        contentType: 'application/json',
        body: '{"status_code":404,"error_type":"session_not_found","request_id":"r-1"}',
      },
    ],
    [
      'rejects the secret',
      {
        kind: 'status',
        status: 401,
        contentType: 'application/json',
        body: '{"status_code":401,"error_type":"unauthorized_credentials","request_id":"r-1"}',
      },
    ],
  ])('signs out this browser when Stytch %s', async (_, fault) => {
    const { browser } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.faults.add({ ...fault, path: '/v1/sessions/revoke' });

    const response = await browser.postForm('/auth/logout');

    expect([response.status, cookiesSetBy(response)]).toEqual([303, bothCleared]);
    expect((await stage.application.browser().get('/me', { cookie })).json()).toMatchObject({
      code: 'session_revoked',
    });
  });
});

describePlatforms('POST /auth/logout before the signing keys are available', (platform) => {
  const stage = useEmulator();
  const keysPath = '/v1/sessions/jwks/*';
  const start = async () => {
    const application = await stage.start({ platform, controllers: [MeController] });
    const signedIn = await signedInBrowser({ emulator: stage.emulator, application });
    return { application, ...signedIn };
  };
  const isActive = ({ session_id }: { session_id: string }) =>
    stage.emulator.sessions.list().some((session) => session.session_id === session_id);

  it('waits for the keys and revokes the session of a JWT without an opaque token', async () => {
    stage.emulator.faults.add({ kind: 'delay', ms: 100, path: keysPath });
    const { browser, session } = await start();
    browser.cookies.delete(tokenCookie);

    const response = await browser.request('POST', '/auth/logout');

    expect([response.status, cookiesSetBy(response), isActive(session)]).toEqual([204, bothCleared, false]);
  });

  it.each([{}, { everywhere: true }])(
    'responds 503 and keeps the cookies of a JWT without an opaque token if the fetch fails (%j)',
    async (fields) => {
      stage.emulator.faults.add({ kind: 'status', status: 500, path: keysPath });
      const { browser, session } = await start();
      browser.cookies.delete(tokenCookie);

      const response = await browser.postJson('/auth/logout', fields);

      expect([response.status, response.json()]).toEqual([503, refusalBody('stytch_unavailable')]);
      expect([response.headers.get('retry-after'), response.setCookies]).toEqual([defaultRetryAfter, []]);
      expect(isActive(session)).toBe(true);
    },
  );

  it('revokes the opaque token although the fetch fails', async () => {
    stage.emulator.faults.add({ kind: 'status', status: 500, path: keysPath });
    const { browser, session } = await start();

    const response = await browser.request('POST', '/auth/logout');

    expect([response.status, cookiesSetBy(response), isActive(session)]).toEqual([204, bothCleared, false]);
  });

  it('responds 204 and clears malformed cookies although the fetch fails', async () => {
    stage.emulator.faults.add({ kind: 'status', status: 500, path: keysPath });
    const { application } = await start();

    const response = await application
      .browser()
      .request('POST', '/auth/logout', { headers: { cookie: `${jwtCookie}=a.b.c` } });

    expect([response.status, cookiesSetBy(response)]).toEqual([204, bothCleared]);
  });
});

describePlatforms('cookies on a shared domain over HTTPS', (platform) => {
  const stage = useApplication({
    platform,
    options: { appUrl: 'https://app.example.com', cookies: { domain: 'Example.com' } },
  });

  it('deletes the session cookies for the host and for the domain', async () => {
    const { browser } = await signedInBrowser(stage);

    const response = await browser.request('POST', '/auth/logout');

    const deleted =
      'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax';
    const deletedForDomain = deleted.replace('Path', 'Domain=example.com; Path');
    expect(response.setCookies).toEqual([
      `${jwtCookie}=; ${deleted}`,
      `${jwtCookie}=; ${deletedForDomain}`,
      `${tokenCookie}=; ${deleted}`,
      `${tokenCookie}=; ${deletedForDomain}`,
    ]);
  });

  it('sets the binding cookie for the host only, with the __Host- prefix', async () => {
    // By default the emulator rejects redirect URLs that are not on loopback.
    const path = '/v1/magic_links/email/login_or_create';
    const body = '{"status_code":200,"request_id":"r-1"}';
    stage.emulator.faults.add({ kind: 'status', status: 200, contentType: 'application/json', body, path });
    const response = await stage.application.browser().postJson('/auth/login', { email: 'ada@example.com' });

    expect(cookiesSetBy(response)['__Host-stytch_login']?.attributes).toBe(
      'Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });
});
