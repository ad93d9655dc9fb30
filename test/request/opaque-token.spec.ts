import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import type { FaultEffect as FaultEffect } from 'stytch-emulator';
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
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { userId: session.userId };
  }
}

const authenticate = '/v1/sessions/authenticate';
const madeUp = (n: number) => `made-up-token-${n}-`.padEnd(43, 'x');

describePlatforms('the opaque token', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { http: { deadlineMs: 300 } },
  });
  const send = (...tokens: string[]) =>
    stage.application
      .browser()
      .get('/me', { cookie: tokens.map((token) => `${tokenCookie}=${token}`).join('; ') });
  beforeEach(() => {
    // A second for the budget, a minute for what is remembered.
    stage.emulator.clock.advance({ minutes: 2 });
  });

  it('stands for the session where there is no JWT, and brings one', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);

    const answer = await browser.get('/me');

    expect([answer.status, answer.json()]).toEqual([200, { userId: session.user_id }]);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_token: session.session_token }]);
    expect(Object.keys(cookiesSetBy(answer))).toContain(jwtCookie);
    expect((await browser.get('/me')).setCookies).toEqual([]);
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it('is asked about once by twenty requests', async () => {
    const { session } = await signedInBrowser(stage);
    stage.emulator.faults.add({ kind: 'delay', ms: 50, path: authenticate });

    const answers = await Promise.all(Array.from({ length: 20 }, () => send(session.session_token)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it('is refused for good when Stytch does not know it, and not asked about again for a minute', async () => {
    const first = await send(madeUp(1));
    const second = await send(madeUp(1));

    for (const answer of [first, second]) {
      expect(answer.status).toBe(401);
      expect(cookiesSetBy(answer)).toEqual(bothCleared);
    }
    expect(callsTo(stage.emulator)).toHaveLength(1);
  });

  it.each(['short', 'x'.repeat(600), `${'x'.repeat(40)}%00`, `"${'x'.repeat(40)}"`])(
    'is not asked about when it is none: %.20s',
    async (token) => {
      const answer = await send(token);

      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
      expect(answer.setCookies).toEqual([]);
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('is ambiguous when there are two', async () => {
    const answer = await send(madeUp(1), madeUp(2));

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_ambiguous' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('does not help a forged JWT', async () => {
    const { browser } = await signedInBrowser(stage);
    browser.cookies.set(jwtCookie, 'a.b.c');

    expect((await browser.get('/me')).json()).toMatchObject({ code: 'session_invalid' });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, FaultEffect]>([
    ['hangs', { kind: 'hang' }],
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers {}', { kind: 'status', status: 200, contentType: 'application/json', body: '{}' }],
  ])('is kept while Stytch %s: 503', async (_, fault) => {
    const { browser } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ ...fault, path: authenticate });

    const answer = await browser.get('/me');

    expect([answer.status, answer.setCookies]).toEqual([503, []]);
  });

  it('is refused after signing out with it', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/revoke' });
    await browser.request('POST', '/auth/logout');

    const answer = await send(session.session_token);

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
  });

  it('of a session that was ended elsewhere is refused', async () => {
    const { browser, session } = await signedInBrowser(stage);
    browser.cookies.delete(jwtCookie);
    await endSession(stage.emulator, session.session_id);

    const answer = await browser.get('/me');

    expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
    expect(cookiesSetBy(answer)).toEqual(bothCleared);
  });

  it('takes over when the key of the JWT is published no longer', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.get('/me');
    await stage.emulator.keys.rotate({ withdrawOld: true });
    // Until the next fetch of the keys the old one is good.
    stage.emulator.clock.advance({ minutes: 2 });
    const { browser: other } = await signedInBrowser(stage, { email: 'grace@example.com' });
    expect((await other.get('/me')).status).toBe(200);

    const answer = await browser.get('/me');

    expect([answer.status, answer.json()]).toEqual([200, { userId: session.user_id }]);
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([{ session_token: session.session_token }]);
  });
});

describePlatforms('a JWT that fits no cookie', (platform) => {
  const stage = useApplication({ platform, controllers: [MeController] });
  const customClaims = { filler: 'x'.repeat(3500) };

  it('is not set: the opaque token carries the session, and Stytch is asked once per JWT life', async () => {
    const session = await stage.emulator.sessions.create({ email: 'ada@example.com', customClaims });
    const browser = stage.application.browser();
    browser.cookies.set(tokenCookie, session.session_token);

    const answers = [];
    for (let n = 0; n < 5; n += 1) answers.push(await browser.get('/me'));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const answer of answers) expect(cookiesSetBy(answer)[jwtCookie]?.value ?? '').toBe('');
    expect(callsTo(stage.emulator)).toHaveLength(1);
    stage.emulator.clock.advance({ minutes: 6 });
    expect((await browser.get('/me')).status).toBe(200);
    expect(callsTo(stage.emulator)).toHaveLength(2);
  });

  it('does not stand in the way of signing in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);

    expect((await browser.visit(callback)).status).toBe(303);
    expect((await browser.get('/me')).status).toBe(200);
  });
});
