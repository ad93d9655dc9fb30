import { startStytchEmulator, type MintedSession } from 'stytch-emulator';
import { linkAskedForBy } from '../support/links.js';
import { MeController, meOf } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, keepSession, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const controllers = [MeController];

const expired = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';
const cleared = [jwtCookie, tokenCookie].map((name) => `${name}=; ${expired}`);

/** The same claims with an invalid signature. */
function forged({ session_jwt }: MintedSession): string {
  const [header, payload, signature = ''] = session_jwt.split('.');
  return [header, payload, signature.replace(/^..../, 'AAAA')].join('.');
}

describePlatforms('planted cookies', (platform) => {
  const stage = useApplication({ platform, controllers });
  const created = (email: string) => stage.emulator.sessions.create({ email });
  const meWith = async (cookie: string) => {
    const response = await stage.application.browser().get('/me', { cookie });
    return [response.status, response.json(), response.setCookies];
  };
  const meIs = (session: MintedSession) => [200, meOf(session), []];

  it.each<[string, (own: MintedSession) => string]>([
    [
      'a forged JWT after the real one',
      (own) => `${jwtCookie}=${own.session_jwt}; ${jwtCookie}=${forged(own)}`,
    ],
    [
      'a forged JWT before the real one',
      (own) => `${jwtCookie}=${forged(own)}; ${jwtCookie}=${own.session_jwt}`,
    ],
    ['two that are no JWTs', (own) => `${jwtCookie}=x; ${jwtCookie}=${own.session_jwt}; ${jwtCookie}=a.b.c`],
    ['an empty cookie', (own) => `${jwtCookie}=; ${jwtCookie}=${own.session_jwt}`],
    ['the same JWT four times', (own) => Array(4).fill(`${jwtCookie}=${own.session_jwt}`).join('; ')],
    [
      'unknown opaque tokens',
      (own) => `${jwtCookie}=${own.session_jwt}; ${tokenCookie}=${'x'.repeat(44)}; ${tokenCookie}=y`,
    ],
    ['an object in cookie-parser format', (own) => `${jwtCookie}=j:{"a":1}; ${jwtCookie}=${own.session_jwt}`],
    ['a cookie without a name', (own) => `=${jwtCookie}=evil; ${jwtCookie}; ${jwtCookie}=${own.session_jwt}`],
    ['15 KB of other cookies', (own) => `a=${'x'.repeat(13_000)}; ${jwtCookie}=${own.session_jwt}; b=1`],
    [
      'a name that differs in case',
      (own) => `${jwtCookie.toUpperCase()}=evil; ${jwtCookie}=${own.session_jwt}`,
    ],
  ])('do not change who is signed in: %s', async (_, cookieOf) => {
    const own = await created('ada@example.com');

    expect(await meWith(cookieOf(own))).toEqual(meIs(own));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, (jwt: string) => string]>([
    ['quotes around it', (jwt) => `"${jwt}"`],
    ['percent-encoding', (jwt) => jwt.replaceAll('.', '%2E')],
    ['the prefix of a signed cookie', (jwt) => `s:${jwt}.mac`],
    ['the prefix of a JSON cookie', (jwt) => `j:"${jwt}"`],
  ])('are not decoded: responds 401 to a JWT with %s', async (_, written) => {
    const { session_jwt } = await created('ada@example.com');

    const [status, body, setCookies] = await meWith(`${jwtCookie}=${written(session_jwt)}`);

    expect([status, body, setCookies]).toMatchObject([401, { code: 'session_invalid' }, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('with a valid session of another user make the request ambiguous: responds 401 and clears both cookies', async () => {
    const [own, others] = [await created('ada@example.com'), await created('eve@example.com')];
    const expected = [401, refusalBody('session_ambiguous'), cleared];

    expect(await meWith(`${jwtCookie}=${own.session_jwt}; ${jwtCookie}=${others.session_jwt}`)).toEqual(
      expected,
    );
    expect(await meWith(`${jwtCookie}=${others.session_jwt}; ${jwtCookie}=${own.session_jwt}`)).toEqual(
      expected,
    );
    expect(
      await meWith(`${tokenCookie}=${others.session_token}; ${tokenCookie}=${own.session_token}`),
    ).toEqual(expected);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('with a session that was signed out here are ignored beside a valid session', async () => {
    const [own, revoked] = [await created('ada@example.com'), await created('eve@example.com')];
    const signingOut = stage.application.browser();
    keepSession(signingOut, revoked);
    await signingOut.request('POST', '/auth/logout');

    expect(await meWith(`${jwtCookie}=${revoked.session_jwt}; ${jwtCookie}=${own.session_jwt}`)).toEqual(
      meIs(own),
    );
    expect(await meWith(`${jwtCookie}=${revoked.session_jwt}`)).toMatchObject([
      401,
      { code: 'session_revoked' },
      cleared,
    ]);
  });

  it('are not verified when there are more than three: responds 401 and clears both cookies', async () => {
    const { session_jwt } = await created('ada@example.com');
    const cookie = ['a.b.c', 'b.b.c', 'c.b.c', session_jwt].map((jwt) => `${jwtCookie}=${jwt}`).join('; ');

    expect(await meWith(cookie)).toMatchObject([401, { code: 'session_ambiguous' }, cleared]);
  });

  it('do not survive a sign-in: the planted session is revoked', async () => {
    const planted = await created('eve@example.com');
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, planted);

    await browser.visit(callback);

    expect((await browser.get('/me')).json()).toMatchObject({ email: 'ada@example.com' });
    expect(await meWith(`${jwtCookie}=${planted.session_jwt}`)).toMatchObject([
      401,
      { code: 'session_revoked' },
      cleared,
    ]);
  });

  it('do not bind a sign-in to another browser: a second binding cookie consumes no token', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: attacker } = await linkAskedForBy(stage, { email: 'eve@example.com' });
    const [own, foreign] = [browser, attacker].map(({ cookies }) => cookies.get('stytch_login') ?? '');
    stage.emulator.requests.clear();

    for (const cookie of [
      `stytch_login=${foreign}; stytch_login=${own}`,
      `stytch_login=${own}; stytch_login=${foreign}`,
    ]) {
      const response = await stage.application.browser().get(callback, { cookie });
      expect([response.json(), response.setCookies]).toMatchObject([
        { code: 'link_for_another_browser' },
        [],
      ]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });
});

describePlatforms('a cookie set before cookies.domain was changed', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { appUrl: 'https://app.example.com', cookies: { domain: 'example.com' } },
  });

  it('locks nobody out: one 401 clears both variants, and the next sign-in works', async () => {
    const old = await signedInBrowser(stage);
    const { browser } = await signedInBrowser(stage);
    const cookie = `${old.browser.cookieHeader}; ${browser.cookieHeader}`;

    const refused = await stage.application.browser().get('/me', { cookie });
    const after = await signedInBrowser(stage);

    const secure = expired.replace('HttpOnly', 'HttpOnly; Secure');
    expect(refused.json()).toMatchObject({ statusCode: 401, code: 'session_ambiguous' });
    expect(refused.setCookies).toEqual(
      [jwtCookie, tokenCookie].flatMap((name) => [
        `${name}=; ${secure}`,
        `${name}=; ${secure.replace('Path', 'Domain=example.com; Path')}`,
      ]),
    );
    expect((await after.browser.get('/me')).status).toBe(200);
  });
});

describePlatforms('clearing a cookie', (platform) => {
  it.each<[string, object, string, string]>([
    ['none', {}, `__Host-${jwtCookie}`, 'Path=/; HttpOnly; Secure; SameSite=Lax'],
    ['hostPrefix false', { hostPrefix: false }, jwtCookie, 'Path=/; HttpOnly; Secure; SameSite=Lax'],
    [
      'domain',
      { domain: 'example.com' },
      jwtCookie,
      'Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
    ['sameSite none', { sameSite: 'none' }, `__Host-${jwtCookie}`, 'Path=/; HttpOnly; Secure; SameSite=None'],
    [
      'sameSite strict',
      { sameSite: 'strict' },
      `__Host-${jwtCookie}`,
      'Path=/; HttpOnly; Secure; SameSite=Strict',
    ],
    ['readableByBrowserSdk', { readableByBrowserSdk: true }, jwtCookie, 'Path=/; Secure; SameSite=Lax'],
  ])('uses the attributes that set it: %s', async (_, cookies, name, attributes) => {
    const appUrl = 'https://app.example.com';
    const emulator = await startStytchEmulator({ redirectUrls: [`${appUrl}/auth/authenticate`] });
    const application = await startApplication({ emulator, platform, options: { appUrl, cookies } });
    const { browser, callback } = await linkAskedForBy({ emulator, application });
    const withoutTime = (cookie: string | undefined) =>
      cookie?.replace(/^[^;]+; /, '').replace(/(Max-Age|Expires)=[^;]+; /g, '');

    const set = (await browser.visit(callback)).setCookies;
    const clearedBy = (await browser.request('POST', '/auth/logout')).setCookies;
    await Promise.all([application.close(), emulator.close()]);

    expect(withoutTime(set.find((cookie) => cookie.startsWith(`${name}=`)))).toBe(attributes);
    const clearing = clearedBy.filter((cookie) => cookie.startsWith(`${name}=;`)).map(withoutTime);
    expect(clearing).toContain(attributes);
  });
});
