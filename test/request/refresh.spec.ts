import { Controller, Get, Header, Res } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
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
import { endSession } from '../support/end-session.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

interface AnyResponse {
  header(name: string, value: string): void;
}

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
  @Get('cached')
  @Header('Cache-Control', 'public, max-age=600')
  listForCaches(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Set-Cookie', 'seen=1; Path=/');
    return [];
  }
}

describePlatforms('refreshing a session', (platform) => {
  const stage = useApplication({ platform, controllers: [OrdersController] });

  it('gets a fresh JWT by one call and moves both cookies on, on the answer to the request itself', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json()]).toEqual([200, { userId: session.user_id }]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/authenticate')).toEqual([
      { session_jwt: session.session_jwt },
    ]);
    const expires = new Date(session.session.expires_at).toUTCString();
    const fresh = cookiesSetBy(answer)[jwtCookie];
    expect(fresh?.attributes).toBe(`Path=/; Expires=${expires}; HttpOnly; SameSite=Lax`);
    expect(fresh?.value).not.toBe(session.session_jwt);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('needs no call for the fresh JWT', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    await browser.get('/orders');
    stage.emulator.requests.clear();

    const next = await browser.get('/orders');

    expect([next.status, next.setCookies, callsTo(stage.emulator)]).toEqual([200, [], []]);
  });

  it('does not overwrite the opaque cookie with the empty token of the answer', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    await browser.get('/orders');

    expect(browser.cookies.get(tokenCookie)).toBe(session.session_token);
  });

  it('survives what the handler does to Set-Cookie and Cache-Control', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const answer = await browser.get('/orders/cached');

    expect(answer.status).toBe(200);
    expect(Object.keys(cookiesSetBy(answer))).toEqual(expect.arrayContaining(['seen', jwtCookie]));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('leaves the headers of the handler alone where it writes nothing', async () => {
    const { browser } = await signedInBrowser(stage);

    const answer = await browser.get('/orders/cached');

    expect(answer.headers.get('cache-control')).toBe('public, max-age=600');
    expect(answer.setCookies).toEqual(['seen=1; Path=/']);
  });

  it('asks once for twenty requests that wait for the same session', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'delay', ms: 100, path: '/v1/sessions/authenticate' });
    const cookie = browser.cookieHeader;

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => stage.application.browser().get('/orders', { cookie })),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    for (const answer of answers) expect(Object.keys(cookiesSetBy(answer))).toContain(jwtCookie);
  });

  it('asks once for each of several sessions', async () => {
    const one = await signedInBrowser(stage, { email: 'ada@example.com' });
    const other = await browserWithExpiredJwt(stage, { email: 'grace@example.com' });

    const answers = await Promise.all([one.browser.get('/orders'), other.browser.get('/orders')]);

    expect(answers.map((answer) => answer.json())).toEqual([
      { userId: one.session.user_id },
      { userId: other.session.user_id },
    ]);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });

  it('refuses a session that was revoked elsewhere, and clears both cookies', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const answer = await browser.get('/orders');

    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(answer.headers.get('www-authenticate')).toBe('Session error="session_revoked"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(browser.cookies.size).toBe(0);
  });

  it('asks nobody about a session that has ended', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 1 });
    stage.emulator.clock.advance({ minutes: 2 });

    const answer = await browser.get('/orders');

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('sends a person whose session was revoked to the login page, with cookies cleared', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const answer = await browser.visit('/orders');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/auth/login?return_to=%2Forders']);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });
});
