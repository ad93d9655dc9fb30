import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, Protected, type UserSession } from 'nestjs-stytch';
import { startStytchEmulator, type MintedSession } from 'stytch-emulator';
import { linkAskedForBy } from '../support/links.js';
import { MeController, meOf } from '../support/me.controller.js';
import { refusalBody } from '../support/refusals.js';
import {
  callsTo,
  cookiesSetBy,
  jwtCookie,
  keepSession,
  signedInBrowser,
  tokenCookie,
} from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const controllers = [MeController];

@Protected()
@Controller('deep')
class DeepController {
  @Get([':id', `${'x/'.repeat(40)}x`])
  show() {
    return {};
  }
}

@OptionalSession()
@Controller('home')
class HomeController {
  @Get()
  show(@CurrentSession() session?: UserSession) {
    return { userId: session?.userId ?? null };
  }
}

const expired = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';
const cleared = [jwtCookie, tokenCookie].map((name) => `${name}=; ${expired}`);

const authenticateCall = 'POST /v1/sessions/authenticate';

/** The same claims with an invalid signature. */
function forged({ session_jwt }: MintedSession, start = 'AAAA'): string {
  const [header, payload, signature = ''] = session_jwt.split('.');
  return [header, payload, signature.replace(/^..../, start)].join('.');
}
const forgeries = (session: MintedSession, count: number) =>
  Array.from({ length: count }, (_, n) => forged(session, `AA${n}A`));

let madeUp = 0;
/** Unknown to Stytch, and never sent before. */
const madeUpTokens = (count: number) =>
  Array.from({ length: count }, () => `made-up-${(madeUp += 1)}-`.padEnd(44, 'x'));
