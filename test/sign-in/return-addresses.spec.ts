import { cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { callbackPathOf, linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import { createHash } from 'node:crypto';
import { magicLinks } from 'nestjs-stytch';
import type { AuthPage, RefusalCode } from 'nestjs-stytch';
import { refusalBody } from '../support/refusals.js';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';

describePlatforms('return addresses behind a proxy that strips /shop', (platform) => {
  const stage = useApplication({
    platform,
    controllers: [MeController],
    options: { routes: { publicPath: '/shop/auth' } },
  });
  /** The path that the application receives for the path that the browser requested. */
  const stripped = (path: string | null) => path?.replace(/^\/shop(?=\/)/, '') ?? '';

  it('lead back to the page as the browser sees it', async () => {
    const browser = stage.application.browser();

    const page = await browser.visit('/me?tab=2');

    const location = page.headers.get('location');
    expect([page.status, location]).toEqual([303, '/shop/auth/login?return_to=%2Fshop%2Fme%3Ftab%3D2']);
    const form = await browser.visit(stripped(location));
    expect(form.text).toContain('action="/shop/auth/login"');
    expect(form.text).toContain('name="return_to" value="/shop/me?tab=2"');
    const sent = await browser.postForm('/auth/login', {
      email: 'ada@example.com',
      return_to: '/shop/me?tab=2',
    });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/shop/auth/sent']);
    const callback = await callbackPathOf(stage.emulator, 'ada@example.com');
    expect(callback).toMatch(/^\/shop\/auth\/authenticate\?/);
    const signedIn = await browser.visit(stripped(callback));
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/shop/me?tab=2']);
    expect(cookiesSetBy(signedIn)[jwtCookie]?.attributes).toContain('Path=/;');
    expect((await browser.visit('/me?tab=2')).status).toBe(200);
  });

  it('does not redirect the login page to itself', async () => {
    const response = await stage.application.browser().visit('/auth/login');

    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
  });
});

describe('return addresses', () => {
  const stage = useApplication({ platform: 'Express', options: { pages: { afterLogin: '/welcome' } } });

  it.each([
    ['/orders', '/orders'],
    ['/orders?page=2&sort=a%20b#top', '/orders?page=2&sort=a%20b#top'],
    ['/a/../orders', '/orders'],
    ['/söme/päth', '/s%C3%B6me/p%C3%A4th'],
    ['/orders?next=https://evil.example', '/orders?next=https://evil.example'],
    ['/@evil.example', '/@evil.example'],
  ])('redirects to the return address %s of the application', async (returnTo, location) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: returnTo });

    expect((await browser.visit(callback)).headers.get('location')).toBe(location);
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['empty', ''],
    ['a host', '//evil.example'],
    ['a host after three slashes', '///evil.example'],
    ['a host after a slash and a backslash', '/\\evil.example'],
    ['a host after two backslashes', '\\\\evil.example'],
    ['a host after a tab', '/\t/evil.example'],
    ['a host after a line feed', '/\n/evil.example'],
    ['a host after a dot segment', '/.//evil.example'],
    ['a host after an encoded dot segment', '/%2e//evil.example'],
    ['a host after a double-dot segment', '/a/..//evil.example'],
    ['an absolute URL', 'https://evil.example/'],
    ['an absolute URL of the application', 'http://localhost:3000/orders'],
    ['a URL with credentials', 'http://localhost:3000@evil.example/'],
    ['a relative path', 'evil.example'],
    ['a path after a space', ' /orders'],
    ['a path with a space', '/or ders'],
    ['a javascript: URL', 'javascript:alert(1)'],
    ['a data: URL', 'data:text/html,hello'],
    ['a path with an injected header', '/orders\r\nset-cookie: a=b'],
    ['a path with a null byte', '/\u0000orders'],
    ['a path with a line separator', '/orders\u2028'],
    ['longer than 5000 characters', `/${'a'.repeat(5000)}`],
    ['longer than 12000 characters after encoding', `/${'ü'.repeat(2000)}`],
    ['a number', 7],
    ['a list', ['/orders']],
    ['an object', { toString: '/orders' }],
  ])('redirects to the default page if the return address is %s', async (_, returnTo) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: returnTo });

    const response = await browser.visit(callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, '/welcome']);
    expect(Object.keys(cookiesSetBy(response))).not.toContain('a');
  });

  it('validates the return address in the cookie, which the client can change', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/orders' });
    const [verifier = ''] = browser.cookies.get('stytch_login')?.split('.') ?? [];
    browser.cookies.set('stytch_login', `${verifier}.${Buffer.from('//evil.example').toString('base64url')}`);

    expect((await browser.visit(callback)).headers.get('location')).toBe('/welcome');
  });

  it('redirects to the return address of the latest request', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/first' });
    await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/latest' });

    expect((await browser.visit(callback)).headers.get('location')).toBe('/latest');
  });
});

