import { Controller, Get } from '@nestjs/common';
import { Protected, RefuseImpersonation, StytchEvents, type StytchEvent } from 'nestjs-stytch';
import { MeController } from '../support/me.controller.js';
import { CapturedLog } from '../support/captured-log.js';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { endSession } from '../support/end-session.js';
import { callbackPathOf, linkAskedForBy } from '../support/links.js';
import { browserWithExpiredJwt, jwtCookie, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { until } from '../support/until.js';
import { useApplication } from '../support/use-application.js';

const authenticate = '/v1/sessions/authenticate';
const subjectAndSession = (session: { user_id: string; session_id: string }) => ({
  subject: { kind: 'user', id: session.user_id },
  sessionId: session.session_id,
});

/** Where the browsers of tests are. */
const network = '127.0.0.0/24';

/** Only the person may read it. */
@Protected()
@RefuseImpersonation()
@Controller('diary')
class DiaryController {
  @Get()
  read() {
    return 'Dear diary';
  }
}

describe('StytchEvents', () => {
  const log = new CapturedLog();
  const stage = useApplication({
    platform: 'Express',
    controllers: [MeController, DiaryController],
    configure: log.attachTo,
    options: {
      http: { deadlineMs: 300 },
      onSignIn: (session) => session.email !== 'refused@example.com',
    },
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
      { type: 'sign_in_started', method: 'magic-link', network },
      {
        type: 'signed_in',
        subject: { kind: 'user', id: session?.user_id },
        sessionId: session?.session_id,
        method: 'magic-link',
        network,
      },
    ]);
  });

  it('emits signed_out and revoked during a sign-out', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.request('POST', '/auth/logout');

    expect(receivedWithoutTimes()).toEqual(
      expect.arrayContaining([
        { type: 'signed_out', everywhere: false, ...subjectAndSession(session), network },
        { type: 'revoked', reason: 'signed_out', ...subjectAndSession(session), network },
      ]),
    );
    expect(received).toHaveLength(2);
  });

  it('emits signed_out without a session for a browser that has none', async () => {
    await stage.application.browser().request('POST', '/auth/logout');

    expect(receivedWithoutTimes()).toEqual([{ type: 'signed_out', everywhere: false, network }]);
  });

  it('emits revoked with the reason replaced when the browser signs in again', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.postJson('/auth/login', { email: 'ada@example.com' });
    await browser.get(await callbackPathOf(stage.emulator, 'ada@example.com'));

    const [started, signedIn, ...others] = receivedWithoutTimes();
    expect([started?.type, signedIn?.type]).toEqual(['sign_in_started', 'signed_in']);
    expect(others).toEqual([{ type: 'revoked', reason: 'replaced', ...subjectAndSession(session), network }]);
  });

  it('emits revoked and refused when onSignIn refuses a sign-in', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { email: 'refused@example.com' });
    await browser.get(callback);

    expect(receivedWithoutTimes()).toEqual([
      { type: 'sign_in_started', method: 'magic-link', network },
      {
        type: 'revoked',
        reason: 'refused_by_application',
        subject: { kind: 'user', id: expect.stringMatching(/^user-/) as unknown },
        sessionId: expect.stringMatching(/^session-/) as unknown,
        network,
      },
      { type: 'refused', code: 'sign_in_refused', network },
    ]);
  });

  it('emits the id of the impersonator, and the session of a request that lacks a requirement', async () => {
    const { token } = await stage.emulator.users.impersonate({
      redirectUrl: 'http://localhost:3000/auth/authenticate',
      email: 'ada@example.com',
      impersonatorEmail: 'admin@example.com',
    });
    const browser = stage.application.browser();
    const page = await browser.visit(`/auth/authenticate?token=${token}&stytch_token_type=impersonation`);
    await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));
    await browser.get('/diary');
    await browser.request('POST', '/auth/logout');

    const impersonated = {
      subject: { kind: 'user', id: expect.stringMatching(/^user-/) as unknown },
      sessionId: expect.stringMatching(/^session-/) as unknown,
      impersonatorId: expect.any(String) as unknown,
      network,
    };
    expect(receivedWithoutTimes()).toEqual([
      { type: 'signed_in', method: 'magic-link', ...impersonated },
      { type: 'refused', code: 'impersonation_refused', ...impersonated },
      { type: 'revoked', reason: 'signed_out', ...impersonated },
      { type: 'signed_out', everywhere: false, ...impersonated },
    ]);
    expect(JSON.stringify(received)).not.toContain('admin@example.com');
  });

  it('emits no network for a client behind a proxy that is not trusted', async () => {
    await stage.application.browser().get('/me', { 'x-forwarded-for': '203.0.113.9' });

    expect(receivedWithoutTimes()).toEqual([{ type: 'refused', code: 'session_missing' }]);
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
        network,
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

  it('emits frozen events that contain no token, cookie value, email address or IP address', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { email: 'grace@example.com' });
    await browser.visit(callback);
    const secrets = [
      '127.0.0.1',
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
      expect([secret.length > 8, serialized.includes(secret)]).toEqual([true, false]);
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
