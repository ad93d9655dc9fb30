import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';
import type { FaultEffect as FaultEffect } from 'stytch-emulator';
import {
  bodiesSentTo,
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

describePlatforms('signing out', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { pages: { afterLogout: '/bye' }, http: { deadlineMs: 300 } },
  });

  it('by a form clears both cookies, revokes the session and goes on', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const answer = await browser.postForm('/auth/logout');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/bye']);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([{ session_id: session.session_id }]);
    expect(stage.emulator.sessions.list()).not.toContainEqual(
      expect.objectContaining({ session_id: session.session_id }),
    );
  });

  it('by a program answers 204', async () => {
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.request('POST', '/auth/logout');

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });

  it('ends the JWT at once, which is good for minutes yet', async () => {
    const { browser, session } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    await browser.postForm('/auth/logout');
    stage.emulator.requests.clear();

    const answer = await stage.application.browser().get('/me', { cookie });

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(session.session_id).toMatch(/^session-/);
  });

  it('leaves other sessions of the same person alone', async () => {
    const one = await signedInBrowser(stage);
    const other = await signedInBrowser(stage);

    await one.browser.postForm('/auth/logout');

    expect((await other.browser.get('/me')).status).toBe(200);
  });

  it('works with a JWT that has expired', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    await browser.postForm('/auth/logout');

    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([{ session_id: session.session_id }]);
  });

  it('works with the opaque cookie alone', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);

    const answer = await browser.postForm('/auth/logout');

    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      { session_token: session.session_token },
    ]);
  });

  it.each([
    ['nothing', {}],
    ['garbage', { cookie: `${jwtCookie}=a.b.c; ${tokenCookie}=%00` }],
  ])('with %s to sign out is no error, and asks nobody', async (_, headers) => {
    const answer = await stage.application.browser().request('POST', '/auth/logout', { headers });

    expect(answer.status).toBe(204);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['is reset', { kind: 'reset' }],
    ['answers 500', { kind: 'status', status: 500 }],
    [
      'knows the session no more',
      {
        kind: 'status',
        status: 404,
        contentType: 'application/json',
        body: '{"status_code":404,"error_type":"session_not_found","request_id":"r-1"}',
      },
    ],
    [
      'refuses our secret',
      {
        kind: 'status',
        status: 401,
        contentType: 'application/json',
        body: '{"status_code":401,"error_type":"unauthorized_credentials","request_id":"r-1"}',
      },
    ],
  ])('works in time while Stytch %s', async (_, fault) => {
    const { browser } = await signedInBrowser(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.faults.add({ ...fault, path: '/v1/sessions/revoke' });
    const began = performance.now();

    const answer = await browser.postForm('/auth/logout');

    expect(performance.now() - began).toBeLessThan(1500);
    expect([answer.status, cookiesSetBy(answer)]).toEqual([303, bothCleared]);
    expect((await stage.application.browser().get('/me', { cookie })).json()).toMatchObject({
      code: 'session_revoked',
    });
  });

  it('is not undone by a refresh that was under way', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.faults.add({ kind: 'delay', ms: 150, path: '/v1/sessions/authenticate' });
    const refreshing = stage.application.browser().get('/me', { cookie });
    await browser.postForm('/auth/logout');

    const answer = await refreshing;

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('is not done by %s', async (method) => {
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.request(method, '/auth/logout');

    expect([answer.status, answer.setCookies, callsTo(stage.emulator)]).toEqual([404, [], []]);
  });
});

describePlatforms('cookies on a shared domain over https', (platform) => {
  const stage = useApplication({
    platform,
    options: { appUrl: 'https://app.example.com', cookies: { domain: 'Example.com' } },
  });

  it('are cleared for the host and for the domain', async () => {
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.request('POST', '/auth/logout');

    const gone = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax';
    const goneForDomain = gone.replace('Path', 'Domain=example.com; Path');
    expect(answer.setCookies).toEqual([
      `${jwtCookie}=; ${gone}`,
      `${jwtCookie}=; ${goneForDomain}`,
      `${tokenCookie}=; ${gone}`,
      `${tokenCookie}=; ${goneForDomain}`,
    ]);
  });

  it('leave the binding to its host, under a name no sibling can set', async () => {
    // Stytch would know this redirect URL; the emulator accepts loopback ones unless told otherwise.
    const path = '/v1/magic_links/email/login_or_create';
    const body = '{"status_code":200,"request_id":"r-1"}';
    stage.emulator.faults.add({ kind: 'status', status: 200, contentType: 'application/json', body, path });
    const answer = await stage.application.browser().postJson('/auth/login', { email: 'ada@example.com' });

    expect(cookiesSetBy(answer)['__Host-stytch_login']?.attributes).toBe(
      'Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });
});
