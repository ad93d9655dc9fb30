import { emailOtp, smsOtp, STYTCH_CLIENT, StytchEvents, whatsappOtp, type StytchEvent } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import type { Client } from 'stytch';
import type { Fault } from 'stytch-emulator';
import { authenticateCodePath, codeSentTo, finishWith, wrongCode } from '../support/codes.js';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { MeController } from '../support/me.controller.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  deletedCookieAttributes,
  jwtCookie,
  lastingUntil,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const bindingCookie = 'stytch_login';
const incorrect = refusalBody('code_incorrect');
const methods = [emailOtp(), smsOtp({ countries: ['US', 'CA'] }), whatsappOtp()];
const controllers = [MeController];

/** What is visible of a response, without what differs between any two. */
const visible = ({ status, text, setCookies, headers }: TestResponse) => ({
  status,
  text,
  location: headers.get('location'),
  cookies: setCookies.map((cookie) => cookie.replace(/=[^;]*/, (value) => `=${value.length} characters`)),
  csp: headers.get('content-security-policy'),
});

/** A response of Stytch that concerns this recipient only. */
const denied = (path: string): Fault => ({
  path,
  kind: 'status',
  status: 403,
  contentType: 'application/json',
  body: JSON.stringify({
    status_code: 403,
    request_id: 'request-id-test-00000000-0000-4000-8000-000000000000',
    error_type: 'email_in_denylist',
    error_message: 'Denied.',
  }),
});

