import { cookiesSetBy, jwtCookie } from '../support/sessions.js';
import { callbackPathOf, linkAskedForBy } from '../support/links.js';
import { MeController } from '../support/me.controller.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

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
