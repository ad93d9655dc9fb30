import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { MeController } from '../support/me.controller.js';
import { defaultRetryAfter } from '../support/refusals.js';
import {
  bothCleared,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describeProductsAndPlatforms, startApplication } from '../support/start-application.js';
import { type Stage, useApplication } from '../support/use-application.js';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { SteppedClock } from '../support/stepped-clock.js';

const unavailable = { statusCode: 503, code: 'stytch_unavailable' };

const devicesOf = async (stage: Stage) => ({
  phone: (await signedInBrowser(stage)).browser,
  laptop: await signedInBrowser(stage),
  otherUser: (await signedInBrowser(stage, { email: 'grace@example.com' })).browser,
});
const statusOf = async (stage: Stage, cookie: string) =>
  (await stage.application.browser().get('/me', { cookie })).status;

describeProductsAndPlatforms('the field `everywhere` of POST /auth/logout', (product, platform) => {
  const stage = useApplication({ product, platform, controllers: [MeController] });

  it.each<[string, unknown]>([
    ['true', true],
    ["'true'", 'true'],
    ["'1'", '1'],
    ["'on'", 'on'],
  ])(
    'revokes every session of the user and no other session when everywhere is %s',
    async (_, everywhere) => {
      const { phone, laptop, otherUser } = await devicesOf(stage);
      const cookies = [phone, laptop.browser, otherUser].map((browser) => browser.cookieHeader);

      const response = await phone.postJson('/auth/logout', { everywhere });

      expect([response.status, cookiesSetBy(response)]).toEqual([204, bothCleared]);
      expect(await Promise.all(cookies.map((cookie) => statusOf(stage, cookie)))).toEqual([401, 401, 200]);
      expect(stage.emulator.sessions.list().map(({ user_id }) => user_id)).not.toContain(
        laptop.session.user_id,
      );
    },
  );

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['false', false],
    ["'false'", 'false'],
    ['a list', ['true']],
  ])('keeps the other sessions of the user when everywhere is %s', async (_, everywhere) => {
    const { phone, laptop } = await devicesOf(stage);

    await phone.postJson('/auth/logout', { everywhere });

    expect((await laptop.browser.get('/me')).status).toBe(200);
  });
});

describe('signing out everywhere', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController],
    options: { http: { deadlineMs: 200 } },
  });

  it('revokes every session of a user who is identified by the opaque token alone', async () => {
    const { phone, laptop } = await devicesOf(stage);
    const cookie = laptop.browser.cookieHeader;
    phone.cookies.delete(jwtCookie);

    const response = await phone.postJson('/auth/logout', { everywhere: true });

    expect([response.status, await statusOf(stage, cookie)]).toEqual([204, 401]);
  });

  it.each<[string, boolean]>([
    ['the JWT', true],
    ['only the opaque token', false],
  ])('responds 503 and signs out this browser when Stytch hangs, with %s', async (_, hasJwt) => {
    const { phone } = await devicesOf(stage);
    if (!hasJwt) phone.cookies.delete(jwtCookie);
    const cookie = phone.cookieHeader;
    for (const path of ['/v1/sessions', '/v1/sessions/authenticate'])
      stage.emulator.faults.add({ kind: 'hang', path });

    const jsonResponse = await phone.postJson('/auth/logout', { everywhere: true });
    const pageResponse = await stage.application
      .browser()
      .postForm('/auth/logout', { everywhere: 'on' }, { cookie });

    expect([jsonResponse.status, jsonResponse.json(), cookiesSetBy(jsonResponse)]).toMatchObject([
      503,
      unavailable,
      bothCleared,
    ]);
    expect(jsonResponse.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(cookiesSetBy(pageResponse)).toEqual(bothCleared);
    expect(await statusOf(stage, cookie)).toBe(401);
  });

  it('rejects the other sessions until they expire when Stytch lists them but fails to revoke them', async () => {
    const { phone, laptop } = await devicesOf(stage);
    const cookie = laptop.browser.cookieHeader;
    stage.emulator.faults.add({ kind: 'reset', path: '/v1/sessions/revoke' });
    await phone.postJson('/auth/logout', { everywhere: true });
    stage.emulator.faults.clear();

    for (const minutes of [0, 6, 10, 30]) {
      stage.emulator.clock.advance({ minutes });
      await (await signedInBrowser(stage)).browser.postForm('/auth/logout');
      expect(await statusOf(stage, cookie)).toBe(401);
    }
  });
});

