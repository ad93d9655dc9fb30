import { Body, ConflictException, Controller, Get, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  magicLinks,
  Protected,
  SignIn,
  SignOut,
  StytchRefusalException,
  type SignInMethod,
} from 'nestjs-stytch';
import { bodiesSentTo, bothCleared, cookiesSetBy, jwtCookie, signedInBrowser } from '../support/sessions.js';
import { callbackPathOf, linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { OrdersController } from '../support/orders.controller.js';

/** Has links sent elsewhere, so that it needs no redirect URL. */
const linksFromElsewhere: SignInMethod = {
  name: 'elsewhere',
  start: { fields: [], button: 'Send a link', run: () => Promise.resolve({ kind: 'sent' }) },
  callbacks: {
    elsewhere: { binding: 'same-browser', run: () => Promise.reject(new Error('not used here')) },
  },
  expiresInMinutes: 60,
};

/** Custom login routes that call the sign-in and sign-out services of the package. */
@Controller('custom')
class CustomLoginController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly host: HttpAdapterHost,
  ) {}

  @Post('login')
  async login(
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
    @Body() body: { email?: unknown; return_to?: unknown },
  ) {
    const callbackUrl = 'http://localhost:3000/custom/callback';
    return this.signIn.start('magic-link', request, response, {
      fields: { email: body.email },
      returnTo: body.return_to,
      callbackUrl,
    });
  }
  @Post('login-without-callback-url')
  async loginWithoutCallbackUrl(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.signIn.start('magic-link', request, response, { fields: { email: 'ada@example.com' } });
  }
  @Post('login-elsewhere')
  async loginElsewhere(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.signIn.start('elsewhere', request, response, { fields: {} });
  }
  @Get('callback')
  async callback(@Req() request: unknown, @Res() response: unknown) {
    const result = await this.signIn.complete(request, response);
    if (result.kind === 'refused') throw new StytchRefusalException(result.refusal);
    if (!('returnTo' in result)) throw new ConflictException({ unexpected: result.kind });
    this.host.httpAdapter.redirect(response, 303, `${result.returnTo}?kind=${result.kind}`);
  }
  @Post('logout')
  async logout(@Req() request: unknown, @Res({ passthrough: true }) response: unknown) {
    return this.signOut.signOut(request, response);
  }
  @Protected()
  @Get('account')
  account() {
    return 'account';
  }
}

describePlatforms('custom login routes', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [CustomLoginController],
    options: { routes: false, methods: [magicLinks(), linksFromElsewhere] },
  });

  async function requestLink(fields: object = {}) {
    const browser = stage.application.browser();
    stage.emulator.messages.clear();
    const response = await browser.postJson('/custom/login', { email: 'ada@example.com', ...fields });
    return { browser, response, callback: await callbackPathOf(stage.emulator, 'ada@example.com') };
  }

  it('signs in and out through a custom controller', async () => {
    const { browser, response, callback } = await requestLink({ return_to: '/custom/account' });
    expect(response.json()).toEqual({ kind: 'sent' });
    expect(bodiesSentTo(stage.emulator, '/v1/magic_links/email/login_or_create')).toMatchObject([
      { login_magic_link_url: 'http://localhost:3000/custom/callback' },
    ]);

    const signedIn = await browser.visit(callback);
    const account = await browser.get('/custom/account');
    const signedOut = await browser.postJson('/custom/logout', {});

    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([
      303,
      '/custom/account?kind=signed_in',
    ]);
    expect(Object.keys(cookiesSetBy(signedIn))).toContain(jwtCookie);
    expect(signedIn.headers.get('cache-control')).toBe('no-store');
    expect([account.status, signedOut.json()]).toEqual([200, { kind: 'signed_out' }]);
    expect(cookiesSetBy(signedOut)).toEqual(bothCleared);
  });

  it('returns that a link opened in another browser has to be confirmed', async () => {
    const { callback } = await requestLink();

    const response = await stage.application.browser().get(callback);

    expect(response.json()).toMatchObject({ unexpected: 'confirmation_required' });
  });

  it('does not consume a magic link on HEAD', async () => {
    const { browser, callback } = await requestLink();

    await browser.request('HEAD', callback);

    expect((await browser.visit(callback)).status).toBe(303);
  });

  it('returns refusals to the custom controller as values', async () => {
    const response = await stage.application.browser().postJson('/custom/login', { email: 'ada' });

    expect(response.json()).toMatchObject({
      kind: 'refused',
      refusal: { status: 400, code: 'email_invalid' },
    });
  });

  it('responds 500 if the custom controller passes no callback URL', async () => {
    expect(
      (await stage.application.browser().postJson('/custom/login-without-callback-url', {})).status,
    ).toBe(500);
  });

  it('starts a method that needs no callback URL without one', async () => {
    const response = await stage.application.browser().postJson('/custom/login-elsewhere', {});

    expect([response.status, response.json()]).toEqual([201, { kind: 'sent' }]);
  });

  it('responds 401 to a page navigation if no login page is configured', async () => {
    const response = await stage.application.browser().visit('/custom/account');

    expect([response.status, response.headers.get('location')]).toEqual([401, null]);
    expect(response.json()).toMatchObject({ code: 'session_missing' });
  });
});

describePlatforms('custom page paths', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: {
      pages: { login: '/enter?theme=dark#form', sent: '/sent', afterLogin: '/home', afterLogout: '/bye' },
    },
  });

  it('redirects to the configured login, sent, after-login and after-logout pages', async () => {
    const { browser, callback } = await linkAskedForBy(stage);

    const refused = await stage.application.browser().visit('/orders?a=1');
    const sent = await browser.postForm('/auth/login', { email: 'ada@example.com' });
    const signedIn = await browser.visit(callback);
    const signedOut = await browser.postForm('/auth/logout');

    expect(
      [refused, sent, signedIn, signedOut].map(({ status, headers }) => [status, headers.get('location')]),
    ).toEqual([
      [303, '/enter?theme=dark&return_to=%2Forders%3Fa%3D1#form'],
      [303, '/sent'],
      [303, '/home'],
      [303, '/bye'],
    ]);
  });

  it('links notice pages to the configured login page', async () => {
    const response = await stage.application.browser().visit('/auth/authenticate');

    expect(response.text).toContain('href="/enter?theme=dark#form"');
  });
});

describePlatforms('a custom login page with `routes: false`', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [OrdersController],
    options: { routes: false, pages: { login: '/enter' } },
  });

  it('redirects page navigations without a session to the custom login page', async () => {
    const response = await stage.application.browser().visit('/orders');

    expect([response.status, response.headers.get('location')]).toEqual([303, '/enter?return_to=%2Forders']);
  });

  it('serves a protected page to a signed-in user without a redirect', async () => {
    const { browser } = await signedInBrowser(stage);

    expect((await browser.visit('/orders')).status).toBe(200);
  });
});
