import { Controller, Get } from '@nestjs/common';
import { InjectStytchClient, Protected } from 'nestjs-stytch';
import { startStytchEmulator, type FaultEffect as FaultEffect, type StytchEmulator } from 'stytch-emulator';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { Client } from 'stytch';
import { CapturedLog } from '../support/captured-log.js';
import { CapturedOutput } from '../support/captured-output.js';
import { endSession } from '../support/end-session.js';
import { jwtCookie, keepSession, tokenCookie } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { newSigningKey, sessionClaims, signToken } from '../support/session-tokens.js';
import {
  describePlatforms,
  startApplication,
  type ApplicationUnderTest,
} from '../support/start-application.js';

@Protected()
@Controller('me')
class MeController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}
  @Get()
  show() {
    return 'me';
  }
}

const json = 'application/json';
const strangersKey = newSigningKey();
const email = 'ada.lovelace@example.com';

describePlatforms('nothing secret is written', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let refusesEverybody = false;
  const log = new CapturedLog();
  const output = new CapturedOutput();
  const secrets = new Set<string>();
  const answers: TestResponse[] = [];

  /** Keeps the answer to look through, and every value of a cookie as a secret. */
  async function act(browser: TestBrowser, answer: Promise<TestResponse>): Promise<void> {
    for (const value of browser.cookies.values()) keepSecret(value);
    answers.push(await answer);
    for (const value of browser.cookies.values()) keepSecret(value);
  }
  /** A JWT or a binding is given away by any of its longer parts. */
  function keepSecret(value: string) {
    for (const part of [value, ...value.split('.')]) if (part.length > 15) secrets.add(part);
  }

  /** Everything Stytch can do wrong, some of it repeating what it was sent. */
  const faults = (sent: string): FaultEffect[] => [
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'stall-body' },
    { kind: 'redirect', to: `http://127.0.0.1:9/?token=${sent}` },
    { kind: 'status', status: 500, contentType: json, body: errorSaying(500, 'internal_server_error', sent) },
    { kind: 'status', status: 429, contentType: json, body: errorSaying(429, 'too_many_requests', sent) },
    {
      kind: 'status',
      status: 401,
      contentType: json,
      body: errorSaying(401, 'unauthorized_credentials', sent),
    },
    { kind: 'status', status: 400, contentType: json, body: errorSaying(400, sent, sent) },
    { kind: 'status', status: 404, contentType: json, body: errorSaying(404, 'session_not_found', sent) },
    { kind: 'status', status: 502, contentType: 'text/html', body: `<p>${sent} ${email}</p>` },
    { kind: 'status', status: 200, contentType: json, body: `{"session_jwt":"${sent}"` },
    { kind: 'status', status: 200, contentType: json, body: errorSaying(200, 'x', sent) },
  ];
  const errorSaying = (status: number, type: string, sent: string) =>
    JSON.stringify({
      status_code: status,
      request_id: sent,
      error_type: type,
      error_message: `${email} sent ${sent}`,
      error_url: `https://stytch.com/${sent}`,
      session_jwt: sent,
    });

  beforeAll(async () => {
    emulator = await startStytchEmulator();
    output.begin();
    application = await startApplication({
      emulator,
      platform,
      controllers: [MeController],
      options: {
        http: { deadlineMs: 100 },
        onSignIn: () => {
          if (refusesEverybody) throw new Error('This application is full.');
        },
      },
      configure: log.attachTo,
    });
    secrets.add(emulator.secret).add(email);
    secrets.add(Buffer.from(`${emulator.projectId}:${emulator.secret}`).toString('base64'));
  });
  afterAll(async () => {
    await application.close();
    await emulator.close();
  });

  async function newBrowser() {
    const session = await emulator.sessions.create({ email });
    const browser = application.browser();
    keepSession(browser, session);
    return { browser, session };
  }

  it('while people sign in, links fail, sessions are refreshed and Stytch is out', async () => {
    const stage = { emulator, application };
    const { browser, callback } = await linkAskedForBy(stage, { email, return_to: '/me' });
    const token = new URLSearchParams(callback.split('?')[1]).get('token') ?? '';
    keepSecret(token);
    await act(application.browser(), application.browser().visit(callback));
    for (const fault of faults(token)) {
      emulator.faults.add({ ...fault, path: '/v1/magic_links/*' });
      await act(browser, browser.get(callback));
      await act(browser, browser.postJson('/auth/login', { email }));
      await act(browser, browser.postForm('/auth/login', { email }));
      emulator.faults.clear();
    }
    await act(browser, browser.visit(callback));
    await act(browser, browser.get(callback));
    await act(browser, browser.postJson('/auth/login', { email: `${email}>` }));

    refusesEverybody = true;
    const { browser: refused, callback: inVain } = await linkAskedForBy(stage, { email });
    keepSecret(new URLSearchParams(inVain.split('?')[1]).get('token') ?? '');
    await act(refused, refused.get(inVain));

    const { browser: one, session } = await newBrowser();
    await act(one, one.get('/me'));
    emulator.clock.advance({ minutes: 6 });
    for (const fault of faults(session.session_jwt)) {
      emulator.faults.add({ ...fault, path: '/v1/sessions/*' });
      await act(one, one.get('/me'));
      await act(one, one.visit('/me'));
      const { browser: leaving } = await newBrowser();
      await act(leaving, leaving.request('POST', '/auth/logout'));
      emulator.faults.clear();
      keepSession(one, session);
      emulator.clock.advance({ minutes: 1 });
    }
    await act(one, one.get('/me'));

    const { browser: ended, session: over } = await newBrowser();
    emulator.clock.advance({ minutes: 6 });
    await endSession(emulator, over.session_id);
    await act(ended, ended.get('/me'));

    const nowSeconds = Math.floor(emulator.clock.nowMs() / 1000);
    const claims = sessionClaims({ projectId: emulator.projectId, nowSeconds });
    for (const kid of [undefined, 'made-up', strangersKey.kid]) {
      const forger = application.browser();
      forger.cookies.set(jwtCookie, signToken(strangersKey, claims, { kid }));
      forger.cookies.set(tokenCookie, 'opaque-token-of-a-forger-0123456789abcdefghi');
      await act(forger, forger.get('/me'));
      await act(forger, forger.get('/auth/session'));
    }
    output.end();

    const written = [...log.lines, ...output.written].join('\n');
    expect(log.lines.length).toBeGreaterThan(20);
    expect(secrets.size).toBeGreaterThan(20);
    const bodies = answers.map(({ text }) => text).join('\n');
    const headers = answers
      .flatMap((answer) => [...answer.headers].filter(([name]) => name !== 'set-cookie').flat())
      .join('\n');
    for (const secret of secrets) {
      // Not by toContain: a failure would print what must not be printed.
      expect({ secret: secret.slice(0, 6), isWritten: written.includes(secret) }).toEqual({
        secret: secret.slice(0, 6),
        isWritten: false,
      });
      const isTyped = secret === email;
      expect(isTyped || !bodies.includes(secret)).toBe(true);
      expect(headers.includes(secret)).toBe(false);
    }
  }, 30_000);
});
