import { Controller, Get } from '@nestjs/common';
import { InjectStytchClient, Protected } from 'nestjs-stytch';
import { startStytchEmulator, type FaultEffect, type StytchEmulator } from 'stytch-emulator';
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

@Protected({ credentials: ['cookie', 'bearer', 'm2m'] })
@Controller('me')
class MeController {
  constructor(@InjectStytchClient() readonly stytch: Client) {}
  @Get()
  show() {
    return 'me';
  }
}

const json = 'application/json';
const unknownKey = newSigningKey();
const email = 'ada.lovelace@example.com';

describePlatforms('secrets in logs, output and responses', (platform) => {
  let emulator: StytchEmulator;
  let application: ApplicationUnderTest;
  let rejectsSignIns = false;
  const log = new CapturedLog();
  const output = new CapturedOutput();
  const secrets = new Set<string>();
  const responses: TestResponse[] = [];

  /** Records the response, and every cookie value before and after it as a secret. */
  async function record(browser: TestBrowser, response: Promise<TestResponse>): Promise<void> {
    for (const value of browser.cookies.values()) addSecret(value);
    responses.push(await response);
    for (const value of browser.cookies.values()) addSecret(value);
  }
  /** The longer parts of a JWT or a binding cookie are secrets too. */
  function addSecret(value: string) {
    for (const part of [value, ...value.split('.')]) if (part.length > 15) secrets.add(part);
  }

  /** Failures of Stytch. Some responses repeat what the request contained. */
  const faults = (sent: string): FaultEffect[] => [
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'stall-body' },
    { kind: 'redirect', to: `http://127.0.0.1:9/?token=${sent}` },
    { kind: 'status', status: 500, contentType: json, body: errorBody(500, 'internal_server_error', sent) },
    { kind: 'status', status: 429, contentType: json, body: errorBody(429, 'too_many_requests', sent) },
    {
      kind: 'status',
      status: 401,
      contentType: json,
      body: errorBody(401, 'unauthorized_credentials', sent),
    },
    { kind: 'status', status: 400, contentType: json, body: errorBody(400, sent, sent) },
    { kind: 'status', status: 404, contentType: json, body: errorBody(404, 'session_not_found', sent) },
    { kind: 'status', status: 502, contentType: 'text/html', body: `<p>${sent} ${email}</p>` },
    { kind: 'status', status: 200, contentType: json, body: `{"session_jwt":"${sent}"` },
    { kind: 'status', status: 200, contentType: json, body: errorBody(200, 'x', sent) },
  ];
  const errorBody = (status: number, type: string, sent: string) =>
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
          if (rejectsSignIns) throw new Error('Sign-ups are closed.');
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

  it('contain no credential, token or cookie value after sign-ins, failed links, refreshes and outages', async () => {
    const stage = { emulator, application };
    const { browser, callback } = await linkAskedForBy(stage, { email, return_to: '/me' });
    const token = new URLSearchParams(callback.split('?')[1]).get('token') ?? '';
    addSecret(token);
    await record(application.browser(), application.browser().visit(callback));
    for (const fault of faults(token)) {
      emulator.faults.add({ ...fault, path: '/v1/magic_links/*' });
      await record(browser, browser.get(callback));
      await record(browser, browser.postJson('/auth/login', { email }));
      await record(browser, browser.postForm('/auth/login', { email }));
      emulator.faults.clear();
    }
    await record(browser, browser.visit(callback));
    await record(browser, browser.get(callback));
    await record(browser, browser.postJson('/auth/login', { email: `${email}>` }));

    rejectsSignIns = true;
    const { browser: rejected, callback: rejectedCallback } = await linkAskedForBy(stage, { email });
    addSecret(new URLSearchParams(rejectedCallback.split('?')[1]).get('token') ?? '');
    await record(rejected, rejected.get(rejectedCallback));

    const { browser: signedIn, session } = await newBrowser();
    await record(signedIn, signedIn.get('/me'));
    emulator.clock.advance({ minutes: 6 });
    for (const fault of faults(session.session_jwt)) {
      emulator.faults.add({ ...fault, path: '/v1/sessions/*' });
      await record(signedIn, signedIn.get('/me'));
      await record(signedIn, signedIn.visit('/me'));
      const { browser: signingOut } = await newBrowser();
      await record(signingOut, signingOut.request('POST', '/auth/logout'));
      emulator.faults.clear();
      keepSession(signedIn, session);
      emulator.clock.advance({ minutes: 1 });
    }
    await record(signedIn, signedIn.get('/me'));

    const { browser: revoked, session: revokedSession } = await newBrowser();
    emulator.clock.advance({ minutes: 6 });
    await endSession(emulator, revokedSession.session_id);
    await record(revoked, revoked.get('/me'));

    const nowSeconds = Math.floor(emulator.clock.nowMs() / 1000);
    const claims = sessionClaims({ projectId: emulator.projectId, nowSeconds });
    for (const kid of [undefined, 'unknown-key-id', unknownKey.kid]) {
      const attacker = application.browser();
      attacker.cookies.set(jwtCookie, signToken(unknownKey, claims, { kid }));
      attacker.cookies.set(tokenCookie, 'opaque-token-of-an-attacker-0123456789abcdefghi');
      await record(attacker, attacker.get('/me'));
      await record(attacker, attacker.get('/auth/session'));
    }

    const { access_token } = await emulator.m2m.issueToken({ scopes: [] });
    const ofStranger = signToken(unknownKey, claims);
    const tokens = [access_token, `${access_token}x`, session.session_jwt, session.session_token, ofStranger];
    for (const expiredMinutes of [0, 61]) {
      emulator.clock.advance({ minutes: expiredMinutes });
      for (const sent of tokens) {
        addSecret(sent);
        const client = application.browser();
        await record(client, client.get('/me', { authorization: `Bearer ${sent}` }));
      }
    }
    output.end();

    const written = [...log.lines, ...output.written].join('\n');
    expect(log.lines.length).toBeGreaterThan(20);
    expect(secrets.size).toBeGreaterThan(20);
    // The confirm page has the token of the link in its form.
    const hiddenInputs = /<input type="hidden"[^>]*>/g;
    const bodies = responses.map(({ text }) => text.replace(hiddenInputs, '')).join('\n');
    const headers = responses
      .flatMap((response) => [...response.headers].filter(([name]) => name !== 'set-cookie').flat())
      .join('\n');
    for (const secret of secrets) {
      // Not toContain(): its failure message would print the secret.
      expect({ secret: secret.slice(0, 6), isWritten: written.includes(secret) }).toEqual({
        secret: secret.slice(0, 6),
        isWritten: false,
      });
      // The sign-in form repeats the email address that was submitted.
      const isFormInput = secret === email;
      expect(isFormInput || !bodies.includes(secret)).toBe(true);
      expect(headers.includes(secret)).toBe(false);
    }
  }, 30_000);
});