const cookies = (name: string, values: readonly string[]) =>
  values.map((value) => `${name}=${value}`).join('; ');

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

  it('with a valid session of another user make the request ambiguous: responds 401 and clears no cookie', async () => {
    const [own, others] = [await created('ada@example.com'), await created('eve@example.com')];
    const expected = [401, refusalBody('session_ambiguous'), []];

    expect(await meWith(`${jwtCookie}=${own.session_jwt}; ${jwtCookie}=${others.session_jwt}`)).toEqual(
      expected,
    );
    expect(await meWith(`${jwtCookie}=${others.session_jwt}; ${jwtCookie}=${own.session_jwt}`)).toEqual(
      expected,
    );
    expect(callsTo(stage.emulator)).toEqual([]);
    expect(
      await meWith(`${tokenCookie}=${others.session_token}; ${tokenCookie}=${own.session_token}`),
    ).toEqual(expected);
    expect(callsTo(stage.emulator)).toEqual([authenticateCall, authenticateCall]);
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

  it.each([3, 40])(
    'are not counted if they are no JWTs: %d of them beside the real one do not change who is signed in',
    async (count) => {
      const own = await created('ada@example.com');
      const garbage = Array.from({ length: count }, (_, n) => `${jwtCookie}=garbage-${n}.b.c; `).join('');

      expect(await meWith(`${garbage}${jwtCookie}=${own.session_jwt}`)).toEqual(meIs(own));
      expect(callsTo(stage.emulator)).toEqual([]);
    },
  );

  it('are verified up to five: four forged JWTs before the real one do not change who is signed in', async () => {
    const own = await created('ada@example.com');

    expect(await meWith(cookies(jwtCookie, [...forgeries(own, 4), own.session_jwt]))).toEqual(meIs(own));
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('are not verified beyond five: responds 401 and clears no cookie, whichever JWT is real', async () => {
    const own = await created('ada@example.com');
    const forged = forgeries(own, 5);

    expect(await meWith(cookies(jwtCookie, [...forged, own.session_jwt]))).toEqual([
      401,
      refusalBody('session_invalid'),
      [],
    ]);
    expect(await meWith(cookies(jwtCookie, [own.session_jwt, ...forged]))).toEqual([
      401,
      refusalBody('session_ambiguous'),
      [],
    ]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each([
    ['one made-up opaque token', 1, false],
    ['one made-up opaque token', 1, true],
    ['two made-up opaque tokens', 2, false],
    ['two made-up opaque tokens', 2, true],
  ])(
    'do not change who is signed in without a JWT: %s (%d), the real one first: %s',
    async (_, count, isFirst) => {
      const own = await created('ada@example.com');
      const madeUp = madeUpTokens(count);
      const tokens = isFirst ? [own.session_token, ...madeUp] : [...madeUp, own.session_token];

      const response = await stage.application.browser().get('/me', { cookie: cookies(tokenCookie, tokens) });

      expect([response.status, response.json()]).toEqual([200, meOf(own)]);
      // The session is renewed with its own opaque token.
      expect(cookiesSetBy(response)[tokenCookie]?.value ?? own.session_token).toBe(own.session_token);
      expect(Object.values(cookiesSetBy(response)).map(({ value }) => value)).not.toContain('');
      expect(callsTo(stage.emulator)).toEqual(Array(count + 1).fill(authenticateCall));
    },
  );

  it('are not counted if they are malformed opaque tokens', async () => {
    const own = await created('ada@example.com');
    const malformed = ['', 'short', 'x'.repeat(600), '"quoted"', '%61'.repeat(20)];

    const response = await stage.application
      .browser()
      .get('/me', { cookie: cookies(tokenCookie, [...malformed, own.session_token]) });

    expect([response.status, response.json()]).toEqual([200, meOf(own)]);
    expect(callsTo(stage.emulator)).toEqual([authenticateCall]);
  });

  it('cause at most three calls: responds 401 to more opaque tokens and clears no cookie', async () => {
    const own = await created('ada@example.com');
    const madeUp = madeUpTokens(3);

    const last = await meWith(cookies(tokenCookie, [...madeUp, own.session_token]));
    expect(callsTo(stage.emulator)).toEqual(Array(3).fill(authenticateCall));
    const first = await meWith(cookies(tokenCookie, [own.session_token, ...madeUp]));

    expect([last, first]).toEqual([
      [401, refusalBody('session_revoked'), []],
      [401, refusalBody('session_ambiguous'), []],
    ]);
  });

  it('do not decide while Stytch is down: responds 503 to a known opaque token beside one that can not be looked up', async () => {
    const own = await created('ada@example.com');
    await meWith(cookies(tokenCookie, [own.session_token]));
    stage.emulator.faults.add({ kind: 'status', status: 500, path: '/v1/sessions/authenticate' });

    expect(await meWith(cookies(tokenCookie, [own.session_token, ...madeUpTokens(1)]))).toMatchObject([
      503,
      { code: 'stytch_unavailable' },
      [],
    ]);
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
      // As without a binding cookie: the token may be one that needs none.
      const response = await stage.application.browser().get(callback, { cookie });
      expect(response.text).toContain('Sign in with this browser?');
      expect(response.setCookies).toEqual([expect.stringMatching(/^stytch_confirm=/)]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });
});

const appUrl = 'https://app.example.com';
const deleted = (name: string, domain: string, path: string) =>
  `${name}=; ${expired.replace('Path=/', `Domain=${domain}; Path=${path}`).replace('HttpOnly', 'HttpOnly; Secure')}`;

describePlatforms('an ambiguous request over HTTPS without the __Host- prefix', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController, DeepController, HomeController],
    options: { appUrl, cookies: { hostPrefix: false }, routes: { path: 'auth', publicPath: '/shop/auth' } },
  });
  const ambiguous = async () => {
    const { browser } = await signedInBrowser(stage);
    const { session_jwt } = await stage.emulator.sessions.create({ email: 'eve@example.com' });
    return { browser, cookie: `${jwtCookie}=${session_jwt}; ${browser.cookieHeader}` };
  };
  const clearedFor = (...paths: string[]) =>
    paths.flatMap((path) =>
      ['app.example.com', 'example.com'].flatMap((domain) =>
        [jwtCookie, tokenCookie].map((name) => deleted(name, domain, path)),
      ),
    );

  it('clears what other hosts can have set for the page, by the path that the browser sees, and keeps the rest', async () => {
    const { browser, cookie } = await ambiguous();
    const own = new Map(browser.cookies);

    const response = await browser.get('/me', { cookie });

    expect([response.status, response.json()]).toEqual([401, refusalBody('session_ambiguous')]);
    expect(response.setCookies).toEqual(clearedFor('/', '/shop', '/shop/', '/shop/me'));
    // A browser compares name, domain and path, so the person is still signed in.
    expect(browser.cookies).toEqual(own);
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('sets at most twenty cookies, however deep the path is', async () => {
    const { browser, cookie } = await ambiguous();

    const response = await browser.get(`/deep/${'x/'.repeat(40)}x`, { cookie });

    expect(response.json()).toEqual(refusalBody('session_ambiguous'));
    expect(response.setCookies).toEqual(clearedFor('/', '/shop', '/shop/', '/shop/deep', '/shop/deep/'));
  });

  it('clears nothing for a path that no Set-Cookie header can hold', async () => {
    const { browser, cookie } = await ambiguous();

    const response = await browser.get('/deep/a;b', { cookie });

    expect(response.setCookies).toEqual(clearedFor('/', '/shop', '/shop/', '/shop/deep', '/shop/deep/'));
  });

  it('runs a handler with an optional session without one, and clears the same cookies', async () => {
    const { browser, cookie } = await ambiguous();

    const response = await browser.get('/home', { cookie });

    expect([response.status, response.json()]).toEqual([200, { userId: null }]);
    expect(response.setCookies).toEqual(clearedFor('/', '/shop', '/shop/', '/shop/home'));
    expect((await browser.get('/home')).json()).toMatchObject({ userId: expect.any(String) as unknown });
  });

  it('is not authenticated according to GET /auth/session, which clears the same cookies', async () => {
    const { browser, cookie } = await ambiguous();

    const response = await browser.get('/auth/session', { cookie });

    expect([response.status, response.json()]).toEqual([200, { authenticated: false }]);
    expect(response.setCookies).toEqual(
      clearedFor('/', '/shop', '/shop/', '/shop/auth', '/shop/auth/').slice(0, 20),
    );
    expect((await browser.get('/auth/session')).json()).toMatchObject({ authenticated: true });
  });
});

describePlatforms('a cookie set before cookies.domain was changed', (platform) => {
  it('locks nobody out: the request is ambiguous until the next sign-in, which deletes the old cookies', async () => {
    const emulator = await startStytchEmulator({ redirectUrls: [`${appUrl}/auth/authenticate`] });
    const options = { appUrl, cookies: { domain: 'example.com' } };
    const application = await startApplication({ emulator, platform, controllers, options });
    const stage = { emulator, application };
    const [old, current] = [await signedInBrowser(stage), await signedInBrowser(stage)];
    const cookie = `${old.browser.cookieHeader}; ${current.browser.cookieHeader}`;

    const refused = await application.browser().get('/me', { cookie });
    const { browser, callback } = await linkAskedForBy(stage);
    const signedIn = await browser.get(callback, { cookie: `${browser.cookieHeader}; ${cookie}` });
    const after = await browser.get('/me');
    await Promise.all([application.close(), emulator.close()]);

    const clearedHost = expired.replace('HttpOnly', 'HttpOnly; Secure');
    expect(refused.json()).toEqual(refusalBody('session_ambiguous'));
    expect(refused.setCookies).toEqual(
      ['/', '/me'].flatMap((path) =>
        [jwtCookie, tokenCookie].map((name) => deleted(name, 'app.example.com', path)),
      ),
    );
    expect(signedIn.setCookies).toEqual(
      expect.arrayContaining([
        `${jwtCookie}=; ${clearedHost}`,
        `${tokenCookie}=; ${clearedHost}`,
        expect.stringMatching(new RegExp(`^${jwtCookie}=ey.*; Domain=example.com; `)),
        expect.stringMatching(new RegExp(`^${tokenCookie}=.*; Domain=example.com; `)),
      ]),
    );
    expect(after.status).toBe(200);
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
