import { Controller, Get } from '@nestjs/common';
import { CurrentSession, Protected, type Session } from 'nestjs-stytch';
import { startStytchEmulator, type MintedSession } from 'stytch-emulator';
import { linkAskedForBy } from '../support/links.js';
import { refusalBody } from '../support/refusals.js';
import { callsTo, jwtCookie, keepSession, signedInBrowser, tokenCookie } from '../support/sessions.js';
import { describePlatforms, startApplication } from '../support/start-application.js';
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

const gone = 'Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax';
const clearedHere = [jwtCookie, tokenCookie].map((name) => `${name}=; ${gone}`);

/** The same claims under a signature of nobody's. */
function forged({ session_jwt }: MintedSession): string {
  const [header, payload, signature = ''] = session_jwt.split('.');
  return [header, payload, signature.replace(/^..../, 'AAAA')].join('.');
}

describePlatforms('cookies that others put beside ours', (platform) => {
  const stage = useApplication({ platform, controllers });
  const created = (email: string) => stage.emulator.sessions.create({ email });
  const meWith = async (cookie: string) => {
    const answer = await stage.application.browser().get('/me', { cookie });
    return [answer.status, answer.json(), answer.setCookies];
  };
  const ada = [200, { email: 'ada@example.com' }, []];

  it.each<[string, (own: MintedSession) => string]>([
    ['a forged one after it', (own) => `${jwtCookie}=${own.session_jwt}; ${jwtCookie}=${forged(own)}`],
    ['a forged one before it', (own) => `${jwtCookie}=${forged(own)}; ${jwtCookie}=${own.session_jwt}`],
    ['two that are garbage', (own) => `${jwtCookie}=x; ${jwtCookie}=${own.session_jwt}; ${jwtCookie}=a.b.c`],
    ['an empty one', (own) => `${jwtCookie}=; ${jwtCookie}=${own.session_jwt}`],
    ['itself, four times', (own) => Array(4).fill(`${jwtCookie}=${own.session_jwt}`).join('; ')],
    [
      'a token of nobody’s',
      (own) => `${jwtCookie}=${own.session_jwt}; ${tokenCookie}=${'x'.repeat(44)}; ${tokenCookie}=y`,
    ],
    ['an object of cookie-parser', (own) => `${jwtCookie}=j:{"a":1}; ${jwtCookie}=${own.session_jwt}`],
    ['a cookie without a name', (own) => `=${jwtCookie}=evil; ${jwtCookie}; ${jwtCookie}=${own.session_jwt}`],
    ['15 KB of others', (own) => `a=${'x'.repeat(13_000)}; ${jwtCookie}=${own.session_jwt}; b=1`],
    [
      'a name that differs in case',
      (own) => `${jwtCookie.toUpperCase()}=evil; ${jwtCookie}=${own.session_jwt}`,
    ],
  ])('change nothing: %s', async (_, cookieOf) => {
    expect(await meWith(cookieOf(await created('ada@example.com')))).toEqual(ada);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each<[string, (jwt: string) => string]>([
    ['quotes around it', (jwt) => `"${jwt}"`],
    ['percent-encoding', (jwt) => jwt.replaceAll('.', '%2E')],
    ['a signed cookie', (jwt) => `s:${jwt}.mac`],
    ['a JSON cookie', (jwt) => `j:"${jwt}"`],
  ])('are taken as they are, not as they might be meant: %s', async (_, written) => {
    const { session_jwt } = await created('ada@example.com');

    const [status, body, setCookies] = await meWith(`${jwtCookie}=${written(session_jwt)}`);

    expect([status, body, setCookies]).toMatchObject([401, { code: 'session_invalid' }, []]);
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('that are a genuine session of somebody else are no guess at who it is: 401, and both are cleared', async () => {
    const [own, others] = [await created('ada@example.com'), await created('eve@example.com')];
    const expected = [401, refusalBody('session_ambiguous'), clearedHere];

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

  it('that are a session signed out here are nobody else: the other counts', async () => {
    const [own, former] = [await created('ada@example.com'), await created('eve@example.com')];
    const leaving = stage.application.browser();
    keepSession(leaving, former);
    await leaving.request('POST', '/auth/logout');

    expect(await meWith(`${jwtCookie}=${former.session_jwt}; ${jwtCookie}=${own.session_jwt}`)).toEqual(ada);
    expect(await meWith(`${jwtCookie}=${former.session_jwt}`)).toMatchObject([
      401,
      { code: 'session_revoked' },
      clearedHere,
    ]);
  });

  it('are not looked at when they are more than three', async () => {
    const { session_jwt } = await created('ada@example.com');
    const cookie = ['a.b.c', 'b.b.c', 'c.b.c', session_jwt].map((jwt) => `${jwtCookie}=${jwt}`).join('; ');

    expect(await meWith(cookie)).toMatchObject([401, { code: 'session_ambiguous' }, clearedHere]);
  });

  it('survive neither a login nor a logout: what was planted is revoked', async () => {
    const planted = await created('eve@example.com');
    const { browser, callback } = await linkAskedForBy(stage);
    keepSession(browser, planted);

    await browser.visit(callback);

    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
    expect(await meWith(`${jwtCookie}=${planted.session_jwt}`)).toMatchObject([
      401,
      { code: 'session_revoked' },
      clearedHere,
    ]);
  });

  it('do not tie a login to another browser: a binding that is tossed in consumes nothing', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: attacker } = await linkAskedForBy(stage, { email: 'eve@example.com' });
    const [own, theirs] = [browser, attacker].map(({ cookies }) => cookies.get('stytch_login') ?? '');
    stage.emulator.requests.clear();

    for (const cookie of [
      `stytch_login=${theirs}; stytch_login=${own}`,
      `stytch_login=${own}; stytch_login=${theirs}`,
    ]) {
      const answer = await stage.application.browser().get(callback, { cookie });
      expect([answer.json(), answer.setCookies]).toMatchObject([{ code: 'link_for_another_browser' }, []]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
    expect((await browser.visit(callback)).status).toBe(303);
  });
});

describePlatforms('a cookie of an earlier setting of cookies.domain', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { appUrl: 'https://app.example.com', cookies: { domain: 'example.com' } },
  });

  it('locks nobody out: one 401 clears both variants, and the next login holds', async () => {
    const old = await signedInBrowser(stage);
    const { browser } = await signedInBrowser(stage);
    const cookie = `${old.browser.cookieHeader}; ${browser.cookieHeader}`;

    const refused = await stage.application.browser().get('/me', { cookie });
    const after = await signedInBrowser(stage);

    const secure = gone.replace('HttpOnly', 'HttpOnly; Secure');
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

describePlatforms('the attributes that set a cookie', (platform) => {
  it.each<[string, object, string, string]>([
    ['hostPrefix', { hostPrefix: true }, `__Host-${jwtCookie}`, 'Path=/; HttpOnly; Secure; SameSite=Lax'],
    [
      'domain',
      { domain: 'example.com' },
      jwtCookie,
      'Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax',
    ],
    ['sameSite none', { sameSite: 'none' }, jwtCookie, 'Path=/; HttpOnly; Secure; SameSite=None'],
    ['sameSite strict', { sameSite: 'strict' }, jwtCookie, 'Path=/; HttpOnly; Secure; SameSite=Strict'],
    ['readableByBrowserSdk', { readableByBrowserSdk: true }, jwtCookie, 'Path=/; Secure; SameSite=Lax'],
  ])('clear it as well: %s', async (_, cookies, name, attributes) => {
    const appUrl = 'https://app.example.com';
    const emulator = await startStytchEmulator({ redirectUrls: [`${appUrl}/auth/authenticate`] });
    const application = await startApplication({ emulator, platform, options: { appUrl, cookies } });
    const { browser, callback } = await linkAskedForBy({ emulator, application });
    const withoutTime = (cookie: string | undefined) =>
      cookie?.replace(/^[^;]+; /, '').replace(/(Max-Age|Expires)=[^;]+; /g, '');

    const set = (await browser.visit(callback)).setCookies;
    const cleared = (await browser.request('POST', '/auth/logout')).setCookies;
    await Promise.all([application.close(), emulator.close()]);

    expect(withoutTime(set.find((cookie) => cookie.startsWith(`${name}=`)))).toBe(attributes);
    const clearing = cleared.filter((cookie) => cookie.startsWith(`${name}=;`)).map(withoutTime);
    expect(clearing).toContain(attributes);
  });
});
