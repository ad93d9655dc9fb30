import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, StytchEvents, type Session, type StytchEvent } from 'nestjs-stytch';
import { endSession } from '../support/end-session.js';
import { refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { first, until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('orders')
class OrdersController {
  @Get()
  list(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

const authenticate = '/v1/sessions/authenticate';
const oneCall = [`POST ${authenticate}`];

describePlatforms('in the last minute of a JWT', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { http: { deadlineMs: 300 } },
  });

  async function browserInTheLastMinute() {
    const signedIn = await signedInBrowser(stage);
    stage.emulator.clock.advance({ minutes: 4, seconds: 20 });
    return signedIn;
  }
  const events = () => stage.application.app.get(StytchEvents);
  /** Runs something that makes the application refresh ahead, and waits until it has. */
  async function afterRefreshAhead<Value>(run: () => Promise<Value>): Promise<Value> {
    const before = events().counts.refreshed ?? 0;
    const value = await run();
    await until(() => events().counts.refreshed === before + 1);
    return value;
  }

  it('a request is answered without waiting for the one call it causes', async () => {
    const { browser, session } = await browserInTheLastMinute();
    stage.emulator.faults.add({ kind: 'hang', path: authenticate });

    const began = performance.now();
    const answers = [await browser.get('/orders'), await browser.get('/orders')];

    expect(performance.now() - began).toBeLessThan(2000);
    for (const answer of answers) {
      expect([answer.status, answer.json(), answer.setCookies]).toEqual([
        200,
        { userId: session.user_id },
        [],
      ]);
    }
    await until(() => callsTo(stage.emulator).length > 0);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_jwt: session.session_jwt }]);
  });

  it('the next request carries the fresh JWT out', async () => {
    const { browser, session } = await browserInTheLastMinute();
    const before = await afterRefreshAhead(() => browser.get('/orders'));

    const next = await browser.get('/orders');
    const afterwards = await browser.get('/orders');

    expect([before.setCookies, next.status, afterwards.status, afterwards.setCookies]).toEqual([
      [],
      200,
      200,
      [],
    ]);
    const fresh = cookiesSetBy(next);
    const expires = new Date(session.session.expires_at).toUTCString();
    expect(Object.keys(fresh)).toEqual([jwtCookie]);
    expect(fresh[jwtCookie]?.value).not.toBe(session.session_jwt);
    expect(fresh[jwtCookie]?.attributes).toBe(`Path=/; Expires=${expires}; HttpOnly; SameSite=Lax`);
    expect(next.headers.get('cache-control')).toBe('no-store');
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('what was fetched is kept until a request comes for it, also after the old JWT has expired', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/orders'));
    stage.emulator.clock.advance({ minutes: 3 });

    const answer = await browser.get('/orders');

    expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('what was fetched is asked for anew once it has expired itself', async () => {
    const { browser } = await browserInTheLastMinute();
    await afterRefreshAhead(() => browser.get('/orders'));
    stage.emulator.clock.advance({ minutes: 6 });

    const answer = await browser.get('/orders');

    expect([answer.status, Object.keys(cookiesSetBy(answer))]).toEqual([200, [jwtCookie]]);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('stragglers with the old JWT get the fresh one as well, and cause no call', async () => {
    const { browser } = await browserInTheLastMinute();
    const cookie = browser.cookieHeader;
    await afterRefreshAhead(() => browser.get('/orders'));
    await browser.get('/orders');
    stage.emulator.clock.advance({ seconds: 1 });

    const stragglers = await Promise.all(
      [1, 2, 3].map(() => stage.application.browser().get('/orders', { cookie })),
    );

    for (const { status, setCookies } of stragglers) expect([status, setCookies.length]).toEqual([200, 1]);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('a revocation that is learned ahead refuses the JWT at once, though it still verifies', async () => {
    const { browser, session } = await browserInTheLastMinute();
    await endSession(stage.emulator, session.session_id);
    stage.emulator.requests.clear();

    const before = await browser.get('/orders');
    const after = await first(
      () => browser.get('/orders'),
      ({ status }) => status !== 200,
    );

    expect([before.status, before.setCookies]).toEqual([200, []]);
    expect(after.json()).toEqual(refusalBody('session_revoked'));
    expect(cookiesSetBy(after)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual(oneCall);
  });

  it('a refresh that fails costs nothing, and is tried again after a pause', async () => {
    const { browser } = await browserInTheLastMinute();
    stage.emulator.faults.add({ kind: 'status', status: 500, times: 1, path: authenticate });

    const statuses = [(await browser.get('/orders')).status];
    await until(() => stage.emulator.requests.list().some(({ status }) => status === 500));
    statuses.push((await browser.get('/orders')).status, (await browser.get('/orders')).status);
    expect([statuses, callsTo(stage.emulator)]).toEqual([[200, 200, 200], oneCall]);

    stage.emulator.clock.advance({ seconds: 3 });
    await afterRefreshAhead(() => browser.get('/orders'));

    expect(cookiesSetBy(await browser.get('/orders'))).toHaveProperty(jwtCookie);
    expect(callsTo(stage.emulator)).toEqual([...oneCall, ...oneCall]);
  });

  it('an active person never waits: one call per life of a JWT, each ahead of its time', async () => {
    const { browser } = await signedInBrowser(stage);
    const told: StytchEvent[] = [];
    const unsubscribe = events().subscribe((event) => told.push(event));

    for (let seconds = 0; seconds < 20 * 60; seconds += 20) {
      stage.emulator.clock.advance({ seconds: 20 });
      const answer = await browser.get('/orders');
      expect(answer.status).toBe(200);
      await until(() => told.length === callsTo(stage.emulator).length);
    }

    unsubscribe();
    expect(told.map((event) => event.type === 'refreshed' && event.ahead)).toEqual(told.map(() => true));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(5);
  });
});
