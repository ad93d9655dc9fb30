import { OrdersController } from '../support/orders.controller.js';
import { refusalBody } from '../support/refusals.js';
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
import { useApplication } from '../support/use-application.js';

const authenticate = '/v1/sessions/authenticate';
const ada = { email: 'ada@example.com' };
const expired = refusalBody('session_expired');

describe('extendOnRefresh', () => {
  const stage = useApplication({
    controllers: [OrdersController],
    options: { session: { durationMinutes: 30, extendOnRefresh: true, maxLifetimeMinutes: 40 } },
  });
  const expiryAtStytch = (sessionId: string) =>
    stage.emulator.sessions.list().find(({ session_id }) => session_id === sessionId)?.expires_at ?? '';

  it('extends the session by durationMinutes with each refresh, and the cookie expires with it', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage, { ...ada, durationMinutes: 30 });

    const response = await browser.get('/orders');

    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      { session_jwt: session.session_jwt, session_duration_minutes: 30 },
    ]);
    const end = expiryAtStytch(session.session_id);
    expect(Date.parse(end) - Date.parse(session.session.expires_at)).toBeGreaterThanOrEqual(6 * 60_000);
    expect(cookiesSetBy(response)[jwtCookie]?.attributes).toEqual(lastingUntil(end, stage.emulator));
  });

  it('extends the session when it is restored from the opaque token', async () => {
    const { session_token, session } = await stage.emulator.sessions.create({ ...ada, durationMinutes: 30 });
    stage.emulator.clock.advance({ minutes: 6 });

    const response = await stage.application
      .browser()
      .get('/orders', { cookie: `${tokenCookie}=${session_token}` });

    expect(response.status).toBe(200);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      { session_token, session_duration_minutes: 30 },
    ]);
    const end = expiryAtStytch(session.session_id);
    expect(Date.parse(end) - Date.parse(session.expires_at)).toBeGreaterThanOrEqual(6 * 60_000);
    expect(cookiesSetBy(response)[jwtCookie]?.attributes).toEqual(lastingUntil(end, stage.emulator));
  });

  it('does not extend the session beyond maxLifetimeMinutes', async () => {
    const { browser } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 25 });

    expect((await browser.get('/orders')).status).toBe(200);

    const [{ session_duration_minutes: minutes } = {}] = bodiesSentTo(stage.emulator, authenticate) as {
      session_duration_minutes?: number;
    }[];
    expect([14, 15]).toContain(minutes);
  });

  it('does not extend the session when less than the minimum duration of Stytch is left', async () => {
    const { browser, session } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 37 });

    expect((await browser.get('/orders')).status).toBe(200);

    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_jwt: session.session_jwt }]);
    expect(expiryAtStytch(session.session_id)).toBe(session.session.expires_at);
  });
});

describe('maxLifetimeMinutes', () => {
  const stage = useApplication({
    controllers: [OrdersController],
    options: { session: { maxLifetimeMinutes: 40 } },
  });

  it('expires a session that is still active at Stytch: responds 401 without a call and clears both cookies', async () => {
    const { browser, session } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 41 });

    const response = await browser.get('/orders');

    expect([response.status, response.json()]).toEqual([401, expired]);
    expect(response.headers.get('www-authenticate')).toBe('Session error="session_expired"');
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(stage.emulator.sessions.list().map(({ session_id }) => session_id)).toContain(session.session_id);
  });

  it('expires a session whose JWT has not expired', async () => {
    const { browser } = await signedInBrowser(stage, ada);
    stage.emulator.clock.advance({ minutes: 38 });
    const before = await browser.get('/orders');
    stage.emulator.clock.advance({ minutes: 3 });

    const after = await browser.get('/orders');

    expect([before.status, after.status, after.json()]).toEqual([200, 401, expired]);
  });

  it('expires a session restored from the opaque token: responds 401 and clears both cookies', async () => {
    const { session_token } = await stage.emulator.sessions.create(ada);
    stage.emulator.clock.advance({ minutes: 41 });

    const response = await stage.application
      .browser()
      .get('/orders', { cookie: `${tokenCookie}=${session_token}` });

    expect([response.status, response.json()]).toEqual([401, expired]);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    expect(callsTo(stage.emulator)).toEqual([`POST ${authenticate}`]);
  });

  it('expires a session whose JWT is cached because it is too large for a cookie', async () => {
    const { session_token } = await stage.emulator.sessions.create({
      ...ada,
      customClaims: { filler: 'x'.repeat(3500) },
    });
    stage.emulator.clock.advance({ minutes: 38 });
    const cookie = `${tokenCookie}=${session_token}`;
    const before = await stage.application.browser().get('/orders', { cookie });
    stage.emulator.clock.advance({ minutes: 3 });

    const after = await stage.application.browser().get('/orders', { cookie });

    expect([before.status, after.status, after.json()]).toEqual([200, 401, expired]);
  });
});