const frontend = 'https://www.example.com';

describe('return addresses on other origins', () => {
  const stage = useApplication({
    platform: 'Express',
    options: {
      methods: [magicLinks({ binding: 'any-browser' })],
      pages: { returnOrigins: [`${frontend}/`, 'http://localhost:4200'] },
    },
  });

  it.each([
    [`${frontend}/orders?page=2#top`, `${frontend}/orders?page=2#top`],
    [frontend, `${frontend}/`],
    [`${frontend}:443/a/../b`, `${frontend}/b`],
    ['http://localhost:4200/app', 'http://localhost:4200/app'],
  ])('redirects to a return address on an allowed origin: %s', async (returnTo, location) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: returnTo });

    const response = await openAndConfirm(browser, callback);

    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each([
    'https://ada@www.example.com/',
    'https://ada:secret@www.example.com/',
    'https://www.example.com@evil.example/',
    'https://www.example.com:8443/',
    'http://www.example.com/',
    'https://www.example.com.evil.example/',
    'https://example.com/',
    'https:www.example.com/',
    'https:/www.example.com/',
    'https://www.example.com\\@evil.example/',
    'https://evil.example\\www.example.com/',
    ' https://www.example.com/',
    'https://www.example.com/\nx',
    '//www.example.com/',
    'javascript://www.example.com/%0aalert(1)',
    `${frontend}/${'a'.repeat(2100)}`,
  ])('redirects to the default page instead of the return address %j', async (returnTo) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: returnTo });

    expect((await openAndConfirm(browser, callback)).headers.get('location')).toBe('/');
  });

  it('allows the return origins as form targets in the Content-Security-Policy', async () => {
    const page = await stage.application.browser().visit('/auth/login');

    expect(page.headers.get('content-security-policy')).toContain(
      `form-action 'self' ${frontend} http://localhost:4200;`,
    );
  });
});

const renderedPages: AuthPage[] = [];
const loginPage = (returnTo: string, again: object = {}) => ({
  name: 'login',
  forms: [
    {
      method: 'magic-link',
      action: '/auth/login',
      fields: [{ name: 'email', type: 'email', label: 'Email address', ...again }],
      hidden: { return_to: returnTo },
      button: 'Send me a sign-in link',
    },
  ],
  links: [],
});
const problemOf = (code: RefusalCode) => ({ code, message: refusalBody(code).message });
const style = 'body { color: red }\r\n';

describePlatforms('pages rendered by the application', (platform) => {
  const stage = useApplication({
    platform,
    options: {
      methods: [magicLinks({ binding: 'any-browser', expiresInMinutes: 30 })],
      pages: {
        render: (page) => {
          renderedPages.push(page);
          return `<!doctype html><title>${page.name}</title><style media="screen">${style}</style><STYLE>b{}</STYLE>`;
        },
      },
    },
  });
  beforeEach(() => {
    renderedPages.length = 0;
  });

  it('passes each page to the renderer with unescaped values and no other fields', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    renderedPages.length = 0;
    await browser.visit('/auth/login?return_to=/orders%3Fa=1%26b=<2>');
    await browser.postForm('/auth/login', { email: '<ada>', return_to: '//evil.example' });
    await browser.postForm('/auth/login');
    await browser.visit('/auth/sent');
    const confirmPage = await browser.visit(callback);
    await browser.visit('/auth/authenticate');

    expect(renderedPages).toEqual([
      loginPage('/orders?a=1&b=%3C2%3E'),
      loginPage('/', { value: '<ada>', problem: problemOf('email_invalid') }),
      loginPage('/', { problem: problemOf('email_missing') }),
      { name: 'sent', expiresInMinutes: 30, binding: 'any-browser', loginPath: '/auth/login' },
      {
        name: 'confirm',
        method: 'magic-link',
        tokenType: 'magic_links',
        form: {
          action: '/auth/authenticate',
          fields: [],
          hidden: {
            token: new URLSearchParams(callback.split('?')[1]).get('token'),
            stytch_token_type: 'magic_links',
            nonce: expect.stringMatching(/^[\w-]{43}$/),
          },
          button: 'Sign in',
        },
      },
      {
        name: 'notice',
        code: 'link_invalid',
        message: 'This sign-in link is incomplete or damaged. Please request a new one.',
        loginPath: '/auth/login',
      },
    ]);
    expect(hiddenFieldsOf(confirmPage)).toEqual({});
  });

  it('allows the inline styles of a rendered page in the Content-Security-Policy', async () => {
    const page = await stage.application.browser().visit('/auth/login');

    // Browsers normalize CRLF to LF before they hash a style (HTML section 13.2.3.5).
    const hashes = [style.replace('\r\n', '\n'), 'b{}'].map(
      (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
    );
    expect(page.text).toContain('<title>login</title>');
    expect(page.headers.get('content-security-policy')).toContain(`style-src ${hashes.join(' ')};`);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });
});
