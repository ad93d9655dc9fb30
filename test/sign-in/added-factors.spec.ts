import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import {
  CurrentSession,
  emailOtp,
  magicLinks,
  Protected,
  SignIn,
  STYTCH_CLIENT,
  StytchEvents,
  type UserSession,
  type SignInMethod,
  type StytchEvent,
} from 'nestjs-stytch';
import type { TestBrowser } from 'nestjs-stytch/testing';
import type { Client } from 'stytch';
import { codeSentTo, finishWith } from '../support/codes.js';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';
import { callbackPathOf } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('factors')
class FactorsController {
  @Get()
  show(@CurrentSession() { userId, sessionId, authenticationFactors }: UserSession) {
    return {
      userId,
      sessionId,
      factors: authenticationFactors.map(({ type, deliveryMethod }) => `${type}/${deliveryMethod ?? ''}`),
    };
  }
}

/** The steps for a custom controller. */
@Controller('steps')
class StepsController {
  constructor(private readonly signIn: SignIn) {}

  @Post('start')
  start(@Req() request: unknown, @Res({ passthrough: true }) response: unknown, @Body() fields: unknown) {
    return this.signIn.start('email-otp', request, response, { fields, addFactor: true, returnTo: '/me' });
  }

  @Post('finish')
  async finish(
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
    @Body() fields: unknown,
  ) {
    const { kind, ...result } = await this.signIn.finish('email-otp', request, response, { fields });
    return { kind, ...('returnTo' in result && { returnTo: result.returnTo }) };
  }
}

/** A method that does not pass on the session, so that Stytch starts a new one. */
const withoutSession: SignInMethod = {
  ...emailOtp(),
  name: 'without-session',
  finish: {
    ...emailOtp().finish!,
    run: ({ code = '' }, { sealed = '', stytch }) =>
      stytch('otps/authenticate', ({ otps }) =>
        otps.authenticate({ method_id: sealed, code, session_duration_minutes: 60 }),
      ).then((response) =>
        response.kind === 'rejected' ? { kind: 'refused', code: 'code_incorrect' } : response,
      ),
  },
};
const notAdded = refusalBody('factor_not_added');