describe('signing out everywhere before the signing keys are available', () => {
  it('responds 503 because the user is unknown, and signs out this browser', async () => {
    const emulator = await startStytchEmulator();
    emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/jwks/*' });
    const application = await startApplication({
      emulator,
      platform: 'Express',
      controllers: [MeController],
    });
    const { browser, session } = await signedInBrowser({ emulator, application });

    const response = await browser.postJson('/auth/logout', { everywhere: true });

    expect([response.status, response.json()]).toMatchObject([503, unavailable]);
    expect(response.headers.get('retry-after')).toEqual(defaultRetryAfter);
    expect(cookiesSetBy(response)).toEqual(bothCleared);
    const activeSessionIds = emulator.sessions.list().map(({ session_id }) => session_id);
    expect(activeSessionIds).not.toContain(session.session_id);
    await application.close();
    await emulator.close();
  });
});

const people = 75;
const count = (calls: string[], path: string) => calls.filter((call) => call === `POST ${path}`).length;

describe('hundreds of sign-outs with made-up tokens', () => {
  const clock = new SteppedClock((): StytchEmulator => stage.emulator);
  // Has room for about 200 opaque tokens.
  const session = { cacheMegabytes: 1 };
  const stage = useApplication({ controllers: [MeController], options: { clock, session } });
  const statusesOf = async (browsers: readonly TestBrowser[]) =>
    (await Promise.all(browsers.map((browser) => browser.get('/me')))).map(({ status }) => status);

  /** From one network, as everything else here. */
  async function signOutAnonymously(requests: number, from: number): Promise<void> {
    const browser = stage.application.browser();
    const atOnce = 50;
    for (let sent = 0; sent < requests; sent += atOnce) {
      const responses = Array.from({ length: atOnce }, (_, n) => {
        const token = `made-up-token-${from + sent + n}-`.padEnd(43, 'x');
        return browser.request('POST', '/auth/logout', { headers: { cookie: `${tokenCookie}=${token}` } });
      });
      for (const { status } of await Promise.all(responses)) expect(status).toBe(204);
    }
  }

  it('cost no more calls than the budget of their network, and neither sign out nor refuse the people of that network', async () => {
    const browsers: TestBrowser[] = [];
    for (let person = 0; person < people; person += 1) {
      const { browser } = await signedInBrowser(stage, { email: `person-${person}@example.com` });
      // Nothing but the cache knows these sessions.
      browser.cookies.delete(jwtCookie);
      browsers.push(browser);
    }
    const served = Array<number>(people).fill(200);
    expect(await statusesOf(browsers)).toEqual(served);
    for (const { cookies } of browsers) cookies.delete(jwtCookie);
    stage.emulator.requests.clear();

    await signOutAnonymously(300, 0);
    expect(callsTo(stage.emulator)).toEqual(Array(100).fill('POST /v1/sessions/revoke'));
    expect(await statusesOf(browsers)).toEqual(served);
    expect(count(callsTo(stage.emulator), '/v1/sessions/authenticate')).toBe(0);

    // Their sessions need a call each, while the network has no budget left.
    clock.advance({ minutes: 6 });
    await signOutAnonymously(150, 5000);
    for (const { cookies } of browsers) cookies.delete(jwtCookie);
    stage.emulator.requests.clear();
    expect(await statusesOf(browsers)).toEqual(served);
    expect(callsTo(stage.emulator)).toEqual(Array(people).fill('POST /v1/sessions/authenticate'));
  }, 60_000);
});
