import { STYTCH_CLIENT, StytchEvents } from 'nestjs-stytch';
import type { MintedSession, StytchEmulator } from 'stytch-emulator';
import type { Client } from 'stytch';
import { endSession } from '../support/end-session.js';
import { MeController, meOf } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import {
  bothCleared,
  browserWithExpiredJwt,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
} from '../support/sessions.js';
import type { ApplicationUnderTest } from '../support/start-application.js';
import { SteppedClock } from '../support/stepped-clock.js';
import { type Stage, useApplication, useEmulator, useStytchFront } from '../support/use-application.js';
import { beyondCeilingMs, withinDeadline } from '../support/within-deadline.js';
import { jsonResponse } from '../support/stytch-faults.js';

const authenticate = '/v1/sessions/authenticate';
const unavailable = refusalBody('stytch_unavailable');

describe('the circuit breaker', () => {
  const stage = useEmulator();
  const proxy = useStytchFront(stage);
  const clock = new SteppedClock(() => stage.emulator);
  let application: ApplicationUnderTest;

  const newSession = (email: string, durationMinutes = 60) =>
    stage.emulator.sessions.create({ email, durationMinutes });
  const newSessions = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => newSession(`n${n}@example.com`)));
  const get = (session: MintedSession) => {
    const browser = application.browser();
    keepSession(browser, session);
    return browser.get('/me');
  };
  const breakConnections = () => {
    proxy.front.respond(authenticate, ({ socket }) => socket.destroy());
  };
  const start = async (outage = {}) => {
    application = await stage.start({
      controllers: [MeController],
      options: { apiUrl: proxy.front.url, clock, http: { deadlineMs: beyondCeilingMs }, outage },
    });
    expect((await get(await newSession('first@example.com'))).status).toBe(200);
  };
  /** Five failed calls in a row open the circuit. */
  const openCircuit = async (sessions: MintedSession[]) => {
    breakConnections();
    for (const session of sessions.slice(0, 4)) expect((await get(session)).status).toBe(503);
    await get(sessions[4]!);
    expect(application.app.get(StytchEvents).counts.outage_began).toBe(1);
    proxy.front.requests.length = 0;
  };

  it('opens no socket while it is open, and 50 requests are refused with 503 without a call', async () => {
    await start();
    const sessions = await newSessions(55);
    clock.advance({ minutes: 6 });
    await openCircuit(sessions);
    // From here on a call would hang for longer than the test.
    proxy.front.respond(authenticate, () => undefined);
    proxy.front.dropConnections();
    const { opened } = proxy.front;

    const responses = await withinDeadline(Promise.all(sessions.slice(5).map(get)));

    for (const response of responses) {
      expect([response.status, response.json(), response.setCookies]).toEqual([503, unavailable, []]);
      expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    }
    expect([proxy.front.opened - opened, proxy.front.requests]).toEqual([0, []]);
  });

  it('allows one probe every two seconds, and the first success closes it', async () => {
    await start();
    const sessions = await newSessions(30);
    clock.advance({ minutes: 6 });
    await openCircuit(sessions);
    const callsPerSecond: number[] = [];
    for (let second = 0; second < 6; second += 1) {
      proxy.front.requests.length = 0;
      await Promise.all(sessions.slice(5 + second * 3, 8 + second * 3).map(get));
      // A call whose connection breaks is repeated once.
      callsPerSecond.push(Math.ceil(proxy.front.requests.length / 2));
      clock.advance({ seconds: 1 });
    }
    expect(callsPerSecond).toEqual([0, 0, 1, 0, 1, 0]);

    proxy.front.reset();
    const responses = [await get(sessions[25]!), await get(sessions[26]!), await get(sessions[27]!)];

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(proxy.front.requests).toHaveLength(3);
    expect(application.app.get(StytchEvents).counts).toMatchObject({ outage_began: 1, outage_ended: 1 });
  });

  it('is never opened by failed calls of the injected client or for signing keys', async () => {
    await start();
    const [session] = await newSessions(1);
    proxy.front.respond('/v1/users/search', ({ socket }) => socket.destroy());
    proxy.front.respond(`/v1/sessions/jwks/${stage.emulator.projectId}`, ({ socket }) => socket.destroy());
    const client = application.app.get<Client>(STYTCH_CLIENT);
    for (let n = 0; n < 25; n += 1) await expect(client.users.search({ limit: 1 })).rejects.toThrow();
    clock.advance({ minutes: 6 });

    expect((await get(session!)).status).toBe(200);
    expect(application.app.get(StytchEvents).counts).not.toHaveProperty('outage_began');
  });

  describe('with outage.graceSeconds set', () => {
    const start600 = () => start({ graceSeconds: 600 });

    it('accepts a session unconfirmed until 600 seconds after its JWT expired, and refuses it with 503 afterwards', async () => {
      await start600();
      const sessions = await newSessions(5);
      const [ada, grace] = [await newSession('ada@example.com'), await newSession('grace@example.com')];
      clock.advance({ minutes: 6 });
      await openCircuit(sessions);
      clock.advance({ minutes: 8, seconds: 50 });

      const within = await get(ada);
      clock.advance({ seconds: 15 });
      const beyond = await get(grace);

      expect([within.status, within.json(), within.setCookies]).toEqual([
        200,
        meOf(ada, { unconfirmed: true }),
        [],
      ]);
      expect([beyond.status, beyond.json(), beyond.setCookies]).toEqual([503, unavailable, []]);
    });

    it('refuses an expired JWT with 503 before the circuit is open', async () => {
      await start600();
      const [session] = await newSessions(1);
      clock.advance({ minutes: 6 });
      breakConnections();

      expect((await get(session!)).json()).toEqual(unavailable);
    });

    it('refuses an expired session with 401 while the circuit is open, and clears its cookies', async () => {
      await start600();
      const sessions = await newSessions(5);
      const short = await newSession('ada@example.com', 6);
      clock.advance({ minutes: 7 });
      await openCircuit(sessions);

      const response = await get(short);

      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_expired' });
      expect(cookiesSetBy(response)).toEqual(bothCleared);
    });

    it('refuses a session known to be revoked with 401 while the circuit is open, and clears its cookies', async () => {
      await start600();
      const sessions = await newSessions(5);
      const revoked = await newSession('ada@example.com');
      clock.advance({ minutes: 6 });
      await endSession(stage.emulator, revoked.session_id);
      expect((await get(revoked)).status).toBe(401);
      await openCircuit(sessions);

      const response = await get(revoked);

      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
      expect(cookiesSetBy(response)).toEqual(bothCleared);
    });

    it('refuses a forged JWT with 401 while the circuit is open, without a call', async () => {
      await start600();
      const sessions = await newSessions(5);
      clock.advance({ minutes: 6 });
      await openCircuit(sessions);

      const cookie = `${jwtCookie}=${sessions[0]!.session_jwt.replace(/.{20}$/, 'A'.repeat(20))}`;
      const response = await application.browser().get('/me', { cookie });

      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_invalid' });
      expect(proxy.front.requests).toEqual([]);
    });

    it('refreshes an unconfirmed session as soon as Stytch responds again', async () => {
      await start600();
      const sessions = await newSessions(5);
      const ada = await newSession('ada@example.com');
      clock.advance({ minutes: 6 });
      await openCircuit(sessions);
      expect((await get(ada)).json()).toMatchObject({ unconfirmed: true });
      proxy.front.reset();
      clock.advance({ seconds: 3 });

      const response = await get(ada);

      expect([response.status, response.json()]).toEqual([200, meOf(ada)]);
      expect(Object.keys(cookiesSetBy(response))).toEqual([jwtCookie]);
    });
  });
});

