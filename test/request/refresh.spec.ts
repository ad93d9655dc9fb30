import { Controller, Get, Header, Res } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import {
  bodiesSentTo,
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  lastingUntil,
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

  it('makes one call and sets the fresh JWT on the response to the same request', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/orders');

    expect([response.status, response.json()]).toEqual([200, { userId: session.user_id }]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/authenticate')).toEqual([
      { session_jwt: session.session_jwt },
    ]);
    const fresh = cookiesSetBy(response)[jwtCookie];
    expect(fresh?.attributes).toEqual(lastingUntil(session.session.expires_at, stage.emulator));
    expect(fresh?.value).not.toBe(session.session_jwt);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('makes no call for the fresh JWT', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    await browser.get('/orders');
    stage.emulator.requests.clear();

    const next = await browser.get('/orders');

    expect([next.status, next.setCookies, callsTo(stage.emulator)]).toEqual([200, [], []]);
  });

  it('does not overwrite the opaque token with the empty token of the refresh', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);

    await browser.get('/orders');

    expect(browser.cookies.get(tokenCookie)).toBe(session.session_token);
  });

  it('sets its cookies even if the handler sets Set-Cookie and Cache-Control', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/orders/cached');

    expect(response.status).toBe(200);
    expect(Object.keys(cookiesSetBy(response))).toEqual(expect.arrayContaining(['seen', jwtCookie]));
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('does not change the headers of the handler when no refresh is needed', async () => {
    const { browser } = await signedInBrowser(stage);

    const response = await browser.get('/orders/cached');

    expect(response.headers.get('cache-control')).toBe('public, max-age=600');
    expect(response.setCookies).toEqual(['seen=1; Path=/']);
  });

  it('makes one call for twenty concurrent requests with the same session', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    stage.emulator.faults.add({ kind: 'delay', ms: 100, path: '/v1/sessions/authenticate' });
    const cookie = browser.cookieHeader;

    const responses = await Promise.all(
      Array.from({ length: 20 }, () => stage.application.browser().get('/orders', { cookie })),
    );

    expect(responses.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/sessions/authenticate']);
    for (const response of responses) expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
  });

  it('makes one call for each of two sessions', async () => {
    const one = await signedInBrowser(stage, { email: 'ada@example.com' });
    const other = await browserWithExpiredJwt(stage, { email: 'grace@example.com' });

    const responses = await Promise.all([one.browser.get('/orders'), other.browser.get('/orders')]);

    expect(responses.map((response) => response.json())).toEqual([
      { userId: one.session.user_id },
      { userId: other.session.user_id },
    ]);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });

  it('refuses a session that was revoked elsewhere with 401, and clears both cookies', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.get('/orders');

    expect(response.status).toBe(401);
    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(response.headers.get('www-authenticate')).toBe('Session error="session_revoked"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(browser.cookies.size).toBe(0);
  });

  it('refuses an expired session with 401 and without a call', async () => {
    const { browser } = await signedInBrowser(stage, { email: 'ada@example.com', durationMinutes: 1 });
    stage.emulator.clock.advance({ minutes: 2 });

    const response = await browser.get('/orders');

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('redirects a page navigation to the login page when the session was revoked, and clears both cookies', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.visit('/orders');

    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/auth/login?return_to=%2Forders',
    ]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });
});
