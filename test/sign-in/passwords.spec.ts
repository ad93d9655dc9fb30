import { magicLinks, passwords } from 'nestjs-stytch';
import type { TestResponse } from 'nestjs-stytch/testing';
import { CapturedLog } from '../support/captured-log.js';
import { hiddenFieldsOf } from '../support/confirm-page.js';
import { callbackPathOf } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { createUserWithPassword, requestReset } from '../support/passwords.js';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  deletedCookieAttributes,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { tokenIn } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { stytchError } from '../support/stytch-faults.js';
import { useApplication } from '../support/use-application.js';

const good = 'plum-Orbit-93-lantern';
const better = 'cobalt_Harbour_27_zebra';
const weak = 'monkey1';
const breached = 'correct horse battery staple';

const authenticatePath = '/v1/passwords/authenticate';
const startResetPath = '/v1/passwords/email/reset/start';
const resetPath = '/v1/passwords/email/reset';
const setPath = '/v1/passwords/session/reset';

const log = new CapturedLog();

describePlatforms('signing in with a password', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { methods: [passwords({ responseTimeMs: 1 }), magicLinks()] },
    configure: log.attachTo,
  });

  const signIn = (credentials: object, browser = stage.application.browser()) =>
    browser.postJson('/auth/login', credentials);

  it('shows the form and a link for a forgotten password on the sign-in page', async () => {
    const page = await stage.application.browser().visit('/auth/login?return_to=/me');

    expect(mainOf(page)).toBe(
      '<h1>Sign in</h1> <form method="post" action="/auth/login">' +
        ' <input type="hidden" name="return_to" value="/me" />' +
        ' <label for="password-email">Email address</label>' +
        ' <input id="password-email" name="email" type="email" autocomplete="email" required autofocus value="" />' +
        ' <label for="password-password">Password</label>' +
        ' <input id="password-password" name="password" type="password" autocomplete="current-password" required value="" />' +
        ' <button>Sign in</button> </form> <ul class="others">' +
        ' <li><a href="/auth/login/password-reset/start?return_to=%2Fme">Forgot your password?</a></li>' +
        ' <li><a href="/auth/login/magic-link/start?return_to=%2Fme">Send me a sign-in link</a></li> </ul>',
    );
  });

  it('sets the session cookies and responds with the return address', async () => {
    const user = await createUserWithPassword(stage.emulator, good);
    const browser = stage.application.browser();

    const response = await signIn({ ...user, return_to: '/me' }, browser);

    expect([response.status, response.json()]).toEqual([200, { status: 'signed_in', returnTo: '/me' }]);
    const { [jwtCookie]: jwt, [tokenCookie]: token, ...others } = cookiesSetBy(response);
    expect([jwt?.value, token?.value]).toEqual([expect.stringMatching(/^ey/), expect.stringMatching(/./)]);
    expect(others).toEqual({ stytch_login: { value: '', attributes: deletedCookieAttributes } });
    expect(bodiesSentTo(stage.emulator, authenticatePath)).toEqual([
      { ...user, session_duration_minutes: 60 },
    ]);
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('redirects a form to the return address', async () => {
    const user = await createUserWithPassword(stage.emulator, good);

    const response = await stage.application.browser().postForm('/auth/login', { ...user, return_to: '/me' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
  });

  it('responds the same to an unknown address, a wrong password, no password, and a locked user', async () => {
    const user = await createUserWithPassword(stage.emulator, good);
    const locked = await createUserWithPassword(stage.emulator, good);
    await signedInBrowser(stage, { email: 'no-password@example.com' });
    for (let attempt = 0; attempt < 10; attempt += 1) await signIn({ ...locked, password: 'wrong' });
    const attempts = [
      { email: 'nobody@example.com', password: 'wrong' },
      { email: user.email, password: 'wrong' },
      { email: 'no-password@example.com', password: 'wrong' },
      locked,
    ];

    const json = await Promise.all(attempts.map(async (fields) => signIn(fields)));
    const pages = await Promise.all(
      attempts.map(async (fields) => stage.application.browser().postForm('/auth/login', fields)),
    );

    const [first] = json.map(visibleOf);
    expect(first).toMatchObject({ status: 400, cookies: [] });
    expect(json.map((response) => response.json())).toEqual(
      attempts.map(() => refusalBody('credentials_incorrect')),
    );
    expect(json.map(visibleOf)).toEqual(attempts.map(() => first));
    const texts = pages.map(({ text }, at) => text.replaceAll(attempts[at]?.email ?? '', '…'));
    expect(texts[0]).toContain('aria-invalid="true" aria-describedby="password-password-problem"');
    expect(texts).toEqual(attempts.map(() => texts[0]));
  });

  it('lets others sign in while a user is locked', async () => {
    const locked = await createUserWithPassword(stage.emulator, good);
    const user = await createUserWithPassword(stage.emulator, good);
    for (let attempt = 0; attempt < 11; attempt += 1) await signIn({ ...locked, password: 'wrong' });

    expect((await signIn(user)).status).toBe(200);
  });

  it('shows the form again with the email address and without the password', async () => {
    const page = await stage.application
      .browser()
      .postForm('/auth/login', { email: 'nobody@example.com', password: good });

    expect(page.status).toBe(400);
    expect(page.text).toContain('value="nobody@example.com"');
    expect(page.text).toContain('role="alert">The email address or the password is incorrect.');
    expect(page.text).not.toContain(good);
    expect(page.text.match(/autofocus/g)).toHaveLength(1);
    expect(page.text.replace(/\s+/g, ' ')).toMatch(/name="password" [^>]* autofocus/);
  });

  it.each([
    ['no password', { email: 'ada@example.com' }, 'password_missing'],
    ['a list', { email: 'ada@example.com', password: ['a'] }, 'password_invalid'],
    ['1025 bytes', { email: 'ada@example.com', password: 'a'.repeat(1025) }, 'password_invalid'],
    ['a malformed email address', { email: 'ada', password: good }, 'email_invalid'],
  ] as const)('refuses %s without a call to Stytch', async (_, fields, code) => {
    const response = await signIn(fields);

    expect([response.status, response.json()]).toEqual([400, refusalBody(code)]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('asks to reset a password that somebody else may have set', async () => {
    const user = await createUserWithPassword(stage.emulator, good);
    await signInByLink(user.email);

    const json = await signIn(user);
    const page = await stage.application.browser().postForm('/auth/login', user);

    expect([json.status, json.json()]).toEqual([400, refusalBody('password_reset_required')]);
    expect(page.text).toContain('this password has to be replaced');
    expect(page.text).toContain('href="/auth/login/password-reset/start"');
    expect(cookiesSetBy(json)).not.toHaveProperty(jwtCookie);
  });

  it('responds 503 while Stytch is unavailable', async () => {
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), path: authenticatePath });

    const response = await signIn({ email: 'ada@example.com', password: good });

    expect([response.status, response.json(), response.headers.get('retry-after')]).toEqual([
      503,
      refusalBody('stytch_unavailable'),
      defaultRetryAfter,
    ]);
  });

  async function signInByLink(email: string) {
    const browser = stage.application.browser();
    await browser.postJson('/auth/login/magic-link/start', { email });
    await browser.visit(await callbackPathOf(stage.emulator, email));
  }

  describe('with a forgotten password', () => {
    it('shows a form for the email address', async () => {
      const page = await stage.application.browser().visit('/auth/login/password-reset/start?return_to=/me');

      expect(page.status).toBe(200);
      expect(mainOf(page)).toBe(
        '<h1>Choose a new password</h1> <form method="post" action="/auth/login/password-reset/start">' +
          ' <input type="hidden" name="return_to" value="/me" />' +
          ' <label for="password-reset-email">Email address</label>' +
          ' <input id="password-reset-email" name="email" type="email" autocomplete="email" required autofocus value="" />' +
          ' <button>Send me a link</button> </form>' +
          ' <ul class="others"> <li><a href="/auth/login?return_to=%2Fme">Sign in another way</a></li> </ul>',
      );
    });

    it('sends a link that leads to a form, sets the new password and signs in', async () => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const otherBrowser = application.browser();
      await signIn(user, otherBrowser);
      const browser = application.browser();

      const { response: sent, reset } = await requestReset({ emulator, browser }, user.email, {
        return_to: '/me',
      });
      expect([sent.status, sent.json()]).toEqual([202, { status: 'sent' }]);
      expect(bodiesSentTo(emulator, startResetPath)).toEqual([
        {
          email: user.email,
          reset_password_redirect_url: 'http://localhost:3000/auth/authenticate',
          reset_password_expiration_minutes: 30,
          login_redirect_url: 'http://localhost:3000/auth/authenticate',
          code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        },
      ]);
      const codeVerifier = browser.cookies.get('stytch_login')?.split('.')[0];
      emulator.requests.clear();

      const form = await browser.visit(reset);
      expect(form.status).toBe(200);
      const hidden = hiddenFieldsOf(form);
      expect(mainOf(form)).toBe(
        '<h1>Choose a new password</h1> <form method="post" action="/auth/authenticate">' +
          ` <input type="hidden" name="token" value="${tokenIn(reset)}" />` +
          ' <input type="hidden" name="stytch_token_type" value="reset_password" />' +
          ` <input type="hidden" name="nonce" value="${hidden['nonce'] ?? ''}" />` +
          ' <label for="confirm-password">New password</label>' +
          ' <input id="confirm-password" name="password" type="password" autocomplete="new-password" required autofocus value="" />' +
          ' <button>Save password and sign in</button> </form>',
      );
      expect(callsTo(emulator)).toEqual([]);
      const response = await browser.postForm('/auth/authenticate', { ...hidden, password: better });

      expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
      expect(bodiesSentTo(emulator, resetPath)).toEqual([
        {
          token: tokenIn(reset),
          password: better,
          code_verifier: codeVerifier,
          session_duration_minutes: 60,
        },
      ]);
      expect((await browser.get('/me')).status).toBe(200);
      expect((await signIn(user)).json()).toEqual(refusalBody('credentials_incorrect'));
      expect((await signIn({ ...user, password: better })).status).toBe(200);
    });

    it('sends a link that signs in without a new password', async () => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const browser = application.browser();
      const { login } = await requestReset({ emulator, browser }, user.email);

      const elsewhere = await application.browser().get(login);
      const response = await browser.visit(login);

      expect(elsewhere.json()).toEqual(refusalBody('link_for_another_browser'));
      expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
      expect((await browser.get('/me')).json()).toMatchObject({ email: user.email });
    });

    it('responds the same to an unknown address, and sends nothing', async () => {
      const user = await createUserWithPassword(stage.emulator, good);
      stage.emulator.messages.clear();
      const start = async (email: string) =>
        stage.application.browser().postForm('/auth/login/password-reset/start', { email });

      const unknown = await start('nobody@example.com');
      expect(stage.emulator.messages.list()).toEqual([]);
      const known = await start(user.email);

      expect(visibleOf(unknown)).toEqual(visibleOf(known));
      expect([unknown.status, unknown.headers.get('location')]).toEqual([303, '/auth/sent']);
    });

    it.each([
      [weak, 'password_weak', /^This password is too weak\. .*(common|guess|Add another word or two).*\.$/],
      [breached, 'password_breached', /^This password is known from a data breach/],
    ])('asks for another password than %j, with %s and what Stytch says', async (password, code, message) => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const browser = application.browser();
      const { reset } = await requestReset({ emulator, browser }, user.email);
      const hidden = hiddenFieldsOf(await browser.visit(reset));

      const json = await browser.postJson('/auth/authenticate', { ...hidden, password });
      const page = await browser.postForm('/auth/authenticate', { ...hidden, password });

      expect(json.json()).toEqual({
        ...refusalBody(code as 'password_weak'),
        message: expect.stringMatching(message) as unknown,
      });
      expect(page.status).toBe(400);
      expect(page.text).toContain('<h1>Choose a new password</h1>');
      expect(page.text).toContain('aria-invalid="true" aria-describedby="confirm-password-problem"');
      expect(page.text).not.toContain(`value="${password}"`);
      const accepted = await browser.postForm('/auth/authenticate', {
        ...hiddenFieldsOf(page),
        password: better,
      });
      expect(accepted.status).toBe(303);
    });

    it('does not accept the link in another browser, and does not consume it there', async () => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const browser = application.browser();
      const { reset } = await requestReset({ emulator, browser }, user.email);
      emulator.requests.clear();

      const opened = await application.browser().get(reset);

      expect([opened.status, opened.json()]).toEqual([400, refusalBody('link_for_another_browser')]);
      expect(callsTo(emulator)).toEqual([]);
      expect((await browser.visit(reset)).status).toBe(200);
    });

    it('asks a locked user who opens a link to wait', async () => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const browser = application.browser();
      const { reset, login } = await requestReset({ emulator, browser }, user.email);
      for (let attempt = 0; attempt < 10; attempt += 1) await signIn({ ...user, password: 'wrong' });
      const hidden = hiddenFieldsOf(await browser.visit(reset));

      const responses = [
        await browser.get(login),
        await browser.postJson('/auth/authenticate', { ...hidden, password: better }),
      ];

      expect(responses.map((response) => [response.status, response.json()])).toEqual([
        [429, refusalBody('rate_limited')],
        [429, refusalBody('rate_limited')],
      ]);
    });

    it('rejects a link that was used or has expired', async () => {
      const { emulator, application } = stage;
      const user = await createUserWithPassword(emulator, good);
      const browser = application.browser();
      const { reset } = await requestReset({ emulator, browser }, user.email);
      const hidden = hiddenFieldsOf(await browser.visit(reset));
      emulator.clock.advance({ minutes: 31 });

      const response = await browser.postJson('/auth/authenticate', { ...hidden, password: better });

      expect([response.status, response.json()]).toEqual([410, refusalBody('link_used_or_expired')]);
    });
  });

  describe('and setting one in a session', () => {
    it('redirects a browser without a session to the sign-in page and back', async () => {
      const browser = stage.application.browser();

      const page = await browser.visit('/auth/login/set-password/start');
      const posted = await browser.postJson('/auth/login/set-password/start', { password: good });

      expect([page.status, page.headers.get('location')]).toEqual([
        303,
        '/auth/login?return_to=%2Fauth%2Flogin%2Fset-password%2Fstart',
      ]);
      expect([posted.status, posted.json()]).toEqual([401, refusalBody('session_missing')]);
      expect(callsTo(stage.emulator)).toEqual([]);
    });

    it('sets a first password and keeps the session', async () => {
      const email = 'first-password@example.com';
      const { browser, session } = await signedInBrowser(stage, { email });
      const { session: otherSession } = await signedInBrowser(stage, { email });

      const form = await browser.visit('/auth/login/set-password/start?return_to=/me');
      expect(mainOf(form)).toBe(
        '<h1>Choose a new password</h1> <form method="post" action="/auth/login/set-password/start">' +
          ' <input type="hidden" name="return_to" value="/me" />' +
          ' <label for="set-password-password">New password</label>' +
          ' <input id="set-password-password" name="password" type="password" autocomplete="new-password" required autofocus value="" />' +
          ' <button>Save password</button> </form>',
      );
      const response = await browser.postForm('/auth/login/set-password/start', {
        ...hiddenFieldsOf(form),
        password: good,
      });

      expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
      expect(bodiesSentTo(stage.emulator, setPath)).toEqual([
        { password: good, session_jwt: session.session_jwt, session_duration_minutes: 60 },
      ]);
      expect((await browser.get('/me')).json()).toMatchObject({ sessionId: session.session_id });
      expect(stage.emulator.sessions.list().map(({ session_id }) => session_id)).not.toContain(
        otherSession.session_id,
      );
      expect((await signIn({ email, password: good })).status).toBe(200);
    });

    it('shows the form alone again if the password is too weak', async () => {
      const { browser } = await signedInBrowser(stage);

      const page = await browser.postForm('/auth/login/set-password/start', { password: weak });

      expect(page.status).toBe(400);
      expect(page.text).toContain('role="alert">This password is too weak.');
      expect(page.text.match(/<form/g)).toHaveLength(1);
      expect(page.text).toContain('action="/auth/login/set-password/start"');
    });

    it('requires a recent sign-in', async () => {
      const { browser } = await signedInBrowser(stage);
      stage.emulator.clock.advance({ minutes: 6 });

      const response = await browser.postJson('/auth/login/set-password/start', { password: good });

      expect([response.status, response.json()]).toEqual([403, refusalBody('step_up_required')]);
    });
  });

  it('logs no password', () => {
    const text = log.lines.join('\n');

    for (const password of [good, better, weak, breached]) expect(text).not.toContain(password);
  });
});

