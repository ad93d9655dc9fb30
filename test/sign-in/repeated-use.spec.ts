import { Controller, Get, Req, Res } from '@nestjs/common';
import { CurrentSession, Protected, type Session, SignIn, magicLinks } from 'nestjs-stytch';
import type { TestBrowser, TestResponse } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { bodiesSentTo, callsTo, cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';
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

/** A custom callback. Nest runs its GET handler for HEAD requests too. */
@Controller('custom')
class CustomLoginController {
  constructor(private readonly signIn: SignIn) {}
  @Get('callback')
  async callback(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return { kind: (await this.signIn.complete(request, response)).kind };
  }
}

const controllers = [MeController, CustomLoginController];
const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36';
const openLinkByBinding: Record<'same-browser' | 'any-browser', typeof openAndConfirm> = {
  'same-browser': (browser, callback) => browser.visit(callback),
  'any-browser': openAndConfirm,
};

describe.each(['same-browser', 'any-browser'] as const)('link scanners (binding: %s)', (binding) => {
  const openLink = openLinkByBinding[binding];

  describePlatforms('a magic link', (platform) => {
    const stage = useApplication({ platform, controllers, options: { methods: [magicLinks({ binding })] } });

    it('keeps a magic link valid after an email scanner sent HEAD and then GET', async () => {
      const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
      const scanner = stage.application.browser();
      stage.emulator.requests.clear();

      const head = await scanner.request('HEAD', callback, { headers: { 'user-agent': userAgent } });
      const opened = await scanner.get(callback, { 'user-agent': userAgent, accept: 'text/html' });

      expect([head.status, head.setCookies]).toEqual([200, []]);
      expect(Object.keys(cookiesSetBy(opened))).not.toContain(jwtCookie);
      expect((await scanner.get('/me')).status).toBe(401);
      expect(callsTo(stage.emulator)).toEqual([]);
      await expectSignedIn(browser, await openLink(browser, callback), '/me');
    });

    it.each<[string, Record<string, string>]>([
      ['Sec-Purpose: prefetch', { 'sec-purpose': 'prefetch' }],
      ['Sec-Purpose: prefetch;prerender', { 'sec-purpose': 'prefetch;prerender' }],
      ['Sec-Purpose: prefetch;anonymous-client-ip', { 'sec-purpose': 'prefetch;anonymous-client-ip' }],
      ['Purpose: prefetch', { purpose: 'prefetch' }],
      ['X-Purpose: preview', { 'x-purpose': 'preview' }],
      ['X-Moz: prefetch', { 'x-moz': 'prefetch' }],
    ])('does not consume a magic link on a prefetch request with %s', async (_, headers) => {
      const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
      const cookieHeader = browser.cookieHeader;
      stage.emulator.requests.clear();

      const response = await browser.get(callback, { ...headers, accept: 'text/html' });

      expect([response.status, response.text, response.setCookies]).toEqual([204, '', []]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect([callsTo(stage.emulator), browser.cookieHeader]).toEqual([[], cookieHeader]);
      await expectSignedIn(browser, await openLink(browser, callback), '/me');
    });

    it.each([
      ['an image', 'no-cors', 'image'],
      ['a script', 'no-cors', 'script'],
      ['a frame', 'navigate', 'iframe'],
      ['a request of a script', 'same-origin', 'empty'],
    ])('does not consume a magic link that a page of the same site loads as %s', async (_, mode, dest) => {
      const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
      stage.emulator.requests.clear();

      const response = await browser.get(callback, {
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': mode,
        'sec-fetch-dest': dest,
      });

      expect([response.status, response.text, response.setCookies]).toEqual([204, '', []]);
      expect(callsTo(stage.emulator)).toEqual([]);
      await expectSignedIn(browser, await openLink(browser, callback), '/me');
    });

    it('does not consume a magic link on HEAD requests of the same browser, with the built-in or a custom callback', async () => {
      const { browser, callback } = await linkAskedForBy(stage);
      stage.emulator.requests.clear();

      const builtIn = await browser.request('HEAD', callback);
      const custom = await browser.request('HEAD', `/custom/callback?${callback.split('?')[1] ?? ''}`);

      expect([builtIn.status, custom.status, custom.setCookies]).toEqual([200, 200, []]);
      expect(callsTo(stage.emulator)).toEqual([]);
      await expectSignedIn(browser, await openLink(browser, callback), '/');
    });
  });

  async function expectSignedIn(browser: TestBrowser, response: TestResponse, location: string) {
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
    expect((await browser.get('/me')).json()).toEqual({ email: 'ada@example.com' });
  }
});

describePlatforms('a second click on a magic link that is bound to a browser', (platform) => {
  const stage = useApplication({ platform, controllers });

  it('keeps the session and redirects without consuming the link again', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/me' });
    await browser.visit(callback);
    const session = browser.cookies.get(jwtCookie);

    const repeated = await browser.visit(callback);

    expect([repeated.status, repeated.headers.get('location'), repeated.setCookies]).toEqual([303, '/', []]);
    expect(browser.cookies.get(jwtCookie)).toBe(session);
    expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toHaveLength(1);
  });
});

describePlatforms('a second click on a magic link that works in any browser', (platform) => {
  const stage = useApplication({
    platform,
    controllers,
    options: { methods: [magicLinks({ binding: 'any-browser' })] },
  });

  it('shows who is signed in, rejects the used link and keeps the session', async () => {
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

let onSignInSessionIds: string[] = [];

@Protected()
@Controller('account')
class AccountController {
  @Get()
  show() {
    return {};
  }
}

describe('a double click on a magic link', () => {
  const stage = useApplication({
    platform: 'Express',
    controllers: [AccountController],
    options: {
      onSignIn: ({ sessionId }) => {
        onSignInSessionIds.push(sessionId);
      },
    },
  });
  beforeEach(() => {
    onSignInSessionIds = [];
  });

  it('signs in once and responds to both requests with the same session', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    stage.emulator.requests.clear();

    const [first, second] = await Promise.all([
      stage.application.browser().get(callback, { cookie }),
      stage.application.browser().get(callback, { cookie }),
    ]);

    expect([first.status, second.status]).toEqual([303, 303]);
    expect(cookiesSetBy(first)[jwtCookie]).toEqual(cookiesSetBy(second)[jwtCookie]);
    expect(callsTo(stage.emulator)).toEqual(['POST /v1/magic_links/authenticate']);
    expect(onSignInSessionIds).toHaveLength(1);
  });

  it('redirects the second request after the first one has completed', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);

    const repeated = await stage.application.browser().get(callback, { cookie });

    expect([repeated.status, repeated.headers.get('location')]).toEqual([303, '/']);
  });

  it('rejects a second request that arrives six seconds after the first', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);
    stage.emulator.clock.advance({ seconds: 6 });

    const late = await stage.application.browser().get(callback, { cookie });

    expect([late.status, late.json()]).toEqual([
      410,
      expect.objectContaining({ code: 'link_used_or_expired' }),
    ]);
  });

  it('does not sign in again if the user signed out between the two requests', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const cookie = browser.cookieHeader;
    await browser.get(callback);
    await browser.postJson('/auth/logout', {});

    const repeated = await stage.application.browser().get(callback, { cookie });

    expect([repeated.status, repeated.setCookies]).toEqual([410, []]);
  });

  it('does not share the session with another browser that opens the same link', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    const { browser: otherBrowser } = await linkAskedForBy(stage, { email: 'grace@example.com' });
    await browser.get(callback);

    const otherResponse = await otherBrowser.get(callback);

    expect(otherResponse.status).toBe(410);
    expect(Object.keys(cookiesSetBy(otherResponse))).toEqual([]);
  });
});