const path = '/v1/sessions/authenticate';

/** Five failed calls in a row open the circuit. */
async function openCircuit(stage: Stage): Promise<void> {
  for (let n = 0; n < 5; n += 1) {
    await signedInBrowser(stage, { email: `n${n}@example.com` }).then(({ browser }) => {
      stage.emulator.clock.advance({ minutes: 6 });
      return browser.get('/me');
    });
  }
}

describe('a long outage', () => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  const stage = useApplication({
    controllers: [MeController],
    options: { clock, http: { deadlineMs: 300 } },
  });

  const browserToRefresh = async (email = 'ada@example.com') => {
    const { browser } = await signedInBrowser(stage, { email });
    clock.advance({ minutes: 6 });
    return { browser };
  };

  it('stops all calls but a probe, and ends with the first successful probe', async () => {
    const events: string[] = [];
    const end = stage.application.app.get(StytchEvents).subscribe(({ type }) => events.push(type));
    const sessions = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signedInBrowser(stage, { email: `n${n}@example.com` })),
    );
    clock.advance({ minutes: 6 });
    stage.emulator.faults.add({ kind: 'hang', path });
    for (const { browser } of sessions.slice(0, 5)) expect((await browser.get('/me')).status).toBe(503);
    expect(events).toContain('outage_began');
    stage.emulator.requests.clear();

    const responses = await Promise.all(sessions.map(({ browser }) => browser.get('/me')));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([503]));
    for (const response of responses) expect(response.setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);

    stage.emulator.faults.clear();
    clock.advance({ seconds: 3 });
    const probe = await sessions[0]!.browser.get('/me');
    const next = await sessions[1]!.browser.get('/me');
    end();

    expect([probe.status, next.status]).toEqual([200, 200]);
    expect(events).toContain('outage_ended');
  });

  it('does not begin after eight 429 responses', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { browser } = await browserToRefresh(`r${n}@example.com`);
      stage.emulator.faults.add({ ...jsonResponse('{}', 429), path, times: 1 });
      await browser.get('/me');
    }
    const { browser } = await browserToRefresh();

    expect((await browser.get('/me')).status).toBe(200);
  });

  it('makes no second call for a session before the Retry-After of Stytch has passed', async () => {
    const { browser } = await browserToRefresh();
    const headers = { 'retry-after': '7' };
    stage.emulator.faults.add({ kind: 'status', status: 429, headers, body: '{}', path });

    for (let n = 0; n < 5; n += 1) expect((await browser.get('/me')).status).toBe(503);

    expect(callsTo(stage.emulator)).toHaveLength(1);
    stage.emulator.faults.clear();
    clock.advance({ seconds: 8 });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('does not begin when one connection breaks: the call is repeated once', async () => {
    const { browser } = await browserToRefresh();
    stage.emulator.faults.add({ kind: 'reset', path, times: 1 });

    expect((await browser.get('/me')).status).toBe(200);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });
});

describe('outage.graceSeconds', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { http: { deadlineMs: beyondCeilingMs }, outage: { graceSeconds: 600 } },
  });

  it('accepts sessions unconfirmed during an outage, until graceSeconds after their JWT expired', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'reset', path });
    await openCircuit(stage);
    const { browser: recent, session: recentSession } = await browserWithExpiredJwt(stage);

    const overdue = await browser.get('/me');
    const within = await recent.get('/me');

    expect(overdue.status).toBe(503);
    expect([within.status, within.json(), within.setCookies]).toEqual([
      200,
      meOf(recentSession, { unconfirmed: true }),
      [],
    ]);
    expect(session.user_id).toBe(recentSession.user_id);
    await recent.request('POST', '/auth/logout');
  });

  it('does not accept a session that was signed out during the outage', async () => {
    stage.emulator.faults.add({ kind: 'reset', path });
    await openCircuit(stage);
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    await browser.request('POST', '/auth/logout');

    const response = await stage.application.browser().get('/me', { cookie });

    expect(response.json()).toEqual(refusalBody('session_revoked'));
  });
});