describePlatforms('adding a factor to a session', (platform) => {
  let signIns: unknown[];
  let events: StytchEvent[];
  const stage = useApplication({
    platform,
    controllers: [FactorsController, StepsController],
    options: {
      methods: [emailOtp(), magicLinks(), withoutSession],
      limits: { perAddress: false, perAddressTotal: false },
      onSignIn: (session) => void signIns.push(session),
    },
  });
  let unsubscribe: () => void;
  beforeEach(() => {
    signIns = [];
    events = [];
    stage.emulator.messages.clear();
    unsubscribe = stage.application.app.get(StytchEvents).subscribe((event) => events.push(event));
  });
  afterEach(() => {
    unsubscribe();
  });

  const start = (browser: TestBrowser, email: string, method = 'email-otp') =>
    browser.postJson(`/auth/login/${method}/start`, { email, add_factor: true });
  const code = (to = 'ada@example.com') => codeSentTo(stage.emulator, to);
  const sessionIds = (userId: string) =>
    stage.emulator.sessions.list().flatMap((one) => (one.user_id === userId ? [one.session_id] : []));

  it('adds a code by email to the session, and replaces its cookies', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const sent = await start(browser, 'ada@example.com');
    const finished = await finishWith(browser, await code());

    expect([sent.status, sent.json()]).toEqual([202, { status: 'sent' }]);
    expect([finished.status, finished.json()]).toEqual([200, { status: 'signed_in', returnTo: '/' }]);
    const cookies = cookiesSetBy(finished);
    // Stytch responds without the opaque token to a call with the JWT. It stays the same.
    expect(Object.keys(cookies).sort()).toEqual(['stytch_login', jwtCookie]);
    expect(browser.cookies.get(tokenCookie)).toBe(session.session_token);
    expect(cookies[jwtCookie]?.value).not.toBe(session.session_jwt);
    expect((await browser.get('/factors')).json()).toEqual({
      userId: session.user_id,
      sessionId: session.session_id,
      factors: ['magic_link/email', 'otp/email'],
    });
    expect(sessionIds(session.user_id)).toEqual([session.session_id]);
    expect(signIns).toEqual([]);
    const { user_id: id, session_id: sessionId } = session;
    expect(events).toMatchObject([
      { type: 'sign_in_started', method: 'email-otp' },
      { type: 'factor_added', subject: { kind: 'user', id }, sessionId, method: 'email-otp' },
    ]);
    expect(bodiesSentTo(stage.emulator, '/v1/otps/authenticate')).toMatchObject([
      { session_jwt: session.session_jwt },
    ]);
  });

  it('adds it with the JWT that a refresh brought if that of the browser has expired', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await start(browser, 'ada@example.com');
    stage.emulator.clock.advance({ minutes: 6 });

    const finished = await finishWith(browser, await code());

    expect(finished.status).toBe(200);
    expect((await browser.get('/factors')).json()).toMatchObject({ sessionId: session.session_id });
  });

  it('adds it when another code was requested with the form of the page', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await start(browser, 'ada@example.com');
    const page = await browser.visit('/auth/login/email-otp/finish');
    stage.emulator.messages.clear();

    await browser.postForm('/auth/login', hiddenFieldsOf(page));
    const finished = await browser.postForm('/auth/login/email-otp/finish', { code: await code() });

    expect(finished.status).toBe(303);
    expect((await browser.get('/factors')).json()).toMatchObject({ sessionId: session.session_id });
  });

  it('adds it with the steps for a custom controller', async () => {
    const { browser, session } = await signedInBrowser(stage);

    const sent = await browser.postJson('/steps/start', { email: 'ada@example.com' });
    const finished = await browser.postJson('/steps/finish', { code: await code() });

    expect([sent.json(), finished.json()]).toEqual([
      { kind: 'sent' },
      { kind: 'signed_in', returnTo: '/me' },
    ]);
    expect((await browser.get('/factors')).json()).toMatchObject({
      sessionId: session.session_id,
      factors: ['magic_link/email', 'otp/email'],
    });
  });

  it('responds 401 without a session, and sends nothing', async () => {
    const sent = await start(stage.application.browser(), 'ada@example.com');

    expect([sent.status, sent.json(), sent.setCookies]).toEqual([401, refusalBody('session_missing'), []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('refuses the code of another user, and leaves the session as it is', async () => {
    const { browser, session } = await signedInBrowser(stage);
    const { user_id: graceId } = await stage.emulator.sessions.create({ email: 'grace@example.com' });
    const sessionsOfGrace = sessionIds(graceId);
    await start(browser, 'grace@example.com');

    const finished = await finishWith(browser, await code('grace@example.com'));

    expect([finished.status, finished.json(), finished.setCookies]).toEqual([403, notAdded, []]);
    expect(sessionIds(graceId)).toEqual(sessionsOfGrace);
    expect((await browser.get('/factors')).json()).toMatchObject({
      userId: session.user_id,
      factors: ['magic_link/email'],
    });
  });

  it.each(['ada@example.com', 'grace@example.com'])(
    'refuses a new session that Stytch starts for %s instead, and revokes it',
    async (email) => {
      const { browser, session } = await signedInBrowser(stage);
      const { user_id: owner } = await stage.emulator.sessions.create({ email });
      const before = sessionIds(owner);
      await start(browser, email, 'without-session');

      const finished = await finishWith(browser, await code(email), 'without-session');

      expect([finished.status, finished.json(), finished.setCookies]).toEqual([403, notAdded, []]);
      expect(sessionIds(owner)).toEqual(before);
      expect(events).toMatchObject([
        { type: 'sign_in_started' },
        { type: 'revoked', reason: 'factor_not_added' },
        { type: 'refused' },
      ]);
      expect((await browser.get('/factors')).json()).toMatchObject({ sessionId: session.session_id });
    },
  );

  it.each(['email-otp', 'magic-link'])(
    'creates no user with %s for an unknown address, and sends nothing',
    async (method) => {
      const { browser } = await signedInBrowser(stage);
      const { users } = stage.application.app.get<Client>(STYTCH_CLIENT);
      const count = async () => (await users.search({})).results_metadata.total;
      const before = await count();

      const sent = await start(browser, 'nobody@example.com', method);

      expect([sent.status, sent.json()]).toEqual([202, { status: 'sent' }]);
      expect([await count(), stage.emulator.messages.list()]).toEqual([before, []]);
    },
  );

  it('accepts no code where none was sent', async () => {
    const { browser } = await signedInBrowser(stage);
    await start(browser, 'nobody@example.com');

    const finished = await finishWith(browser, '000000');

    expect([finished.status, finished.json()]).toEqual([400, refusalBody('code_incorrect')]);
  });

  it('refuses the code after the browser signed in as somebody else, or out', async () => {
    const { browser } = await signedInBrowser(stage);
    await start(browser, 'ada@example.com');
    const sent = await code();
    const binding = browser.cookies.get('stytch_login') ?? '';
    const other = await signedInBrowser(stage, { email: 'grace@example.com' });
    other.browser.cookies.set('stytch_login', binding);
    const signedOut = stage.application.browser();
    signedOut.cookies.set('stytch_login', binding);
    stage.emulator.requests.clear();

    const [asOther, withoutSignIn] = [
      await finishWith(other.browser, sent),
      await finishWith(signedOut, sent),
    ];

    expect([asOther.status, asOther.json(), asOther.setCookies]).toEqual([403, notAdded, []]);
    expect([withoutSignIn.status, withoutSignIn.json()]).toEqual([401, refusalBody('session_missing')]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await finishWith(browser, sent)).status).toBe(200);
  });
});

describePlatforms('adding a factor with a link for any browser', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [FactorsController],
    options: { methods: [magicLinks({ binding: 'any-browser' })] },
  });

  it('adds it to the session of the browser that started it, after the confirmation', async () => {
    const { browser, session } = await signedInBrowser(stage);
    await browser.postJson('/auth/login/magic-link/start', { email: 'ada@example.com', add_factor: true });
    const callback = await callbackPathOf(stage.emulator, 'ada@example.com');

    const confirmed = await openAndConfirm(browser, callback);

    expect(confirmed.status).toBe(303);
    expect((await browser.get('/factors')).json()).toMatchObject({ sessionId: session.session_id });
    expect(stage.emulator.sessions.list()).toHaveLength(1);
  });
});
