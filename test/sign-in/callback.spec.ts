import { request as httpRequest } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import type { FaultEffect as FaultEffect } from 'stytch-emulator';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
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

const authenticate = '/v1/magic_links/authenticate';
const forgotten = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';

describePlatforms('the link in the mail', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 300 } },
  });

  it('signs in: session cookies, no binding any more, and on to where the person was going', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me?tab=1' });
    const codeVerifier = browser.cookies.get('stytch_login')?.split('.')[0];

    const answer = await browser.visit(callback);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const [session] = stage.emulator.sessions.list().slice(-1);
    const expires = new Date(session!.expires_at).toUTCString();
    const attributes = `Path=/; Expires=${expires}; HttpOnly; SameSite=Lax`;
    expect(cookiesSetBy(answer)).toEqual({
      [jwtCookie]: { value: expect.stringMatching(/^ey/) as unknown, attributes },
      [tokenCookie]: { value: expect.stringMatching(/^[\w-]{20,}=?$/) as unknown, attributes },
      stytch_login: { value: '', attributes: forgotten },
    });
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      {
        token: new URLSearchParams(callback.split('?')[1]).get('token'),
        code_verifier: codeVerifier,
        session_duration_minutes: 60,
      },
    ]);
    expect((await browser.get('/me')).json()).toMatchObject({ email: 'ada@example.com' });
  });

  it('works although another was asked for since: the first mail as well as the last', async () => {
    const { browser, callback: first } = await linkAskedForBy(stage);
    await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/me' });

    const answer = await browser.visit(first);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/me']);
  });

  it('opened in another browser consumes nothing and says what to do', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const person = await stage.application.browser().visit(callback);
    const program = await stage.application.browser().get(callback);

    expect(person.status).toBe(400);
    expect(person.text).toContain('This link works only in the browser in which you asked to sign in.');
    expect(person.text).toContain('href="/auth/login"');
    expect(person.headers.get('cache-control')).toBe('no-store');
    expect(person.headers.get('referrer-policy')).toBe('no-referrer');
    expect(program.json()).toMatchObject({ statusCode: 400, code: 'link_for_another_browser' });
    expect([...person.setCookies, ...program.setCookies]).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('opened in a browser that asked for another link shows the same page and still works in the right one', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: other } = await linkAskedForBy(stage, { email: 'grace@example.com' });

    const answer = await other.visit(callback);

    expect([answer.status, answer.setCookies]).toEqual([400, []]);
    expect(answer.text).toContain('This link works only in the browser in which you asked to sign in.');
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('is not used up by HEAD', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const answer = await browser.request('HEAD', callback);

    expect([answer.status, answer.text, answer.setCookies]).toEqual([200, '', []]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('just goes on for somebody who is signed in and asked for none', async () => {
    const { callback } = await linkAskedForBy(stage);
    const { browser } = await signedInBrowser(stage);
    stage.emulator.requests.clear();

    const answer = await browser.visit(callback);

    expect([answer.status, answer.headers.get('location'), answer.setCookies]).toEqual([303, '/', []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('works once', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { stytch_login: binding = '' } = Object.fromEntries(browser.cookies);
    await browser.visit(callback);
    browser.cookies.set('stytch_login', binding);

    stage.emulator.clock.advance({ seconds: 6 });
    const person = await browser.visit(callback);
    const program = await browser.get(callback);

    expect([person.status, person.setCookies]).toEqual([410, []]);
    expect(person.text).toContain('This link no longer works');
    expect(program.json()).toMatchObject({ statusCode: 410, code: 'link_used_or_expired' });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('works for an hour', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.clock.advance({ minutes: 61 });

    expect((await browser.get(callback)).json()).toMatchObject({
      statusCode: 410,
      code: 'link_used_or_expired',
    });
  });

  it('is a new session, and ends the one it replaces', async () => {
    const { browser: before, session: replaced } = await signedInBrowser(stage);
    const oldCookies = before.cookieHeader;
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, replaced);

    await browser.visit(callback);

    expect((await browser.get('/me')).json()).not.toMatchObject({ sessionId: replaced.session_id });
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      { session_id: replaced.session_id },
    ]);
    const withOldCookies = await stage.application.browser().get('/me', { cookie: oldCookies });
    expect(withOldCookies.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    const [exchange] = bodiesSentTo(stage.emulator, authenticate);
    expect(Object.keys(exchange ?? {}).sort()).toEqual([
      'code_verifier',
      'session_duration_minutes',
      'token',
    ]);
  });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['is reset', { kind: 'reset' }],
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers {}', { kind: 'status', status: 200, contentType: 'application/json', body: '{}' }],
    ['redirects', { kind: 'redirect', to: 'http://127.0.0.1:9/' }],
  ])('is 503 while Stytch %s; nothing is set or cleared, and it is asked once', async (_, fault) => {
    const { browser, callback } = await linkAskedForBy(stage);
    stage.emulator.faults.add({ ...fault, path: authenticate });

    const person = await browser.visit(callback);

    expect([person.status, person.setCookies]).toEqual([503, []]);
    expect(person.headers.get('retry-after')).toBe('5');
    expect(person.text).toContain('Signing in does not work right now');
    expect(bodiesSentTo(stage.emulator, authenticate)).toHaveLength(1);
  });
});

describePlatforms('a link that is damaged', (platform) => {
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
  ])('asks nobody and leaves everything as it is: %.60s', async (query) => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.set('stytch_login', `${'v'.repeat(43)}.Lw`);

    const person = await browser.visit(`/auth/authenticate${query}`);
    const program = await browser.get(`/auth/authenticate${query}`);

    expect([person.status, person.setCookies]).toEqual([400, []]);
    expect(person.text).toContain('This link is not complete');
    expect(program.json()).toMatchObject({ statusCode: 400, code: 'link_invalid' });
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.get('/me')).json()).toMatchObject({ sessionId: session.session_id });
  });

  it.each([
    'http://[/auth/authenticate?token=x',
    '//[/auth/authenticate',
    'http://%zz/auth/login',
    'http://[x]/auth/authenticate?token=x',
  ])('is no reason for a 500, whatever the request line says: %s', async (target) => {
    expect(await statusOf(stage, target)).toBeLessThan(500);
  });
});

/** Sends a request line that no URL parser would let through. */
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
