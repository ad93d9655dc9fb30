import { request as httpRequest } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import type { FaultEffect } from 'stytch-emulator';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  deletedCookieAttributes,
  jwtCookie,
  lastingUntil,
  keepSession,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { authenticateLinkPath, tokenIn } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication, type Stage } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { email: session.email, sessionId: session.sessionId };
  }
}

describePlatforms('the magic link callback', (platform) => {
  const stage = useApplication({ platform, controllers: [MeController] });

  it('sets the session cookies, deletes the binding cookie and redirects to the return address', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me?tab=1' });
    const codeVerifier = browser.cookies.get('stytch_login')?.split('.')[0];

    const response = await browser.visit(callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const [session] = stage.emulator.sessions.list().slice(-1);
    const attributes = lastingUntil(session!.expires_at, stage.emulator);
    expect(cookiesSetBy(response)).toEqual({
      [jwtCookie]: { value: expect.stringMatching(/^ey/) as unknown, attributes },
      [tokenCookie]: { value: expect.stringMatching(/^[\w-]{20,}=?$/) as unknown, attributes },
      stytch_login: { value: '', attributes: deletedCookieAttributes },
    });
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toEqual([
      {
        token: tokenIn(callback),
        code_verifier: codeVerifier,
        session_duration_minutes: 60,
      },
    ]);
    expect((await browser.get('/me')).json()).toMatchObject({ email: 'ada@example.com' });
  });

  it('accepts the first magic link after a second one was requested', async () => {
    const { browser, callback: firstCallback } = await linkAskedForBy(stage);
    await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/me' });

    const response = await browser.visit(firstCallback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
  });

  it('does not consume a magic link in another browser, asks there, and then explains where to open it', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const otherBrowser = stage.application.browser();
    stage.emulator.requests.clear();

    const page = await otherBrowser.visit(callback);
    expect([page.status, callsTo(stage.emulator)]).toEqual([200, []]);
    expect(page.text).toContain('Sign in with this browser?');
    const notice = await otherBrowser.postForm('/auth/authenticate', hiddenFieldsOf(page));
    const json = await otherBrowser.postJson('/auth/authenticate', hiddenFieldsOf(page));

    expect(notice.status).toBe(400);
    expect(notice.text).toContain('this link only works in the browser where you requested it.');
    expect(notice.text).toContain('href="/auth/login"');
    expect(notice.headers.get('cache-control')).toBe('no-store');
    expect(notice.headers.get('referrer-policy')).toBe('no-referrer');
    expect([json.status, json.json()]).toEqual([400, refusalBody('link_for_another_browser')]);
    expect([...notice.setCookies, ...json.setCookies]).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('does not consume a magic link that is opened in a browser that requested a different one', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: otherBrowser } = await linkAskedForBy(stage, { email: 'grace@example.com' });

    const response = await otherBrowser.visit(callback);

    expect([response.status, response.setCookies]).toEqual([400, []]);
    expect(response.text).toContain('this link only works in the browser where you requested it.');
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('does not consume a magic link on HEAD', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const response = await browser.request('HEAD', callback);

    expect([response.status, response.text, response.setCookies]).toEqual([200, '', []]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('redirects a browser that is signed in and did not request the link', async () => {
    const { callback } = await linkAskedForBy(stage);
    const { browser } = await signedInBrowser(stage);
    stage.emulator.requests.clear();

    const response = await browser.visit(callback);

    expect([response.status, response.headers.get('location'), response.setCookies]).toEqual([303, '/', []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('rejects a magic link token that was already used', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { stytch_login: binding = '' } = Object.fromEntries(browser.cookies);
    await browser.visit(callback);
    browser.cookies.set('stytch_login', binding);

    // A browser that used the link within the last minute would be redirected.
    stage.emulator.clock.advance({ minutes: 2 });
    const pageResponse = await browser.visit(callback);
    const jsonResponse = await browser.get(callback);

    expect([pageResponse.status, pageResponse.setCookies]).toEqual([410, []]);
    expect(pageResponse.text).toContain('This link no longer works');
    expect(jsonResponse.json()).toMatchObject({ statusCode: 410, code: 'link_used_or_expired' });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('rejects a magic link that is older than an hour', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.clock.advance({ minutes: 61 });

    expect((await browser.get(callback)).json()).toMatchObject({
      statusCode: 410,
      code: 'link_used_or_expired',
    });
  });

  it('starts a new session and revokes the one it replaces', async () => {
    const { browser: previousBrowser, session: previousSession } = await signedInBrowser(stage);
    const oldCookies = previousBrowser.cookieHeader;
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, previousSession);

    await browser.visit(callback);

    expect((await browser.get('/me')).json()).not.toMatchObject({ sessionId: previousSession.session_id });
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      { session_id: previousSession.session_id },
    ]);
    const withOldCookies = await stage.application.browser().get('/me', { cookie: oldCookies });
    expect(withOldCookies.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    const [exchange] = bodiesSentTo(stage.emulator, authenticateLinkPath);
    expect(Object.keys(exchange ?? {}).sort()).toEqual([
      'code_verifier',
      'session_duration_minutes',
      'token',
    ]);
  });
});

describePlatforms('the magic link callback while Stytch is unavailable', (platform) => {
  const stage = useApplication({ platform, options: { http: { deadlineMs: 300 } } });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['resets the connection', { kind: 'reset' }],
    ['returns 500', { kind: 'status', status: 500 }],
    ['returns an empty object', { kind: 'status', status: 200, contentType: 'application/json', body: '{}' }],
    ['redirects', { kind: 'redirect', to: 'http://127.0.0.1:9/' }],
  ])('responds 503 without changing cookies, after one call, when Stytch %s', async (_, fault) => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.faults.add({ ...fault, path: authenticateLinkPath });

    const pageResponse = await browser.visit(callback);

    expect([pageResponse.status, pageResponse.setCookies]).toEqual([503, []]);
    expect(pageResponse.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(pageResponse.text).toContain('Temporarily unavailable');
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toHaveLength(1);
  });
});

describePlatforms('damaged callback URLs', (platform) => {
  const stage = useApplication({ platform, controllers: [MeController] });
  const token = 'A'.repeat(43) + '=';

  it.each([
    '',
    '?',
    '?token=',
    '?token=short',
    `?token=${token}&token=${token}`,
    `?token[]=${token}`,
    `?token[a]=${token}`,
    `?token=${token}&stytch_token_type=oauth`,
    `?token=${token}&stytch_token_type=magic_links&stytch_token_type=magic_links`,
    `?token=${token}%0d%0aset-cookie:a=b`,
    `?token=%00${token}`,
    `?token=${token}%ZZ`,
    `?token=${'A'.repeat(10_000)}`,
    `?TOKEN=${token}`,
    '?__proto__[token]=x',
  ])('rejects a damaged callback URL without calling Stytch or changing cookies: "%.60s"', async (query) => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.set('stytch_login', `${'v'.repeat(43)}.Lw`);

    const pageResponse = await browser.visit(`/auth/authenticate${query}`);
    const jsonResponse = await browser.get(`/auth/authenticate${query}`);

    expect([pageResponse.status, pageResponse.setCookies]).toEqual([400, []]);
    expect(pageResponse.text).toContain('This link is incomplete');
    expect(jsonResponse.json()).toMatchObject({ statusCode: 400, code: 'link_invalid' });
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.get('/me')).json()).toMatchObject({ sessionId: session.session_id });
  });

  it.each([
    'http://[/auth/authenticate?token=x',
    '//[/auth/authenticate',
    'http://%zz/auth/login',
    'http://[x]/auth/authenticate?token=x',
  ])('does not respond 5xx to the request target %s', async (target) => {
    expect(await statusOf(stage, target)).toBeLessThan(500);
  });
});

/** Sends a request target that `fetch` rejects as an invalid URL. */
function statusOf({ application }: Stage, target: string): Promise<number> {
  const { hostname, port } = new URL(application.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path: target }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
