import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session, magicLinks } from 'nestjs-stytch';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  deletedCookieAttributes,
  jwtCookie,
  keepSession,
  tokenCookie,
} from '../support/sessions.js';
import { authenticateLinkPath, sendLinkPath, tokenIn } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

@Protected()
@Controller('me')
class MeController {
  @Get()
  show(@CurrentSession() session: Session) {
    return { email: session.email };
  }
}

const controllers = [MeController];
const nonceCookie = 'stytch_confirm';
const notConfirmed = refusalBody('link_not_confirmed');

describePlatforms('magic links that work in any browser', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: {
      methods: [magicLinks({ binding: 'any-browser' })],
      pages: { afterLogin: '/welcome', returnOrigins: ['https://www.example.com'] },
    },
  });
  // A process lets ten browsers in a second open a link that they did not request.
  beforeEach(() => {
    stage.emulator.clock.advance({ seconds: 1 });
  });

  it('requests a magic link without a PKCE challenge', async () => {
    await linkAskedForBy(stage);

    const [body] = bodiesSentTo(stage.emulator, sendLinkPath);
    expect(Object.keys(body ?? {}).sort()).toEqual([
      'email',
      'login_expiration_minutes',
      'login_magic_link_url',
      'signup_expiration_minutes',
      'signup_magic_link_url',
    ]);
  });

  it('shows a sent page that does not ask for the same browser', async () => {
    const page = await stage.application.browser().visit('/auth/sent');

    expect(page.text.replace(/\s+/g, ' ')).toContain('Open the link within an hour.');
    expect(page.text).not.toContain('in this browser');
  });

  it('shows a confirmation page without consuming the magic link', async () => {
    const { callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const page = await stage.application.browser().visit(callback);

    expect(page.status).toBe(200);
    expect(page.text).toContain('<form method="post" action="/auth/authenticate">');
    expect(page.text).toContain("If you didn't expect this email, close this page.");
    const { token, nonce, ...others } = hiddenFieldsOf(page);
    expect([token, others]).toEqual([tokenIn(callback), { stytch_token_type: 'magic_links' }]);
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(cookiesSetBy(page)).toEqual({
      [nonceCookie]: { value: nonce, attributes: 'Max-Age=600; Path=/; HttpOnly; SameSite=Lax' },
    });
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'strict-origin',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' https:\/\/www\.example\.com; frame-ancestors 'none'; base-uri 'none'$/,
      ) as unknown,
    });
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('signs in after the confirmation and redirects to the return address saved in this browser', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me?tab=1' });

    const response = await openAndConfirm(browser, callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect([response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const { [jwtCookie]: jwt, [tokenCookie]: token, ...others } = cookiesSetBy(response);
    expect([jwt?.value, token?.value]).toEqual([expect.stringMatching(/^ey/), expect.stringMatching(/./)]);
    expect(others).toEqual({
      [nonceCookie]: { value: '', attributes: deletedCookieAttributes },
      stytch_login: { value: '', attributes: deletedCookieAttributes },
    });
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toEqual([
      { token: tokenIn(callback), session_duration_minutes: 60 },
    ]);
    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
  });

  it('signs in a browser that did not request the link and redirects it to the default page', async () => {
    const { callback } = await linkAskedForBy(stage, { return_to: '/me' });
    const otherBrowser = stage.application.browser();

    const response = await openAndConfirm(otherBrowser, callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    expect((await otherBrowser.get('/me')).status).toBe(200);
  });

  it('shows who is signed in on the confirmation page and revokes that session after the confirmation', async () => {
    const { callback } = await linkAskedForBy(stage);
    const previousSession = await stage.emulator.sessions.create({ email: 'grace@example.com' });
    const browser = stage.application.browser();
    keepSession(browser, previousSession);
    const oldCookies = browser.cookieHeader;

    const page = await browser.visit(callback);
    expect(page.text.replace(/\s+/g, ' ')).toContain(
      "You're currently signed in as <strong>grace@example.com</strong>. If you continue, you'll be signed out",
    );
    await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([
      { session_id: previousSession.session_id },
    ]);
    const replayed = await stage.application.browser().get('/me', { cookie: oldCookies });
    expect(replayed.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
  });

  it('escapes the email address of the signed-in user on the confirmation page', async () => {
    const { callback } = await linkAskedForBy(stage);
    const browser = stage.application.browser();
    keepSession(browser, await stage.emulator.sessions.create({ email: `a'b&c@example.com` }));

    expect((await browser.visit(callback)).text).toContain('<strong>a&#39;b&amp;c@example.com</strong>');
  });

  it('uses the same nonce on every confirmation page of a browser, so that each can be confirmed', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const [firstPage, secondPage] = [await browser.visit(callback), await browser.visit(callback)];

    expect(hiddenFieldsOf(firstPage)).toEqual(hiddenFieldsOf(secondPage));
    expect((await browser.postForm('/auth/authenticate', hiddenFieldsOf(firstPage))).status).toBe(303);
  });

  it.each<[string, (issued: string) => { nonce?: unknown; cookie?: string }]>([
    ['no cookie', (issued) => ({ nonce: issued })],
    ['no nonce', (issued) => ({ cookie: issued })],
    ['a different nonce', (issued) => ({ nonce: 'n'.repeat(43), cookie: issued })],
    ['the nonce of a different browser', (issued) => ({ nonce: issued, cookie: 'n'.repeat(43) })],
    ['a truncated nonce', (issued) => ({ nonce: issued.slice(0, 21), cookie: issued })],
    ['a list of nonces', (issued) => ({ nonce: [issued], cookie: issued })],
    ['a malformed nonce and cookie', () => ({ nonce: 'x', cookie: 'x' })],
    ['an empty nonce and cookie', () => ({ nonce: '', cookie: '' })],
    [
      'a second nonce cookie',
      (issued) => ({ nonce: issued, cookie: `${issued}; ${nonceCookie}=${'n'.repeat(43)}` }),
    ],
    [
      'a second nonce cookie before the first',
      (issued) => ({ nonce: issued, cookie: `${'n'.repeat(43)}; ${nonceCookie}=${issued}` }),
    ],
  ])('does not consume the magic link if the confirmation has %s', async (_, forge) => {
    const { callback } = await linkAskedForBy(stage);
    const browser = stage.application.browser();
    const { nonce: issued = '' } = hiddenFieldsOf(await browser.visit(callback));
    const { nonce, cookie } = forge(issued);
    stage.emulator.requests.clear();

    const response = await stage.application
      .browser()
      .postJson(
        '/auth/authenticate',
        { token: tokenIn(callback), nonce },
        cookie === undefined ? {} : { cookie: `${nonceCookie}=${cookie}` },
      );

    expect([response.status, response.json(), response.setCookies]).toEqual([400, notConfirmed, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await openAndConfirm(browser, callback)).status).toBe(303);
  });

  it('shows a page that says to open the link again if the nonce cookie is missing', async () => {
    const { callback } = await linkAskedForBy(stage);
    const browser = stage.application.browser();
    const fields = hiddenFieldsOf(await browser.visit(callback));
    browser.cookies.clear();

    const response = await browser.postForm('/auth/authenticate', fields);

    expect([response.status, response.setCookies]).toEqual([400, []]);
    expect(response.text).toContain('Open the link again');
  });

  it.each<[string, Record<string, string>]>([
    ['cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['same-site', { 'sec-fetch-site': 'same-site', origin: 'https://sub.example.com' }],
    ['an opaque origin', { origin: 'null' }],
  ])('rejects a confirmation from another site without consuming the magic link: %s', async (_, headers) => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { token, nonce } = hiddenFieldsOf(await browser.visit(callback));
    stage.emulator.requests.clear();

    const response = await browser.postJson('/auth/authenticate', { token, nonce }, headers);

    expect(response.json()).toMatchObject({ statusCode: 403, code: 'cross_site_refused' });
    expect([response.status, response.setCookies, callsTo(stage.emulator)]).toEqual([403, [], []]);
    expect((await openAndConfirm(browser, callback)).status).toBe(303);
  });

  it.each(['', 'short', 'A'.repeat(300), ['A'.repeat(44)], null])(
    'rejects the malformed magic link token %j without calling Stytch',
    async (token) => {
      const { browser, callback } = await linkAskedForBy(stage);
      const { nonce } = hiddenFieldsOf(await browser.visit(callback));
      stage.emulator.requests.clear();

      const response = await browser.postJson('/auth/authenticate', { token, nonce });

      expect(response.json()).toMatchObject({ statusCode: 400, code: 'link_invalid' });
      expect([response.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
    },
  );
});

describePlatforms('magic links that are bound to a browser', (platform) => {
  const stage = useApplication({ platform });

  it('rejects the confirmation of a magic link that is bound to a browser', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const nonce = 'n'.repeat(43);
    browser.cookies.set(nonceCookie, nonce);
    const token = tokenIn(callback);
    stage.emulator.requests.clear();

    const response = await browser.postJson('/auth/authenticate', { token, nonce });

    expect([response.status, response.json()]).toEqual([400, refusalBody('link_for_another_browser')]);
    expect(response.setCookies).toEqual([]);
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toEqual([
      { token, session_duration_minutes: 60 },
    ]);
    expect((await browser.visit(callback)).status).toBe(303);
  });
});

describePlatforms('the nonce cookie of an application on HTTPS', (platform) => {
  const stage = useApplication({
    platform,
    options: { appUrl: 'https://app.example.com', methods: [magicLinks({ binding: 'any-browser' })] },
  });

  it('sets the nonce cookie with the __Host- prefix, so that no other host can set it', async () => {
    const page = await stage.application.browser().visit(`/auth/authenticate?token=${'A'.repeat(44)}`);

    expect(cookiesSetBy(page)[`__Host-${nonceCookie}`]?.attributes).toBe(
      'Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });
});
