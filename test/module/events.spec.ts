import { StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { MeController } from '../support/me.controller.js';
import { CapturedLog } from '../support/captured-log.js';
import { endSession } from '../support/end-session.js';
import { linkAskedForBy } from '../support/links.js';
import { browserWithExpiredJwt, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

const authenticate = '/v1/sessions/authenticate';
const subjectAndSession = (session: { user_id: string; session_id: string }) => ({
  subject: { kind: 'user', id: session.user_id },
  sessionId: session.session_id,
});

describe('StytchEvents', () => {
  const log = new CapturedLog();
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController],
    configure: log.attachTo,
    options: { http: { deadlineMs: 300 } },
  });
  const events = () => stage.application.app.get(StytchEvents);
  let received: StytchEvent[];
  let startedAtMs: number;
  let unsubscribe: () => void;

  /** The events of the current test without `at`, which must be a time of the emulator's clock during the test. */
  const receivedWithoutTimes = () =>
    received.map(({ at, ...event }) => {
      expect(new Date(at).toISOString()).toBe(at);
      expect(Date.parse(at)).toBeGreaterThanOrEqual(startedAtMs);
      expect(Date.parse(at)).toBeLessThanOrEqual(stage.emulator.clock.nowMs());
      return event;
    });

  beforeEach(() => {
    log.lines.length = 0;
    received = [];
    startedAtMs = Math.floor(stage.emulator.clock.nowMs());
    unsubscribe = events().subscribe((event) => {
      received.push(event);
    });
  });
  afterEach(() => {
    unsubscribe();
  });

  it('emits sign_in_started and signed_in during a sign-in', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    await browser.visit(callback);

    const [session] = stage.emulator.sessions.list();
    expect(receivedWithoutTimes()).toEqual([
      { type: 'sign_in_started', method: 'magic-link' },
      {
        type: 'signed_in',
        subject: { kind: 'user', id: session?.user_id },
        sessionId: session?.session_id,
        method: 'magic-link',
      },
    ]);
  });

  it('emits signed_out and revoked during a sign-out', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.request('POST', '/auth/logout');

    expect(receivedWithoutTimes()).toEqual(
      expect.arrayContaining([
        { type: 'signed_out', everywhere: false },
        { type: 'revoked', ...subjectAndSession(session) },
      ]),
    );
    expect(received).toHaveLength(2);
  });

  it('emits refreshed with ahead: false for an expired JWT and ahead: true for one that expires soon', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await browser.get('/me');
    stage.emulator.clock.advance({ minutes: 4, seconds: 30 });
    await browser.get('/me');
    await until(() => received.length === 2);

    expect(receivedWithoutTimes()).toEqual([
      { type: 'refreshed', ...subjectAndSession(session), ahead: false },
      { type: 'refreshed', ...subjectAndSession(session), ahead: true },
    ]);
  });

  it('emits refreshed when an opaque token is exchanged for a JWT', async () => {
    const { session_token, session } = await stage.emulator.sessions.create({ email: 'ada@example.com' });
    await stage.application.browser().get('/me', { cookie: `${tokenCookie}=${session_token}` });

    expect(receivedWithoutTimes()).toEqual([
      { type: 'refreshed', ...subjectAndSession(session), ahead: false },
    ]);
  });

  it('emits refused with the refusal code and nothing from the request', async () => {
    const { browser, session } = await browserWithExpiredJwt(stage);
    await endSession(stage.emulator, session.session_id);
    await browser.get('/me');
    await stage.application.browser().get('/me');
    await stage.application.browser().get('/me', { cookie: `${jwtCookie}=a.b.c` });
    await stage.application.browser().get('/auth/authenticate?stytch_token_type=magic_links');

    expect(receivedWithoutTimes()).toEqual(
      ['session_revoked', 'session_missing', 'session_invalid', 'link_invalid'].map((code) => ({
        type: 'refused',
        code,
      })),
    );
  });

  it('emits outage_began once and outage_ended once for an outage of Stytch', async () => {
    for (let n = 0; n < 8; n += 1) {
      const { browser } = await browserWithExpiredJwt(stage, { email: `n${n}@example.com` });
      if (n === 0) stage.emulator.faults.add({ kind: 'status', status: 500, path: authenticate });
      expect((await browser.get('/me')).status).toBe(503);
    }
    stage.emulator.faults.clear();
    const { browser } = await browserWithExpiredJwt(stage);
    expect((await browser.get('/me')).status).toBe(200);

    const types = received.map(({ type }) => type).filter((type) => type !== 'refused');
    expect(types).toEqual(['outage_began', 'outage_ended', 'refreshed']);
    expect(receivedWithoutTimes()).toContainEqual({ type: 'outage_began' });
    expect(receivedWithoutTimes()).toContainEqual({ type: 'outage_ended' });
  });

  it('emits frozen events that contain no token, cookie value or email address', async () => {
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

    const serialized = JSON.stringify(received);
    expect(received.length).toBeGreaterThanOrEqual(5);
    for (const secret of secrets) {
      expect([secret.length > 10, serialized.includes(secret)]).toEqual([true, false]);
    }
    expect(received.every((event) => Object.isFrozen(event))).toBe(true);
  });

  it('counts events by type even without a listener', async () => {
    const { refused = 0 } = events().counts;
    unsubscribe();
    await stage.application.browser().get('/me');
    await stage.application.browser().get('/me');

    expect([events().counts.refused, received]).toEqual([refused + 2, []]);
  });

  it.each<[string, (event: StytchEvent) => void]>([
    [
      'throws',
      () => {
        throw new Error('secret-test-in-an-error');
      },
    ],
    // TypeScript accepts an async function as a listener.
    ['rejects', () => Promise.reject(new Error('secret-test-in-an-error')) as unknown as undefined],
  ])(
    'logs one line when a listener %s, calls the other listeners, and does not change the response',
    async (_case, listener) => {
      const unhandledRejections: unknown[] = [];
      const recordRejection = (reason: unknown) => unhandledRejections.push(reason);
      process.on('unhandledRejection', recordRejection);
      const unsubscribes = [
        events().subscribe(listener),
        events().subscribe((event) => received.push(event)),
      ];

      const response = await stage.application.browser().get('/me');
      await until(() => log.lines.length > 0);

      unsubscribes.forEach((end) => {
        end();
      });
      process.off('unhandledRejection', recordRejection);
      expect(response.json()).toMatchObject({ statusCode: 401, code: 'session_missing' });
      expect(received.map(({ type }) => type)).toEqual(['refused', 'refused']);
      expect(log.lines).toEqual([expect.stringContaining('An event listener threw an error for "refused".')]);
      expect([log.lines.join().includes('secret'), unhandledRejections]).toEqual([false, []]);
    },
  );
});
