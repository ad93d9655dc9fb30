import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import {
  bodiesSentTo,
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  tokenCookie,
} from '../support/sessions.js';
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
const authenticate = '/v1/magic_links/authenticate';
const nonceCookie = 'stytch_confirm';
const gone = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';
const notConfirmed = refusalBody('link_not_confirmed');

describePlatforms('a link that works in any browser', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: {
      magicLinks: { binding: 'any-browser' },
      pages: { afterLogin: '/welcome', returnOrigins: ['https://www.example.com'] },
    },
  });
  const tokenIn = (callback: string) => new URLSearchParams(callback.split('?')[1]).get('token') ?? '';

  it('asks Stytch for no proof of the browser', async () => {
    await linkAskedForBy(stage);

    const [sent] = bodiesSentTo(stage.emulator, '/v1/magic_links/email/login_or_create');
    expect(Object.keys(sent ?? {}).sort()).toEqual([
      'email',
      'login_expiration_minutes',
      'login_magic_link_url',
      'signup_expiration_minutes',
      'signup_magic_link_url',
    ]);
  });

  it('is not said to need this browser', async () => {
    const page = await stage.application.browser().visit('/auth/sent');

    expect(page.text.replace(/\s+/g, ' ')).toContain('Open the link within an hour.');
    expect(page.text).not.toContain('in this browser');
  });

  it('shows a page that asks first, and uses up nothing', async () => {
    const { callback } = await linkAskedForBy(stage);
    stage.emulator.requests.clear();

    const page = await stage.application.browser().visit(callback);

    expect(page.status).toBe(200);
    expect(page.text).toContain('<form method="post" action="/auth/authenticate">');
    expect(page.text).toContain("If you didn't request this link, close this page.");
    const { token, nonce, ...others } = hiddenFieldsOf(page);
    expect([token, others]).toEqual([tokenIn(callback), {}]);
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

  it('signs in once confirmed, and leads to the address asked for in this browser', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me?tab=1' });

    const answer = await openAndConfirm(browser, callback);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/me?tab=1']);
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const { [jwtCookie]: jwt, [tokenCookie]: token, ...others } = cookiesSetBy(answer);
    expect([jwt?.value, token?.value]).toEqual([expect.stringMatching(/^ey/), expect.stringMatching(/./)]);
    expect(others).toEqual({
      [nonceCookie]: { value: '', attributes: gone },
      stytch_login: { value: '', attributes: gone },
    });
    expect(bodiesSentTo(stage.emulator, authenticate)).toEqual([
      { token: tokenIn(callback), session_duration_minutes: 60 },
    ]);
    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
  });

  it('signs in in a browser that asked for nothing, and leads to the default', async () => {
    const { callback } = await linkAskedForBy(stage, { return_to: '/me' });
    const phone = stage.application.browser();

    const answer = await openAndConfirm(phone, callback);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/welcome']);
    expect((await phone.get('/me')).status).toBe(200);
  });

  it('says who is signed in now, and ends that session', async () => {
    const { callback } = await linkAskedForBy(stage);
    const before = await stage.emulator.sessions.create({ email: 'grace@example.com' });
    const browser = stage.application.browser();
    keepSession(browser, before);
    const oldCookies = browser.cookieHeader;

    const page = await browser.visit(callback);
    expect(page.text.replace(/\s+/g, ' ')).toContain(
      "You're currently signed in as <strong>grace@example.com</strong>. If you continue, you'll be signed out",
    );
    await browser.postForm('/auth/authenticate', hiddenFieldsOf(page));

    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
    expect(bodiesSentTo(stage.emulator, '/v1/sessions/revoke')).toEqual([{ session_id: before.session_id }]);
    const replayed = await stage.application.browser().get('/me', { cookie: oldCookies });
    expect(replayed.json()).toMatchObject({ statusCode: 401, code: 'session_revoked' });
  });

  it('escapes who is signed in', async () => {
    const { callback } = await linkAskedForBy(stage);
    const browser = stage.application.browser();
    keepSession(browser, await stage.emulator.sessions.create({ email: `a'b&c@example.com` }));

    expect((await browser.visit(callback)).text).toContain('<strong>a&#39;b&amp;c@example.com</strong>');
  });

  it('shows one nonce on several pages of a browser, and either can be confirmed', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const [one, other] = [await browser.visit(callback), await browser.visit(callback)];

    expect(hiddenFieldsOf(one)).toEqual(hiddenFieldsOf(other));
    expect((await browser.postForm('/auth/authenticate', hiddenFieldsOf(one))).status).toBe(303);
  });

  it.each<[string, (held: string) => { nonce?: unknown; cookie?: string }]>([
    ['no cookie', (held) => ({ nonce: held })],
    ['no nonce', (held) => ({ cookie: held })],
    ['another nonce', (held) => ({ nonce: 'n'.repeat(43), cookie: held })],
    ['the nonce of another browser', (held) => ({ nonce: held, cookie: 'n'.repeat(43) })],
    ['half of the nonce', (held) => ({ nonce: held.slice(0, 21), cookie: held })],
    ['a list of nonces', (held) => ({ nonce: [held], cookie: held })],
    ['a cookie that is no nonce', () => ({ nonce: 'x', cookie: 'x' })],
    ['an empty nonce and cookie', () => ({ nonce: '', cookie: '' })],
    ['two cookies', (held) => ({ nonce: held, cookie: `${held}; ${nonceCookie}=${'n'.repeat(43)}` })],
    [
      'two cookies, the other first',
      (held) => ({ nonce: held, cookie: `${'n'.repeat(43)}; ${nonceCookie}=${held}` }),
    ],
  ])('is not used up by a confirmation with %s', async (_, forge) => {
    const { callback } = await linkAskedForBy(stage);
    const victim = stage.application.browser();
    const { nonce: held = '' } = hiddenFieldsOf(await victim.visit(callback));
    const { nonce, cookie } = forge(held);
    stage.emulator.requests.clear();

    const answer = await stage.application
      .browser()
      .postJson(
        '/auth/authenticate',
        { token: tokenIn(callback), nonce },
        cookie === undefined ? {} : { cookie: `${nonceCookie}=${cookie}` },
      );

    expect([answer.status, answer.json(), answer.setCookies]).toEqual([400, notConfirmed, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await openAndConfirm(victim, callback)).status).toBe(303);
  });

  it('tells a person whose confirmation came too late to open it once more', async () => {
    const { callback } = await linkAskedForBy(stage);
    const browser = stage.application.browser();
    const fields = hiddenFieldsOf(await browser.visit(callback));
    browser.cookies.clear();

    const answer = await browser.postForm('/auth/authenticate', fields);

    expect([answer.status, answer.setCookies]).toEqual([400, []]);
    expect(answer.text).toContain('Open the link again');
  });

  it.each<[string, Record<string, string>]>([
    ['cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['same-site', { 'sec-fetch-site': 'same-site', origin: 'https://sub.example.com' }],
    ['no origin in particular', { origin: 'null' }],
  ])('is not confirmed by a page of another site: %s', async (_, headers) => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { token, nonce } = hiddenFieldsOf(await browser.visit(callback));
    stage.emulator.requests.clear();

    const answer = await browser.postJson('/auth/authenticate', { token, nonce }, headers);

    expect(answer.json()).toMatchObject({ statusCode: 403, code: 'cross_site_refused' });
    expect([answer.status, answer.setCookies, callsTo(stage.emulator)]).toEqual([403, [], []]);
    expect((await openAndConfirm(browser, callback)).status).toBe(303);
  });

  it.each(['', 'short', 'A'.repeat(300), ['A'.repeat(44)], null])(
    'with a token that is none asks nobody: %j',
    async (token) => {
      const { browser, callback } = await linkAskedForBy(stage);
      const { nonce } = hiddenFieldsOf(await browser.visit(callback));
      stage.emulator.requests.clear();

      const answer = await browser.postJson('/auth/authenticate', { token, nonce });

      expect(answer.json()).toMatchObject({ statusCode: 400, code: 'link_invalid' });
      expect([answer.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
    },
  );
});

describePlatforms('a link bound to its browser', (platform) => {
  const stage = useApplication({ platform });

  it('is confirmed by nothing that is sent', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const nonce = 'n'.repeat(43);
    browser.cookies.set(nonceCookie, nonce);
    const token = new URLSearchParams(callback.split('?')[1]).get('token');
    stage.emulator.requests.clear();

    const answer = await browser.postJson('/auth/authenticate', { token, nonce });

    expect(answer.json()).toMatchObject({ statusCode: 400, code: 'link_invalid' });
    expect([answer.setCookies, callsTo(stage.emulator)]).toEqual([[], []]);
    expect((await browser.visit(callback)).status).toBe(303);
  });
});

describePlatforms('the nonce of an application over https', (platform) => {
  const stage = useApplication({
    platform,
    options: { appUrl: 'https://app.example.com', magicLinks: { binding: 'any-browser' } },
  });

  it('is in a cookie that no other host can set', async () => {
    const page = await stage.application.browser().visit(`/auth/authenticate?token=${'A'.repeat(44)}`);

    expect(cookiesSetBy(page)[`__Host-${nonceCookie}`]?.attributes).toBe(
      'Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });
});
