import { Controller, Get } from '@nestjs/common';
import { type Clock, Protected } from 'nestjs-stytch';
import { type FaultEffect, startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
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
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';
import type { IncomingMessage } from 'node:http';
import { MeController } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { type ApplicationUnderTest, startApplication } from '../support/start-application.js';
import { StytchFront } from '../support/stytch-front.js';

let finishSlowHandler: () => void = () => undefined;
let isSlowHandlerRunning = false;

@Protected()
@Controller('me')
class SlowMeController {
  @Get()
  show() {
    return 'me';
  }
  @Get('slow')
  async showSlowly() {
    isSlowHandlerRunning = true;
    await new Promise<void>((resolve) => {
      finishSlowHandler = resolve;
    });
    isSlowHandlerRunning = false;
    return 'me';
  }
}

const revokePath = '/v1/sessions/revoke';
const errorResponse = (status: number, errorType: string): FaultEffect => ({
  kind: 'status',
  status,
  contentType: 'application/json',
  body: JSON.stringify({ status_code: status, request_id: 'request-id-test-1', error_type: errorType }),
});
const outages: [string, FaultEffect][] = [
  ['hangs', { kind: 'hang' }],
  ['resets the connection', { kind: 'reset' }],
  ['stalls in the response body', { kind: 'stall-body' }],
  ['returns 500', errorResponse(500, 'internal_server_error')],
  ['returns 404 with HTML', { kind: 'status', status: 404, contentType: 'text/html', body: 'Not found' }],
  ['rejects the secret', errorResponse(401, 'unauthorized_credentials')],
  ['blocks the IP address', errorResponse(403, 'ip_address_blocked')],
  ['returns 429', errorResponse(429, 'too_many_requests')],
];

describe('signing out while Stytch is unavailable', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [SlowMeController],
    options: { http: { deadlineMs: 200 } },
  });
  const isActive = ({ session_id }: { session_id: string }) =>
    stage.emulator.sessions.list().some((session) => session.session_id === session_id);
  const withCookie = (cookie: string) => stage.application.browser().get('/me', { cookie });

  it.each(outages)(
    'rejects the JWT and the opaque token of a signed-out session when Stytch %s',
    async (_, fault) => {
      const { browser, session } = await signedInBrowser(stage);
      for (const path of [revokePath, '/v1/sessions/authenticate'])
        stage.emulator.faults.add({ ...fault, path });

      const response = await browser.postForm('/auth/logout');

      expect([response.status, cookiesSetBy(response)]).toEqual([303, bothCleared]);
      const refusals = [
        await withCookie(`${jwtCookie}=${session.session_jwt}; ${tokenCookie}=${session.session_token}`),
        await withCookie(`${jwtCookie}=${session.session_jwt}`),
        await withCookie(`${tokenCookie}=${session.session_token}`),
      ];
      expect(refusals.map((refusal) => refusal.json())).toEqual(
        Array(3).fill(expect.objectContaining({ statusCode: 401, code: 'session_revoked' })),
      );
    },
  );

  it.each(outages)(
    'rejects a signed-out session until it would have expired when Stytch %s',
    async (_, fault) => {
      const { browser } = await signedInBrowser(stage);
      const cookie = browser.cookieHeader;
      stage.emulator.faults.add({ ...fault, path: revokePath });
      await browser.postForm('/auth/logout');
      stage.emulator.faults.clear();
      stage.emulator.requests.clear();

      for (const minutes of [4, 6, 40]) {
        stage.emulator.clock.advance({ minutes });
        // Every sign-out removes expired entries from the deny list.
        await (await signedInBrowser(stage)).browser.postForm('/auth/logout');
        stage.emulator.requests.clear();
        expect((await withCookie(cookie)).json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
        expect(callsTo(stage.emulator).filter((call) => !call.endsWith(revokePath))).toEqual([]);
      }
    },
  );

  it('rejects a session signed out by its opaque token alone, and revokes it at Stytch later', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ kind: 'reset', path: revokePath });

    const response = await browser.postForm('/auth/logout');
    stage.emulator.faults.clear();
    stage.emulator.clock.advance({ minutes: 2 });
    const refusal = await withCookie(`${tokenCookie}=${session.session_token}`);

    expect([response.status, cookiesSetBy(response)]).toEqual([303, bothCleared]);
    expect(refusal.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    await until(() => !isActive(session), 5_000);
    expect(bodiesSentTo(stage.emulator, revokePath)).toContainEqual({ session_token: session.session_token });
  });

  it('retries the revocation in the background', async () => {
    const { browser, session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'reset', path: revokePath });

    await browser.postForm('/auth/logout');
    stage.emulator.faults.clear();

    expect(isActive(session)).toBe(true);
    await until(() => !isActive(session), 5_000);
  });

  it('sets no refreshed cookies on a response that is sent after the sign-out', async () => {
    const { browser } = await browserWithExpiredJwt(stage);
    const cookie = browser.cookieHeader;
    const slowRequest = stage.application.browser().get('/me/slow', { cookie });
    await until(() => isSlowHandlerRunning);

    await browser.postForm('/auth/logout');
    finishSlowHandler();
    const response = await slowRequest;

    expect([response.status, response.setCookies]).toEqual([200, []]);
    expect((await withCookie(cookie)).status).toBe(401);
  });

  it('revokes the first three opaque tokens that the browser sent and no more', async () => {
    const tokens = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(44));
    const cookie = tokens.map((token) => `${tokenCookie}=${token}`).join('; ');

    await stage.application.browser().request('POST', '/auth/logout', { headers: { cookie } });

    const revoked = bodiesSentTo(stage.emulator, revokePath).map((body) => body?.['session_token']);
    expect(tokens.filter((token) => revoked.includes(token))).toEqual(tokens.slice(0, 3));
  });
});

describe('signing out with invalid opaque tokens', () => {
  // The clock is stopped, so that the rate limit does not refill.
  const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => 0 };
  const stage = useApplication({ platform: 'Express', controllers: [SlowMeController], options: { clock } });

  it('sends at most a hundred invalid opaque tokens of one network at once to Stytch', async () => {
    const responses = await Promise.all(
      Array.from({ length: 150 }, (_, at) => {
        const cookie = `${tokenCookie}=${String(at).padStart(44, 'x')}`;
        return stage.application.browser().request('POST', '/auth/logout', { headers: { cookie } });
      }),
    );

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([204]));
    await until(() => bodiesSentTo(stage.emulator, revokePath).length >= 100);
    expect(bodiesSentTo(stage.emulator, revokePath)).toHaveLength(100);
  });
});

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
