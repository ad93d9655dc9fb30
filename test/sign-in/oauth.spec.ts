import { inspect } from 'node:util';
import { oauth, StytchEvents, type Session, type SignInDetails, type StytchEvent } from 'nestjs-stytch';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { CapturedLog } from '../support/captured-log.js';
import { MeController } from '../support/me.controller.js';
import { chooseAtProvider, startOAuth, type ProviderChoice } from '../support/provider-page.js';
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
import { stytchError } from '../support/stytch-faults.js';
import { tokenIn } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const authenticatePath = '/v1/oauth/authenticate';
const ada: ProviderChoice = { email: 'ada@example.com' };

let signIns: { session: Session; details: SignInDetails }[] = [];
const log = new CapturedLog();

describePlatforms('signing in with OAuth', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: {
      methods: [
        oauth(['google', 'github'], {
          customScopes: { google: ['scope-one', 'https://scopes.example/two+three'] },
          providerParameters: { google: { prompt: 'select_account', hd: 'example.com' } },
        }),
      ],
      onSignIn: (session, details) => {
        signIns.push({ session, details });
      },
    },
    configure: log.attachTo,
  });

  beforeEach(() => {
    signIns = [];
  });

  async function callbackFor(browser: TestBrowser, choice = ada, fields = {}): Promise<string> {
    const callback = await chooseAtProvider(await startOAuth(browser, fields), choice);
    stage.emulator.requests.clear();
    return callback;
  }

  it('shows a button for each provider on the sign-in page', async () => {
    const page = await stage.application.browser().visit('/auth/login?return_to=/me');

    expect(page.status).toBe(200);
    expect(/<main>(.*)<\/main>/.exec(page.text.replace(/\s+/g, ' '))?.[1]?.trim()).toBe(
      '<h1>Sign in</h1> <form method="post" action="/auth/login">' +
        ' <input type="hidden" name="return_to" value="/me" />' +
        ' <button class="quiet" name="provider" value="google">Continue with Google</button>' +
        ' <button class="quiet" name="provider" value="github">Continue with GitHub</button> </form>',
    );
  });

  it('starts with a URL of Stytch that has the PKCE challenge, the scopes and the parameters', async () => {
    const url = await startOAuth(stage.application.browser());

    expect(url.origin + url.pathname).toBe(`${stage.emulator.url}/v1/public/oauth/google/start`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      public_token: stage.emulator.publicToken,
      login_redirect_url: 'http://localhost:3000/auth/authenticate',
      signup_redirect_url: 'http://localhost:3000/auth/authenticate',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      custom_scopes: 'scope-one https://scopes.example/two+three',
      provider_prompt: 'select_account',
      provider_hd: 'example.com',
    });
    expect(url.search).toContain('custom_scopes=scope-one%20https%3A%2F%2Fscopes.example%2Ftwo%2Bthree&');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('sends only the parameters that a provider has', async () => {
    const url = await startOAuth(stage.application.browser(), { provider: 'github' });

    expect([...url.searchParams.keys()]).toEqual([
      'public_token',
      'login_redirect_url',
      'signup_redirect_url',
      'code_challenge',
    ]);
  });

  it('shows a page that continues at Stytch after a form was sent', async () => {
    const response = await stage.application.browser().postForm('/auth/login', { provider: 'github' });

    expect(response.status).toBe(200);
    expect(response.text).toMatch(
      new RegExp(
        `<meta http-equiv="refresh" content="0; url=${stage.emulator.url}/v1/public/oauth/github/start\\?`,
      ),
    );
    expect(response.headers.get('content-security-policy')).toContain("form-action 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([undefined, '', 'gitlab', 'toString', ['google']])(
    'refuses the provider %j, which is not switched on',
    async (provider) => {
      const response = await stage.application.browser().postJson('/auth/login', { provider });

      expect([response.status, response.json(), response.setCookies]).toEqual([
        400,
        refusalBody('choice_invalid'),
        [],
      ]);
    },
  );

  it('sets the session cookies and redirects to the return address', async () => {
    const browser = stage.application.browser();
    const callback = await callbackFor(browser, ada, { return_to: '/me?tab=1' });
    const codeVerifier = browser.cookies.get('stytch_login')?.split('.')[0];

    const response = await browser.visit(callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me?tab=1']);
    const { [jwtCookie]: jwt, [tokenCookie]: token, ...others } = cookiesSetBy(response);
    expect([jwt?.value, token?.value]).toEqual([expect.stringMatching(/^ey/), expect.stringMatching(/./)]);
    expect(others).toEqual({ stytch_login: { value: '', attributes: deletedCookieAttributes } });
    expect(bodiesSentTo(stage.emulator, authenticatePath)).toEqual([
      { token: tokenIn(callback), code_verifier: codeVerifier, session_duration_minutes: 60 },
    ]);
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('passes the tokens of the provider to onSignIn, and to nothing that is printed or published', async () => {
    const events: StytchEvent[] = [];
    const unsubscribe = stage.application.app
      .get(StytchEvents, { strict: false })
      .subscribe((event) => events.push(event));
    const browser = stage.application.browser();
    log.lines.length = 0;

    const response = await browser.visit(await callbackFor(browser));
    unsubscribe();

    const [{ session, details }] = signIns as [(typeof signIns)[0]];
    expect(details.method).toBe('oauth');
    expect(details.verifiedEmails).toEqual(['ada@example.com']);
    expect(session.authenticationFactors).toMatchObject([{ type: 'oauth', deliveryMethod: 'oauth_google' }]);
    const secrets = [details.providerValues?.['access_token'], details.providerValues?.['refresh_token']];
    expect(secrets).toEqual([expect.stringMatching(/.{10}/), expect.stringMatching(/.{10}/)]);
    expect(events.map(({ type }) => type)).toEqual(['sign_in_started', 'signed_in']);
    const printed = [
      inspect(details, { depth: 9 }),
      inspect(session, { depth: 9 }),
      JSON.stringify([details, session, events]),
      log.lines.join('\n'),
      ...response.setCookies,
    ].join('\n');
    for (const secret of secrets) expect(printed).not.toContain(secret);
  });

  it.each<[string, string, 'oauth_denied' | 'oauth_failed']>([
    ['access_denied', '?stytch_token_type=oauth&error=access_denied', 'oauth_denied'],
    ['access_denied without a token type', '?error=access_denied', 'oauth_denied'],
    ['the name of Apple', '?stytch_token_type=oauth&error=user_cance%6Cled_authorize', 'oauth_denied'],
    ['another error', '?stytch_token_type=oauth&error=server_error', 'oauth_failed'],
    ['another error without a token type', '?error=temporarily_unavailable', 'oauth_failed'],
    ['no token', '?stytch_token_type=oauth', 'oauth_failed'],
    ['an error with markup', '?stytch_token_type=oauth&error=%3Cscript%3E', 'oauth_failed'],
    ['a malformed token', '?stytch_token_type=oauth&token=1', 'oauth_failed'],
  ])('explains a callback with %s on a page and in JSON', async (_, query, code) => {
    const browser = stage.application.browser();
    await startOAuth(browser);
    stage.emulator.requests.clear();

    const page = await browser.visit(`/auth/authenticate${query}`);
    const json = await browser.get(`/auth/authenticate${query}`);

    expect(page.status).toBe(400);
    expect(/<h1>(.*)<\/h1>/.exec(page.text)?.[1]).toBe(
      code === 'oauth_denied' ? 'Sign-in canceled' : 'Sign-in failed',
    );
    expect(page.text).toContain('<a class="button" href="/auth/login">Go to sign in</a>');
    expect(page.text).not.toContain('script');
    expect([json.status, json.json()]).toEqual([400, refusalBody(code)]);
    expect([...page.setCookies, ...json.setCookies]).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('explains that the person denied access, and lets the person start again', async () => {
    const browser = stage.application.browser();

    const denied = await browser.get(await callbackFor(browser, { deny: 'true' }));

    expect([denied.status, denied.json()]).toEqual([400, refusalBody('oauth_denied')]);
    expect((await browser.visit(await callbackFor(browser))).status).toBe(303);
  });

  it('does not sign in another browser, and does not consume the token there', async () => {
    const browser = stage.application.browser();
    const callback = await callbackFor(browser);

    const page = await stage.application.browser().visit(callback);
    const json = await stage.application.browser().get(callback);

    expect(page.status).toBe(400);
    expect(page.text).toContain('<h1>Please start again</h1>');
    expect(page.text).toContain('This sign-in has expired or was started in another browser.');
    expect(page.text).not.toContain('link');
    expect(json.json()).toEqual(refusalBody('sign_in_not_started'));
    expect([...page.setCookies, ...json.setCookies]).toEqual([]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('does not sign in a browser with the token of a sign-in that another browser started', async () => {
    const callback = await callbackFor(stage.application.browser(), { email: 'mallory@example.com' });
    const victim = stage.application.browser();
    await startOAuth(victim);

    const response = await victim.get(callback);

    expect([response.status, response.json(), response.setCookies]).toEqual([
      400,
      refusalBody('sign_in_not_started'),
      [],
    ]);
  });

  it('asks to start again if the provider returned too late', async () => {
    const browser = stage.application.browser();
    const callback = await callbackFor(browser);
    stage.emulator.clock.advance({ minutes: 61 });

    const response = await browser.get(callback);

    expect([response.status, response.json()]).toEqual([400, refusalBody('sign_in_not_started')]);
  });

  it('refuses an account without a verified email address and revokes its session', async () => {
    const browser = stage.application.browser();
    const callback = await callbackFor(browser, { account: 'without-email' });

    const page = await browser.visit(callback);

    expect([page.status, page.setCookies]).toEqual([403, []]);
    expect(page.text).toContain('<h1>Your email address is missing</h1>');
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/oauth/authenticate', 'POST /v1/sessions/revoke']);
    expect(signIns).toEqual([]);

    const json = await browser.get(await callbackFor(browser, { account: 'without-email' }));
    expect([json.status, json.json()]).toEqual([403, refusalBody('oauth_email_missing')]);
  });

  it('responds 503 while Stytch is unavailable, and accepts the token afterwards', async () => {
    const browser = stage.application.browser();
    const callback = await callbackFor(browser);
    stage.emulator.faults.add({ ...stytchError(500, 'internal_server_error'), path: authenticatePath });

    const failed = await browser.get(callback);
    stage.emulator.faults.clear();

    expect([failed.status, failed.json(), failed.headers.get('retry-after')]).toEqual([
      503,
      refusalBody('stytch_unavailable'),
      defaultRetryAfter,
    ]);
    expect((await browser.visit(callback)).status).toBe(303);
  });

  describe('to add a factor to a session', () => {
    it('attaches the account to the user, and keeps the session', async () => {
      const { browser, session } = await signedInBrowser(stage, { email: 'grace@example.com' });
      const startUrl = await startOAuth(browser, { add_factor: true, return_to: '/me' });
      expect(bodiesSentTo(stage.emulator, '/v1/oauth/attach')).toEqual([
        { provider: 'google', session_jwt: session.session_jwt },
      ]);
      expect(startUrl.searchParams.get('oauth_attach_token')).toMatch(/./);

      const response = await browser.visit(
        await chooseAtProvider(startUrl, { email: 'grace@gmail.example' }),
      );

      expect([response.status, response.headers.get('location')]).toEqual([303, '/me']);
      expect(browser.cookies.get(tokenCookie)).toBe(session.session_token);
      expect((await browser.get('/me')).json()).toMatchObject({
        sessionId: session.session_id,
        userId: session.user_id,
      });
      expect(stage.emulator.sessions.list().at(-1)?.authentication_factors).toMatchObject([
        { type: 'magic_link' },
        { type: 'oauth' },
      ]);
      expect(signIns).toEqual([]);
    });

    it('is refused in a browser without a session', async () => {
      const response = await stage.application
        .browser()
        .postJson('/auth/login/oauth/start', { provider: 'google', add_factor: true });

      expect([response.status, response.json()]).toEqual([401, refusalBody('session_missing')]);
    });
  });
});

describe('the option requireEmail of oauth()', () => {
  const stage = useApplication({
    controllers: [MeController],
    options: { methods: [oauth(['google'], { requireEmail: false })] },
  });

  it('accepts an account without a verified email address if it is false', async () => {
    const browser = stage.application.browser();

    const callback = await chooseAtProvider(await startOAuth(browser), { account: 'without-email' });

    expect((await browser.visit(callback)).status).toBe(303);
    expect((await browser.get('/me')).status).toBe(200);
  });
});
