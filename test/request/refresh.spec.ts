import {
  Controller,
  Get,
  Header,
  type MessageEvent,
  NotFoundException,
  Redirect,
  Res,
  Sse,
  StreamableFile,
} from '@nestjs/common';
import {
  CurrentSession,
  Protected,
  RequireRoles,
  type Session,
  type StytchEvent,
  StytchEvents,
} from 'nestjs-stytch';
import {
  bodiesSentTo,
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  lastingUntil,
  personIdOf,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { endSession } from '../support/end-session.js';
import {
  describePlatforms,
  describeProducts,
  describeProductsAndPlatforms,
} from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { refusalBody } from '../support/refusals.js';
import { MeController, meOf } from '../support/me.controller.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { stytchError } from '../support/stytch-faults.js';
import { first, until } from '../support/until.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';
import type { ServerResponse } from 'node:http';
import type { StytchEmulator } from 'stytch-emulator';
import { type Observable, of } from 'rxjs';

interface AnyResponse {
  header(name: string, value: string): void;
}

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { userId: personIdOf(session) };
  }
  @Get('cached')
  @Header('Cache-Control', 'public, max-age=600')
  listForCaches(@Res({ passthrough: true }) response: AnyResponse) {
    response.header('Set-Cookie', 'seen=1; Path=/');
    return [];
  }
}

