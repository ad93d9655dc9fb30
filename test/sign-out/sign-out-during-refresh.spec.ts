import type { IncomingMessage } from 'node:http';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  bothCleared,
  browserWithExpiredJwt,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { startApplication, type ApplicationUnderTest } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';
import { until } from '../support/until.js';

const authenticatePath = '/v1/sessions/authenticate';
const sessionRevoked = refusalBody('session_revoked');

describe('signing out while a refresh is in flight', () => {
  let emulator: StytchEmulator;
  let front: StytchFront;
  let application: ApplicationUnderTest;

  /** Stytch handles the refresh before the sign-out, but its response arrives after the sign-out. */
  async function signOutDuringRefresh<Result>(
    signOut: () => Promise<unknown>,
    refresh: () => Promise<Result>,
  ): Promise<Result> {
    let deliver: (() => void) | undefined;
    front.respond(authenticatePath, (request, response) => {
      void bodyOf(request)
        .then((body) => front.emulatorResponse(authenticatePath, body))
        .then((body) => {
          deliver = () => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
        });
    });
    const refreshed = refresh();
    await until(() => deliver !== undefined);
    await signOut();
    deliver?.();
    return refreshed;
  }
  const bodyOf = async (request: IncomingMessage) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return JSON.parse(text) as Record<string, unknown>;
  };

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    front = await StytchFront.before(emulator);
    application = await startApplication({
      emulator,
      platform: 'Express',
      controllers: [MeController],
      options: { apiUrl: front.url },
    });
  });
  beforeEach(() => {
    front.reset();
  });
  afterAll(async () => {
    await application.close();
    await front.close();
    await emulator.close();
  });

  it.each<[string, boolean]>([
    ['an expired JWT', true],
    ['only the opaque token', false],
  ])('rejects a session with %s that was signed out during its refresh', async (_, hasJwt) => {
    const stage = { emulator, application };
    const { browser } = hasJwt ? await browserWithExpiredJwt(stage) : await signedInBrowser(stage);
    if (!hasJwt) browser.cookies.delete(jwtCookie);
    const cookie = browser.cookieHeader;
    const send = () => application.browser().get('/me', { cookie });

    const inFlight = await signOutDuringRefresh(() => browser.request('POST', '/auth/logout'), send);
    front.reset();
    const next = await send();

    expect([inFlight.json(), next.json()]).toEqual([sessionRevoked, sessionRevoked]);
    expect([cookiesSetBy(inFlight), cookiesSetBy(next)]).toEqual([bothCleared, bothCleared]);
    expect([browser.cookies.has(jwtCookie), browser.cookies.has(tokenCookie)]).toEqual([false, false]);
    expect(front.requests).toEqual([]);
  });

  it('rejects an opaque token that was signed out during a refresh that failed with 500', async () => {
    const { browser } = await signedInBrowser({ emulator, application });
    browser.cookies.delete(jwtCookie);
    const cookie = browser.cookieHeader;
    const send = () => application.browser().get('/me', { cookie });
    let fail: (() => void) | undefined;
    front.respond(authenticatePath, (_, response) => {
      fail = () => response.writeHead(500).end();
    });
    front.respond('/v1/sessions/revoke', (_, response) => response.writeHead(500).end());
    const inFlight = send();
    await until(() => fail !== undefined);
    await browser.request('POST', '/auth/logout');
    fail?.();
    expect((await inFlight).json()).toEqual(sessionRevoked);
    front.reset();
    emulator.clock.advance({ seconds: 30 });

    const next = await send();

    expect([next.json(), cookiesSetBy(next)]).toEqual([sessionRevoked, bothCleared]);
  });
});