describe('a password reset for any browser', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { methods: passwords({ responseTimeMs: 1, resetBinding: 'any-browser' }) },
  });

  it('sends a link without PKCE that works in another browser', async () => {
    const { emulator, application } = stage;
    const user = await createUserWithPassword(emulator, good);
    const { reset } = await requestReset({ emulator, browser: application.browser() }, user.email);
    expect(bodiesSentTo(emulator, startResetPath)[0]).not.toHaveProperty('code_challenge');
    const browser = application.browser();

    const response = await browser.postForm('/auth/authenticate', {
      ...hiddenFieldsOf(await browser.visit(reset)),
      password: better,
    });

    expect(response.status).toBe(303);
    expect((await browser.get('/me')).status).toBe(200);
  });
});

describe('the limit on passwords', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: {
      methods: passwords({ responseTimeMs: 1 }),
      limits: {
        perAddress: { max: 5, windowSeconds: 600 },
        perAddressTotal: { max: 20, windowSeconds: 600 },
      },
    },
  });

  it('is the same for one network, in however many browsers the passwords are tried', async () => {
    const { emulator, application } = stage;
    const { email } = await createUserWithPassword(emulator, good);
    const browsers = Array.from({ length: 5 }, () => application.browser());
    const statuses: number[] = [];
    for (const browser of browsers) {
      for (const password of [better, weak]) {
        statuses.push((await browser.postJson('/auth/login', { email, password })).status);
      }
    }

    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429, 429, 429, 429]);
    expect(bodiesSentTo(emulator, '/v1/passwords/authenticate')).toHaveLength(5);
    expect(browsers.flatMap(({ cookies }) => [...cookies.keys()])).toEqual([]);
  });
});

/** The markup within `<main>`, with each run of whitespace as one space. */
const mainOf = ({ text }: TestResponse) => /<main>(.*)<\/main>/.exec(text.replace(/\s+/g, ' '))?.[1]?.trim();

/** What a client sees of a response, apart from random values and the time. */
function visibleOf({ status, text, headers, setCookies }: TestResponse) {
  const fixed = [...headers].filter(([name]) => name !== 'date' && name !== 'set-cookie');
  return { status, text, headers: fixed, cookies: setCookies.map((cookie) => cookie.replace(/=.*$/, '')) };
}