describeProductsAndPlatforms('refreshing the session', (product, platform) => {
  const stage = useApplication({ product, platform, controllers: [OrdersController] });

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

const authenticate = '/v1/sessions/authenticate';
const oneCall = [`POST ${authenticate}`];

describeProducts('refreshing a JWT in its last minute', (product) => {
  const stage = useApplication({
    product,
    controllers: [MeController],
    options: { http: { deadlineMs: beyondCeilingMs } },
  });

  async function browserInTheLastMinute() {
    const signedIn = await signedInBrowser(stage);
    stage.emulator.clock.advance({ minutes: 4, seconds: 20 });
    return signedIn;
  }
  const events = () => stage.application.app.get(StytchEvents);
  /** Runs something that causes a refresh in the background, and waits for that refresh. */
  async function afterRefreshAhead<Value>(run: () => Promise<Value>): Promise<Value> {
    const before = events().counts.refreshed ?? 0;
    const value = await run();
    await until(() => events().counts.refreshed === before + 1);
    return value;
  }

  it('does not delay the request that causes the call, and makes one call for two requests', async () => {
    const { browser, session } = await browserInTheLastMinute();
    stage.emulator.faults.add({ kind: 'hang', path: authenticate });

    const responses = [await withinDeadline(browser.get('/me')), await withinDeadline(browser.get('/me'))];

    for (const response of responses) {
      expect([response.status, response.json(), response.setCookies]).toEqual([200, meOf(session), []]);
    }
    await until(() => callsTo(stage.emulator).length > 0);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_jwt: session.session_jwt }]);
  });

  it('sets the fresh JWT on the response to the next request', async () => {
    const { browser, session } = await browserInTheLastMinute();
    const before = await afterRefreshAhead(() => browser.get('/me'));

    const next = await browser.get('/me');
    const afterwards = await browser.get('/me');

    expect([before.setCookies, next.status, afterwards.status, afterwards.setCookies]).toEqual([
      [],
      200,
      200,
      [],
    ]);
    const fresh = cookiesSetBy(next);
    expect(Object.keys(fresh)).toEqual([jwtCookie]);
    expect(fresh[jwtCookie]?.value).not.toBe(session.session_jwt);
    expect(fresh[jwtCookie]?.attributes).toEqual(lastingUntil(session.session.expires_at, stage.emulator));
    expect(next.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('sets the fresh JWT even when the next request comes after the old JWT has expired', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/me'));
    stage.emulator.clock.advance({ minutes: 3 });

    const response = await browser.get('/me');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('calls Stytch again when the fresh JWT has expired before the next request', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/me'));
    stage.emulator.clock.advance({ minutes: 6 });

    const response = await browser.get('/me');

    expect([response.status, Object.keys(cookiesSetBy(response))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('sets the fresh JWT on every request with the old one, without another call', async () => {
    const { browser } = await browserInTheLastMinute();
    const cookie = browser.cookieHeader;
    await afterRefreshAhead(() => browser.get('/me'));
    await browser.get('/me');
    stage.emulator.clock.advance({ seconds: 1 });

    const late = await Promise.all([1, 2, 3].map(() => stage.application.browser().get('/me', { cookie })));

    for (const { status, setCookies } of late) expect([status, setCookies.length]).toEqual([200, 1]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('refuses a JWT that has not expired with 401 once Stytch reports the session as revoked', async () => {
    const { browser, session } = await browserInTheLastMinute();
    await endSession(stage.emulator, session.session_id);
    stage.emulator.requests.clear();

    const before = await browser.get('/me');
    const after = await first(
      () => browser.get('/me'),
      ({ status }) => status !== 200,
    );

    expect([before.status, before.setCookies]).toEqual([200, []]);
    expect(after.json()).toEqual(refusalBody('session_revoked'));
    expect(cookiesSetBy(after)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('a refresh that fails costs nothing, and is tried again after a pause', async () => {
    const { browser } = await browserInTheLastMinute();
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), times: 1, path: authenticate });

    const statuses = [(await browser.get('/me')).status];
    await until(() => stage.emulator.requests.list().some(({ status }) => status === 500));
    statuses.push((await browser.get('/me')).status, (await browser.get('/me')).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([[200, 200, 200], oneCall]);

    stage.emulator.clock.advance({ seconds: 3 });
    await afterRefreshAhead(() => browser.get('/me'));

    expect(cookiesSetBy(await browser.get('/me'))).toHaveProperty(jwtCookie);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('makes one call per JWT for an active user, always before the JWT expires', async () => {
    const { browser } = await signedInBrowser(stage);
    const refreshes: StytchEvent[] = [];
    const unsubscribe = events().subscribe((event) => refreshes.push(event));

    for (let seconds = 0; seconds < 20 * 60; seconds += 20) {
      stage.emulator.clock.advance({ seconds: 20 });
      const response = await browser.get('/me');
      expect(response.status).toBe(200);
      await until(() => refreshes.length === callsTo(stage.emulator).length);
    }

    unsubscribe();
    expect(refreshes.map((event) => event.type === 'refreshed' && event.ahead)).toEqual(
      refreshes.map(() => true),
    );
    expect(refreshes.length).toBeGreaterThanOrEqual(4);
    expect(refreshes.length).toBeLessThanOrEqual(5);
  });
});

type PlatformResponse = ServerResponse | { raw: ServerResponse; hijack(): void };
function nodesResponse(response: PlatformResponse): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  return response.raw;
}

@Protected()
@Controller('responses')
class ResponsesController {
  @Get('exception')
  exception() {
    throw new NotFoundException();
  }
  @Get('failure')
  failure() {
    throw new Error('Something broke.');
  }
  @Get('nothing')
  nothing() {
    return undefined;
  }
  @Redirect('/elsewhere', 302)
  @Get('redirect')
  redirect() {
    return undefined;
  }
  @Get('file')
  file() {
    return new StreamableFile(Buffer.from('a file'));
  }
  @Sse('events')
  events(): Observable<MessageEvent> {
    return of({ data: 'one' });
  }
  @Get('head')
  head(@Res() response: PlatformResponse) {
    nodesResponse(response)
      .writeHead(200, { 'Set-Cookie': ['seen=1'], 'Cache-Control': 'public, max-age=60' })
      .end('x');
  }
  @Get('flat-head')
  flatHead(@Res() response: PlatformResponse) {
    nodesResponse(response)
      .writeHead(200, 'Fine', ['Set-Cookie', 'seen=1', 'Cache-Control', 'public'])
      .end('x');
  }
  @Get('flushed')
  flushed(@Res() response: PlatformResponse) {
    const raw = nodesResponse(response);
    raw.setHeader('cache-control', 'public');
    raw.flushHeaders();
    raw.end('x');
  }
  @Get('removed')
  removed(@Res() response: PlatformResponse) {
    const raw = nodesResponse(response);
    raw.removeHeader('set-cookie');
    raw.setHeader('set-cookie', 'seen=1');
    raw.end('x');
  }
}

describePlatforms('a refreshed session', (platform) => {
  const stage = useApplication({ platform, controllers: [ResponsesController] });

  it.each([
    ['exception', 404],
    ['failure', 500],
    ['nothing', 200],
    ['redirect', 302],
    ['file', 200],
    ['events', 200],
    ['head', 200],
    ['flat-head', 200],
    ['flushed', 200],
    ['removed', 200],
  ])('sets its cookie however the handler responds: %s with %d', async (path, status) => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get(`/responses/${path}`);

    expect(response.status).toBe(status);
    const names = response.setCookies.map((cookie) => cookie.split('=')[0]);
    expect(names).toContain(jwtCookie);
    expect(new Set(names).size).toBe(names.length);
    expect(response.headers.get('cache-control')).toBe('no-store');
    if (['head', 'flat-head', 'removed'].includes(path)) expect(names).toContain('seen');
  });

  it('is not refreshed by a request without a route', async () => {
    const { browser } = await browserWithExpiredJwt(stage);

    const response = await browser.get('/responses/no-such-route');

    expect([response.status, response.setCookies]).toEqual([404, []]);
  });
});

@Protected({ maxTokenAgeSeconds: 60 })
@Controller('payments')
class PaymentsController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { userId: personIdOf(session) };
  }

  @Protected({ maxTokenAgeSeconds: 0 })
  @Get('now')
  listNow() {
    return [];
  }

  @RequireRoles('stytch_user', 'stytch_member')
  @Get('by-role')
  listByRole() {
    return [];
  }
}

describeProductsAndPlatforms('a maximum age of tokens', (product, platform) => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  const stage = useApplication({
    product,
    platform,
    controllers: [PaymentsController, OrdersController],
    options: { clock, outage: { graceSeconds: 600 }, http: { deadlineMs: 300 } },
  });
  const oneCall = ['POST /v1/sessions/authenticate'];

  it('makes no call for a JWT that is young enough', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.clock.advance({ seconds: 50 });

    const response = await browser.get('/payments');

    expect([response.status, response.json()]).toEqual([200, { userId: session.user_id }]);
    expect([response.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
  });

  it.each(['/payments', '/payments/by-role'])(
    'makes one call for many concurrent requests to %s with an older JWT, and sets the fresh one',
    async (path) => {
      const { browser } = await signedInBrowser(stage);
      stage.emulator.clock.advance({ seconds: 70 });

      const responses = await Promise.all(Array.from({ length: 5 }, () => browser.get(path)));

      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(callsTo(stage.emulator)).toEqual(oneCall);
      expect(responses.map((response) => Object.keys(cookiesSetBy(response)))).toContainEqual([jwtCookie]);
      stage.emulator.requests.clear();
      expect([(await browser.get(path)).status, callsTo(stage.emulator)]).toEqual([200, []]);
    },
  );

  it('asks Stytch with 0 at most once per session and second, and once for an expired JWT', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    const statuses = async () => [
      (await browser.get('/payments/now')).status,
      (await browser.get('/payments/now')).status,
    ];

    expect([await statuses(), callsTo(stage.emulator)]).toEqual([[200, 200], oneCall]);
    clock.advance({ seconds: 2 });
    expect([await statuses(), callsTo(stage.emulator)]).toEqual([
      [200, 200],
      [...oneCall, ...oneCall],
    ]);
  });

  it('refuses a session that was revoked at Stytch, and clears its cookies', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await endSession(stage.emulator, session.session_id);
    const elsewhere = await browser.get('/orders');

    const response = await browser.get('/payments/now');

    expect(elsewhere.status).toBe(200);
    expect([response.status, response.json()]).toEqual([401, refusalBody('session_revoked')]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect((await browser.get('/orders', { cookie: `${jwtCookie}=${session.session_jwt}` })).status).toBe(
      401,
    );
  });

  it('responds 503 while Stytch is down, whatever the grace period, and keeps the cookies', async () => {
    const { browser } = await signedInBrowser(stage);
    stage.emulator.clock.advance({ seconds: 70 });
    stage.emulator.faults.add({ kind: 'hang', path: '/v1/sessions/authenticate' });

    const responses = [await browser.get('/payments'), await browser.get('/payments/now')];

    expect(responses.map(({ status, setCookies }) => [status, setCookies])).toEqual([
      [503, []],
      [503, []],
    ]);
    expect(responses[0]?.json()).toEqual(refusalBody('stytch_unavailable'));
    expect((await browser.get('/orders')).status).toBe(200);
  });
});