describePlatforms('signing in with a code', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: {
      methods,
      pages: { afterLogin: '/welcome' },
      limits: { perAddress: false, perAddressTotal: false },
    },
  });
  const startEmail = (browser: TestBrowser, email: string) => browser.postJson('/auth/login', { email });

  /** A browser that requested a code by email, and the code. */
  async function startedWith(email: string): Promise<{ browser: TestBrowser; code: string }> {
    stage.emulator.messages.clear();
    const browser = stage.application.browser();
    await startEmail(browser, email);
    return { browser, code: await codeSentTo(stage.emulator, email) };
  }

  it.each([
    ['email', 'email-otp', '/auth/login', { email: ' ada@example.com' }, 'ada@example.com'],
    ['sms', 'sms-otp', '/auth/login/sms-otp/start', { phone_number: '+1 (415) 555-0123' }, '+14155550123'],
    [
      'whatsapp',
      'whatsapp-otp',
      '/auth/login/whatsapp-otp/start',
      { phone_number: '+447911123456' },
      '+447911123456',
    ],
  ])('signs up and in with a code by %s', async (channel, method, path, recipient, to) => {
    const browser = stage.application.browser();

    const sent = await browser.postJson(path, { ...recipient, return_to: '/me' });

    expect([sent.status, sent.json(), cookiesSetBy(sent)]).toEqual([
      202,
      { status: 'sent' },
      {
        [bindingCookie]: {
          value: expect.stringMatching(/^[\w.-]+$/) as unknown,
          attributes: 'Max-Age=600; Path=/; HttpOnly; SameSite=Lax',
        },
      },
    ]);
    const [sentField = ''] = Object.keys(recipient);
    expect(bodiesSentTo(stage.emulator, `/v1/otps/${channel}/login_or_create`)).toEqual([
      { [sentField]: to, expiration_minutes: 10 },
    ]);

    const code = await codeSentTo(stage.emulator, to);
    const finished = await finishWith(browser, code, method);

    const session = stage.emulator.sessions.list().at(-1);
    const { expires_at } = session as unknown as { expires_at: string };
    expect([finished.status, finished.json(), cookiesSetBy(finished)]).toEqual([
      200,
      { status: 'signed_in', returnTo: '/me' },
      {
        [jwtCookie]: {
          value: expect.stringMatching(/^ey/) as unknown,
          attributes: lastingUntil(expires_at, stage.emulator),
        },
        [tokenCookie]: {
          value: expect.stringMatching(/./) as unknown,
          attributes: lastingUntil(expires_at, stage.emulator),
        },
        [bindingCookie]: { value: '', attributes: deletedCookieAttributes },
      },
    ]);
    expect(bodiesSentTo(stage.emulator, authenticateCodePath)).toEqual([
      {
        method_id: expect.stringMatching(/^(email|phone-number)-test-/) as unknown,
        code,
        session_duration_minutes: 60,
      },
    ]);
    expect((await browser.get('/me')).json()).toMatchObject({ sessionId: session?.session_id });
  });

  it('signs in with forms, and accepts a code with spaces and hyphens', async () => {
    stage.emulator.messages.clear();
    const browser = stage.application.browser();

    const sent = await browser.postForm('/auth/login', { email: 'grace@example.com', return_to: '/me' });
    const page = await browser.visit('/auth/login/email-otp/finish');
    const code = await codeSentTo(stage.emulator, 'grace@example.com');
    const finished = await browser.postForm('/auth/login/email-otp/finish', {
      code: ` ${code.slice(0, 3)}-${code.slice(3)} `,
    });

    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/auth/login/email-otp/finish']);
    expect([page.status, page.setCookies]).toEqual([200, []]);
    expect(page.text).toContain('<strong>grace@example.com</strong>');
    expect(page.text.replace(/\s+/g, ' ')).toContain(
      '<input id="code-code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required autofocus value="" />',
    );
    expect(hiddenFieldsOf(page)).toEqual({ email: 'grace@example.com', return_to: '/me' });
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+' 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect([finished.status, finished.headers.get('location')]).toEqual([303, '/me']);
    expect((await browser.get('/me')).json()).toMatchObject({ email: 'grace@example.com' });
  });

  it('shows a wrong code again with its problem, and then accepts the right one', async () => {
    const { browser, code } = await startedWith('alan@example.com');
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));

    const again = await browser.postForm('/auth/login/email-otp/finish', { code: wrongCode(code) });

    expect([again.status, again.setCookies]).toEqual([400, []]);
    expect(again.text).toContain('<title>Check the code</title>');
    expect(again.text).toContain('role="alert">This code is incorrect or has expired.</p>');
    expect(again.text).not.toContain(wrongCode(code));
    unsubscribe();
    expect(events).toMatchObject([{ type: 'refused', code: 'code_incorrect' }]);
    expect((await browser.postForm('/auth/login/email-otp/finish', { code })).status).toBe(303);
  });

  it('replaces a code when another one is requested with the form of the page', async () => {
    const { browser, code } = await startedWith('edsger@example.com');
    const page = await browser.visit('/auth/login/email-otp/finish');
    stage.emulator.messages.clear();

    const sent = await browser.postForm('/auth/login', hiddenFieldsOf(page));

    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/auth/login/email-otp/finish']);
    const newCode = await codeSentTo(stage.emulator, 'edsger@example.com');
    const old = await finishWith(browser, code === newCode ? wrongCode(code) : code);
    expect([old.status, old.json(), old.setCookies]).toEqual([400, incorrect, []]);
    expect((await finishWith(browser, newCode)).status).toBe(200);
  });

  it('offers another code thirty seconds after the last one', async () => {
    const { browser, code } = await startedWith('niklaus@example.com');
    const seconds = [];
    for (const passed of [0, 20, 11]) {
      stage.emulator.clock.advance({ seconds: passed });
      const page = await browser.visit('/auth/login/email-otp/finish');
      seconds.push(/another code in [^>]*>\s*<span>(\d+) seconds/.exec(page.text)?.[1]);
    }
    const again = await browser.postForm('/auth/login/email-otp/finish', { code: wrongCode(code) });

    expect(seconds).toEqual(['30', '10', undefined]);
    expect(again.text).not.toContain('You can request another code');
  });

  it.each([
    ['no code', undefined, 'code_missing', 0],
    ['an empty code', '', 'code_missing', 0],
    ['letters', 'abcdef', 'code_incorrect', 0],
    ['an object', { $gt: '' }, 'code_incorrect', 0],
    ['a code of 13 digits', '1234567890123', 'code_incorrect', 0],
    ['a code of 4 digits', '1234', 'code_incorrect', 1],
    ['the digits of another code', wrongCode, 'code_incorrect', 1],
  ] as const)('responds 400 to %s', async (_, given, expected, calls) => {
    const { browser, code } = await startedWith('barbara@example.com');

    const response = await finishWith(browser, typeof given === 'function' ? given(code) : given);

    expect([response.status, response.json(), response.setCookies]).toEqual([400, refusalBody(expected), []]);
    expect(bodiesSentTo(stage.emulator, authenticateCodePath)).toHaveLength(calls);
  });

  it('responds 400 to a code that was used, also in a copy of the browser', async () => {
    const { browser, code } = await startedWith('donald@example.com');
    const copy = stage.application.browser();
    copy.cookies.set(bindingCookie, browser.cookies.get(bindingCookie) ?? '');
    await finishWith(browser, code);
    // Within a few seconds, it would be a double click.
    stage.emulator.clock.advance({ seconds: 6 });

    const again = await finishWith(browser, code);
    const inCopy = await finishWith(copy, code);

    expect([again.status, again.json(), again.setCookies]).toEqual([
      400,
      refusalBody('sign_in_not_started'),
      [],
    ]);
    expect([inCopy.status, inCopy.json(), inCopy.setCookies]).toEqual([400, incorrect, []]);
  });

  it('responds 400 to a code that has expired, and to one of another browser, without a call', async () => {
    const { browser, code } = await startedWith('kathleen@example.com');
    stage.emulator.requests.clear();

    const elsewhere = await finishWith(stage.application.browser(), code);
    stage.emulator.clock.advance({ minutes: 10 });
    const late = await finishWith(browser, code);
    const page = await browser.visit('/auth/login/email-otp/finish');

    const notStarted = [400, refusalBody('sign_in_not_started'), []];
    expect([elsewhere.status, elsewhere.json(), elsewhere.setCookies]).toEqual(notStarted);
    expect([late.status, late.json(), late.setCookies]).toEqual(notStarted);
    expect([page.status, page.setCookies]).toEqual([400, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('responds 400 to the code of another method', async () => {
    const { browser, code } = await startedWith('john@example.com');

    const response = await finishWith(browser, code, 'sms-otp');

    expect([response.status, response.json()]).toEqual([400, refusalBody('sign_in_not_started')]);
  });

  it.each([
    ['no phone number', undefined, 'phone_missing'],
    ['text', 'call me', 'phone_invalid'],
    ['a number without a country code', '415 555 0123', 'phone_invalid'],
    ['a number that is too short', '+1 415', 'phone_invalid'],
    ['a number of another country', '+44 7911 123456', 'phone_country_refused'],
    ['a number of another country with the same calling code', '+1 876 555 0123', 'phone_country_refused'],
  ] as const)('responds 400 to %s, without a call', async (_, phone_number, code) => {
    const browser = stage.application.browser();

    const response = await browser.postJson('/auth/login/sms-otp/start', { phone_number });
    const page = await browser.postForm('/auth/login/sms-otp/start', { phone_number: phone_number ?? '' });

    expect([response.status, response.json(), response.setCookies]).toEqual([400, refusalBody(code), []]);
    expect([page.status, page.setCookies]).toEqual([400, []]);
    expect(page.text).toContain('<title>Check your phone number</title>');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('responds 503 when Stytch is down, to the request for a code and to the code, which works afterwards', async () => {
    const { browser, code } = await startedWith('frances@example.com');
    stage.emulator.faults.add({ path: '/v1/otps/*', kind: 'status', status: 500 });

    const start = await startEmail(stage.application.browser(), 'frances@example.com');
    const finish = await finishWith(browser, code);
    stage.emulator.faults.clear();

    for (const response of [start, finish]) {
      expect([response.status, response.json(), response.headers.get('retry-after')]).toEqual([
        503,
        refusalBody('stytch_unavailable'),
        defaultRetryAfter,
      ]);
    }
    expect((await finishWith(browser, code)).status).toBe(200);
  });
});

describePlatforms('codes of an application that nobody may sign up to', (platform) => {
  const stage = useApplication({
    platform,
    options: { methods: [emailOtp({ signUp: 'deny' }), smsOtp({ countries: ['US'], signUp: 'deny' })] },
  });

  it.each([
    ['email-otp', 'email', 'email', ['known@example.com', 'other@example.com', 'other@example.org']],
    ['sms-otp', 'sms', 'phone_number', ['+14155550123', '+14155550124', '+14155550125']],
  ])(
    'look the same in every step of %s, whether or not there is an account',
    async (method, channel, field, recipients) => {
      const [known = '', unknown = '', failing = ''] = recipients;
      const { users } = stage.application.app.get<Client>(STYTCH_CLIENT);
      for (const to of [known, failing]) await users.create({ [field]: to });
      stage.emulator.messages.clear();
      stage.emulator.requests.clear();
      const seen = [];
      for (const to of [known, unknown, failing]) {
        const browser = stage.application.browser();
        if (to === failing) stage.emulator.faults.add(denied(`/v1/otps/${channel}/send`));
        const steps = [
          await browser.postForm(`/auth/login/${method}/start`, { [field]: to }),
          await browser.visit(`/auth/login/${method}/finish`),
          await browser.postForm(`/auth/login/${method}/finish`, { code: '000000' }),
          await finishWith(browser, '000000', method),
        ];
        seen.push(steps.map((step) => JSON.stringify(visible(step)).replaceAll(to, '<recipient>')));
      }

      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
      expect(seen[0]?.map((step) => (JSON.parse(step) as { status: number }).status)).toEqual([
        303, 200, 400, 400,
      ]);
      expect(bodiesSentTo(stage.emulator, authenticateCodePath)).toHaveLength(6);
      expect(stage.emulator.messages.list()).toHaveLength(1);
    },
  );
});
