import { Controller, Get } from '@nestjs/common';
import { Protected, StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { CapturedLog } from '../support/captured-log.js';
import { endSession } from '../support/end-session.js';
import { linkAskedForBy } from '../support/links.js';
import { browserWithExpiredJwt, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show() {
    return 'me';
  }
}

const authenticate = '/v1/sessions/authenticate';
const subjectAndSession = (session: { user_id: string; session_id: string }) => ({
  subject: { kind: 'user', id: session.user_id },
  sessionId: session.session_id,
});

describePlatforms('events', (platform) => {
  const log = new CapturedLog();
  const stage = useApplication({
    platform,
    controllers: [MeController],
    configure: log.attachTo,
    options: { http: { deadlineMs: 300 } },
  });
  const events = () => stage.application.app.get(StytchEvents);
  let told: StytchEvent[];
  let beganAtMs: number;
  let unsubscribe: () => void;
  /** What was told since the fact began, times apart, which are the clock's. */
  const toldWithoutTimes = () =>
    told.map(({ at, ...event }) => {
      expect(new Date(at).toISOString()).toBe(at);
      expect(Date.parse(at)).toBeGreaterThanOrEqual(beganAtMs);
      expect(Date.parse(at)).toBeLessThanOrEqual(stage.emulator.clock.nowMs());
      return event;
    });

  beforeEach(() => {
    log.lines.length = 0;
    told = [];
    beganAtMs = Math.floor(stage.emulator.clock.nowMs());
    unsubscribe = events().subscribe((event) => {
      told.push(event);
    });
  });
  afterEach(() => {
    unsubscribe();
  });

  it('tell of a login: the link, and who has signed in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    await browser.visit(callback);

    const [session] = stage.emulator.sessions.list();
    expect(toldWithoutTimes()).toEqual([
      { type: 'link_requested' },
      {
        type: 'signed_in',
        subject: { kind: 'user', id: session?.user_id },
        sessionId: session?.session_id,
      },
    ]);
  });

  it('tell of signing out, and of the session that ended', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.request('POST', '/auth/logout');

    expect(toldWithoutTimes()).toEqual(
      expect.arrayContaining([
        { type: 'signed_out', everywhere: false },
        { type: 'revoked', ...subjectAndSession(session) },
      ]),
    );
    expect(told).toHaveLength(2);
  });

  it('tell of a refresh, whether it came ahead of its time', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await browser.get('/me');
    stage.emulator.clock.advance({ minutes: 4, seconds: 30 });
    await browser.get('/me');
    await until(() => told.length === 2);

    expect(toldWithoutTimes()).toEqual([
      { type: 'refreshed', ...subjectAndSession(session), ahead: false },
      { type: 'refreshed', ...subjectAndSession(session), ahead: true },
    ]);
  });

  it('tell of a JWT fetched for an opaque token', async () => {
    const { session_token, session } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    await stage.application.browser().get('/me', { cookie: `${tokenCookie}=${session_token}` });

    expect(toldWithoutTimes()).toEqual([{ type: 'refreshed', ...subjectAndSession(session), ahead: false }]);
  });

  it('tell of a refusal by its code, and not of what was sent', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);
    await browser.get('/me');
    await stage.application.browser().get('/me');
    await stage.application.browser().get('/me', { cookie: `${jwtCookie}=a.b.c` });
    await stage.application.browser().get('/auth/authenticate?stytch_token_type=magic_links');

    expect(toldWithoutTimes()).toEqual(
      ['session_revoked', 'session_missing', 'session_invalid', 'link_invalid'].map((code) => ({
        type: 'refused',
        code,
      })),
    );
  });

  it('tell of an outage once when it begins and once when it is over', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { browser } = await browserWithExpiredJwt(stage, { email: `n${n}@example.com` });
      if (n === 0) stage.emulator.faults.add({ kind: 'status', status: 500, path: authenticate });
      expect((await browser.get('/me')).status).toBe(503);
    }
    stage.emulator.faults.clear();
    const { browser } = await browserWithExpiredJwt(stage);
    expect((await browser.get('/me')).status).toBe(200);

    const types = told.map(({ type }) => type).filter((type) => type !== 'refused');
    expect(types).toEqual(['outage_began', 'outage_ended', 'refreshed']);
    expect(toldWithoutTimes()).toContainEqual({ type: 'outage_began' });
    expect(toldWithoutTimes()).toContainEqual({ type: 'outage_ended' });
  });

  it('hold no token, cookie or address, and cannot be changed by a listener', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { email: 'grace@example.com' });
    await browser.visit(callback);
    const secrets = [
      browser.cookies.get(jwtCookie),
      browser.cookies.get(tokenCookie),
      new URL(callback, 'http://localhost').searchParams.get('token'),
      'grace@example.com',
    ].map(String);
    stage.emulator.clock.advance({ minutes: 6 });
    await browser.get('/me');
    await browser.request('POST', '/auth/logout');

    const all = JSON.stringify(told);
    expect(told.length).toBeGreaterThanOrEqual(5);
    for (const secret of secrets) expect([secret.length > 10, all.includes(secret)]).toEqual([true, false]);
    expect(told.every((event) => Object.isFrozen(event))).toBe(true);
  });

  it('are counted by type, listened to or not', async () => {
    const { refused = 0 } = events().counts;
    unsubscribe();
    await stage.application.browser().get('/me');
    await stage.application.browser().get('/me');

    expect([events().counts.refused, told]).toEqual([refused + 2, []]);
  });

  it.each<[string, (event: StytchEvent) => void]>([
    [
      'throws',
      () => {
        throw new Error('secret-test-of-nobody');
      },
    ],
    // An async function passes for a listener.
    ['rejects', () => Promise.reject(new Error('secret-test-of-nobody')) as unknown as undefined],
  ])(
    'harm nobody when a listener %s: the others hear, the request is answered, one line says so',
    async (_, listener) => {
      const rejected: unknown[] = [];
      const noteRejection = (reason: unknown) => rejected.push(reason);
      process.on('unhandledRejection', noteRejection);
      const others = [events().subscribe(listener), events().subscribe((event) => told.push(event))];

      const answer = await stage.application.browser().get('/me');
      await until(() => log.lines.length > 0);

      others.forEach((end) => {
        end();
      });
      process.off('unhandledRejection', noteRejection);
      expect(answer.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
      expect(told.map(({ type }) => type)).toEqual(['refused', 'refused']);
      expect(log.lines).toEqual([expect.stringContaining('An event listener threw an error for "refused".')]);
      expect([log.lines.join().includes('secret'), rejected]).toEqual([false, []]);
    },
  );
});
