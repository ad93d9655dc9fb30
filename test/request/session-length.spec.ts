import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
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

const authenticate = '/v1/sessions/authenticate';
const ada = { email: 'ada@example.com' };
const over = refusalBody('session_expired');

describePlatforms('a session that is prolonged by using it', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { session: { durationMinutes: 30, extendOnRefresh: true, maxLifetimeMinutes: 40 } },
  });
  const endAtStytch = (sessionId: string) =>
    stage.emulator.sessions.list().find(({ session_id }) => session_id === sessionId)?.expires_at ?? '';

  it('gets its length anew with each refresh, and its cookie lives as long', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage, { ...ada, durationMinutes: 30 });

    const answer = await browser.get('/orders');

    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      { session_jwt: session.session_jwt, session_duration_minutes: 30 },
    ]);
    const end = endAtStytch(session.session_id);
    expect(Date.parse(end) - Date.parse(session.session.expires_at)).toBeGreaterThanOrEqual(6 * 60_000);
    expect(cookiesSetBy(answer)[jwtCookie]?.attributes).toContain(`Expires=${new Date(end).toUTCString()}`);
  });

  it('gets its length anew also where the opaque token is all there is', async () => {
    const { session_token, session } = await stage.emulator.sessions.create({ ...ada, durationMinutes: 30 });
    stage.emulator.clock.advance({ minutes: 6 });

    const answer = await stage.application
      .browser()
      .get('/orders', { cookie: `${tokenCookie}=${session_token}` });

    expect(answer.status).toBe(200);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      { session_token, session_duration_minutes: 30 },
    ]);
    const end = endAtStytch(session.session_id);
    expect(Date.parse(end) - Date.parse(session.expires_at)).toBeGreaterThanOrEqual(6 * 60_000);
    expect(cookiesSetBy(answer)[jwtCookie]?.attributes).toContain(`Expires=${new Date(end).toUTCString()}`);
  });

  it('is never prolonged beyond the longest life the application allows', async () => {
    const { browser } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 25 });

    expect((await browser.get('/orders')).status).toBe(200);

    const [{ session_duration_minutes: minutes } = {}] = bodiesSentTo(stage.emulator, authenticate) as {
      session_duration_minutes?: number;
    }[];
    expect([14, 15]).toContain(minutes);
  });

  it('is not prolonged where less is left than the shortest length Stytch knows', async () => {
    const { browser, session } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 37 });

    expect((await browser.get('/orders')).status).toBe(200);

    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_jwt: session.session_jwt }]);
    expect(endAtStytch(session.session_id)).toBe(session.session.expires_at);
  });
});

describePlatforms('the longest life of a session', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { session: { maxLifetimeMinutes: 40 } },
  });

  it('ends it although it goes on at Stytch: 401, cookies cleared, and nobody is asked', async () => {
    const { browser, session } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 41 });

    const answer = await browser.get('/orders');

    expect([answer.status, answer.json()]).toEqual([401, over]);
    expect(answer.headers.get('www-authenticate')).toBe('Session error="session_expired"');
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(stage.emulator.sessions.list().map(({ session_id }) => session_id)).toContain(session.session_id);
  });

  it('ends it while its JWT still verifies', async () => {
    const { browser } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 38 });
    const before = await browser.get('/orders');
    stage.emulator.clock.advance({ minutes: 3 });

    const after = await browser.get('/orders');

    expect([before.status, after.status, after.json()]).toEqual([200, 401, over]);
  });

  it('ends it also where the opaque token is all there is: 401, cookies cleared', async () => {
    const { session_token } = await stage.emulator.sessions.create(ada);
    stage.emulator.clock.advance({ minutes: 41 });

    const answer = await stage.application
      .browser()
      .get('/orders', { cookie: `${tokenCookie}=${session_token}` });

    expect([answer.status, answer.json()]).toEqual([401, over]);
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
  });

  it('ends it also where its JWT is too large for a cookie and was kept here', async () => {
    const { session_token } = await stage.emulator.sessions.create({
      ...ada,
      customClaims: { filler: 'x'.repeat(3500) },
    });
    stage.emulator.clock.advance({ minutes: 38 });
    const cookie = `${tokenCookie}=${session_token}`;
    const before = await stage.application.browser().get('/orders', { cookie });
    stage.emulator.clock.advance({ minutes: 3 });

    const after = await stage.application.browser().get('/orders', { cookie });

    expect([before.status, after.status, after.json()]).toEqual([200, 401, over]);
  });
});
