import { Controller, Get, Req, Res } from '@nestjs/common';
import { CurrentSession, Protected, SignIn, type Session } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { bodiesSentTo, callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
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

/** A callback of the application's own: Nest runs its GET handler on HEAD too. */
@Controller('door')
class DoorController {
  constructor(private readonly signIn: SignIn) {}
  @Get()
  async enter(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return { kind: (await this.signIn.complete(request, response)).kind };
  }
}

const controllers = [MeController, DoorController];
const authenticate = '/v1/magic_links/authenticate';
const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36';
const waysIn: Record<'same-browser' | 'any-browser', typeof openAndConfirm> = {
  'same-browser': (browser, callback) => browser.visit(callback),
  'any-browser': openAndConfirm,
};

describe.each(['same-browser', 'any-browser'] as const)('a link that works in: %s', (binding) => {
  const comeIn = waysIn[binding];

  describePlatforms('a mail scanner', (platform) => {
    const stage = useApplication({ platform, controllers, options: { magicLinks: { binding } } });

    it('that asks by HEAD and then like a browser leaves the link for the person', async () => {
      const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
      const scanner = stage.application.browser();
      stage.emulator.requests.clear();

      const head = await scanner.request('HEAD', callback, { headers: { 'user-agent': userAgent } });
      const opened = await scanner.get(callback, { 'user-agent': userAgent, accept: 'text/html' });

      expect([head.status, head.setCookies]).toEqual([200, []]);
      expect(Object.keys(cookiesSetBy(opened))).not.toContain(jwtCookie);
      expect((await scanner.get('/me')).status).toBe(401);
      expect(callsTo(stage.emulator)).toEqual([]);
      await expectToBeIn(browser, await comeIn(browser, callback), '/me');
    });

    it.each<[string, Record<string, string>]>([
      ['Sec-Purpose: prefetch', { 'sec-purpose': 'prefetch' }],
      ['Sec-Purpose: prefetch;prerender', { 'sec-purpose': 'prefetch;prerender' }],
      ['Sec-Purpose: prefetch;anonymous-client-ip', { 'sec-purpose': 'prefetch;anonymous-client-ip' }],
      ['Purpose: prefetch', { purpose: 'prefetch' }],
      ['X-Purpose: preview', { 'x-purpose': 'preview' }],
      ['X-Moz: prefetch', { 'x-moz': 'prefetch' }],
    ])('is no other than a browser that loads in advance: %s', async (_, headers) => {
      const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
      const before = browser.cookieHeader;
      stage.emulator.requests.clear();

      const answer = await browser.get(callback, { ...headers, accept: 'text/html' });

      expect([answer.status, answer.text, answer.setCookies]).toEqual([204, '', []]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect([callsTo(stage.emulator), browser.cookieHeader]).toEqual([[], before]);
      await expectToBeIn(browser, await comeIn(browser, callback), '/me');
    });

    it('may ask by HEAD with the cookies of the person, of a callback of the application’s own too', async () => {
      const { browser, callback } = await linkAskedForBy(stage);
      stage.emulator.requests.clear();

      const ours = await browser.request('HEAD', callback);
      const own = await browser.request('HEAD', `/door?${callback.split('?')[1] ?? ''}`);

      expect([ours.status, own.status, own.setCookies]).toEqual([200, 200, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
      await expectToBeIn(browser, await comeIn(browser, callback), '/');
    });
  });

  async function expectToBeIn(browser: TestBrowser, answer: TestResponse, location: string) {
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
  }
});

describePlatforms('a second click', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('goes on with the session, and so does the back button', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
    await browser.visit(callback);
    const session = browser.cookies.get(jwtCookie);

    const again = await browser.visit(callback);

    expect([again.status, again.headers.get('location'), again.setCookies]).toEqual([303, '/', []]);
    expect(browser.cookies.get(jwtCookie)).toBe(session);
    expect(bodiesSentTo(stage.emulator, authenticate)).toHaveLength(1);
  });
});

describePlatforms('a second click on a link that works anywhere', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { magicLinks: { binding: 'any-browser' } },
  });

  it('asks again, says who is signed in, and leaves that session alone', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    await openAndConfirm(browser, callback);
    const session = browser.cookies.get(jwtCookie);
    stage.emulator.clock.advance({ minutes: 1 });

    const page = await browser.visit(callback);
    const confirmed = await openAndConfirm(browser, callback);

    expect(page.text).toContain('<strong>ada@example.com</strong>');
    expect([confirmed.status, browser.cookies.get(jwtCookie)]).toEqual([410, session]);
    expect((await browser.get('/me')).status).toBe(200);
  });
});
