import type { FaultEffect } from 'stytch-emulator';
import {
  bodiesSentTo,
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { endSession } from '../support/end-session.js';
import { linkAskedForBy } from '../support/links.js';
import { MeController, meOf } from '../support/me.controller.js';
import { jsonResponse, stytchError } from '../support/stytch-faults.js';
import { describeProducts } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const authenticate = '/v1/sessions/authenticate';
const unknownToken = (n: number) => `unknown-token-${n}-`.padEnd(43, 'x');

describeProducts('the opaque token', (product) => {
  const stage = useApplication({
    product,
    controllers: [MeController],
    options: { http: { deadlineMs: 300 } },
  });
  const send = (...tokens: string[]) =>
    stage.application
      .browser()
      .get('/me', { cookie: tokens.map((token) => `${tokenCookie}=${token}`).join('; ') });
  beforeEach(() => {
    // Refills the rate limit (one second) and expires cached lookups (one minute).
    stage.emulator.clock.advance({ minutes: 2 });
  });

  it('restores the session when there is no JWT, and the response sets one', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);

    const response = await browser.get('/me');

    expect([response.status, response.json()]).toEqual([200, meOf(session)]);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_token: session.session_token }]);
    expect(Object.keys(cookiesSetBy(response))).toContain(jwtCookie);
    expect((await browser.get('/me')).setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it('is looked up once for twenty concurrent requests', async () => {
    const { session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'delay', ms: 50, path: authenticate });

    const responses = await Promise.all(Array.from({ length: 20 }, () => send(session.session_token)));

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it('is refused with 401 when Stytch does not know it, and not looked up again for a minute', async () => {
    const first = await send(unknownToken(1));
    const second = await send(unknownToken(1));

    for (const response of [first, second]) {
      expect(response.status).toBe(401);
      expect(cookiesSetBy(response)).toEqual(bothCleared);
    }
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it.each(['short', 'x'.repeat(600), `${'x'.repeat(40)}%00`, `"${'x'.repeat(40)}"`])(
    'is not looked up when it is malformed: %.20s',
    async (token) => {
      const response = await send(token);

      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
      expect(response.setCookies).toEqual([]);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('is refused with 401 when there are two that Stytch does not know', async () => {
    const response = await send(unknownToken(2), unknownToken(3));

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });

  it('is not looked up beside a forged JWT', async () => {
    const { browser } = await signedInBrowser(stage);
    browser.cookies.set(jwtCookie, 'a.b.c');

    expect((await browser.get('/me')).json()).toMatchObject({ code: 'session_invalid' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['responds 500', stytchError(500, 'internal_server_error')],
    ['responds {}', jsonResponse('{}')],
  ])('is kept, and the request refused with 503, when Stytch %s', async (_, fault) => {
    const { browser } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ ...fault, path: authenticate });

    const response = await browser.get('/me');

    expect([response.status, response.setCookies]).toEqual([503, []]);
  });

  it('is refused with 401 after signing out with it, even if Stytch did not confirm', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), path: '/v1/sessions/revoke' });
    await browser.request('POST', '/auth/logout');

    const response = await send(session.session_token);

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
  });

  it('of a session that was revoked elsewhere is refused with 401, and both cookies are cleared', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    await endSession(stage.emulator, session.session_id);

    const response = await browser.get('/me');

    expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(cookiesSetBy(response)).toEqual(bothCleared);
  });

  it('restores the session when the signing key of the JWT is no longer published', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.get('/me');
    await stage.emulator.keys.rotate({ withdrawOld: true });
    // The old key is accepted until the next fetch of the keys.
    stage.emulator.clock.advance({ minutes: 2 });
    const { browser: other } = await signedInBrowser(stage, { email: 'grace@example.com' });
    expect((await other.get('/me')).status).toBe(200);

    const response = await browser.get('/me');

    expect([response.status, response.json()]).toEqual([200, meOf(session)]);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_token: session.session_token }]);
  });
});

describe('a JWT that is too large for a cookie', () => {
  const stage = useApplication({ controllers: [MeController] });
  const customClaims = { filler: 'x'.repeat(3500) };

  it('is not set: the opaque token carries the session, with one call per JWT', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com', customClaims });
    const browser = stage.application.browser();
    browser.cookies.set(tokenCookie, session.session_token);

    const responses = [];
    for (let n = 0; n < 5; n += 1) responses.push(await browser.get('/me'));

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const response of responses) expect(cookiesSetBy(response)[jwtCookie]?.value ?? '').toBe('');
    expect(callsTo(stage.emulator)).toHaveLength(1);
    stage.emulator.clock.advance({ minutes: 6 });
    expect((await browser.get('/me')).status).toBe(200);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });

  it('does not prevent the next sign-in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);

    expect((await browser.visit(callback)).status).toBe(303);
    expect((await browser.get('/me')).status).toBe(200);
  });
});
