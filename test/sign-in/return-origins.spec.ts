import { createHash } from 'node:crypto';
import type { AuthPage } from 'nestjs-stytch';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const frontend = 'https://www.example.com';

describe('return addresses on other origins', () => {
  const stage = useApplication({
    platform: 'Express',
    options: {
      magicLinks: { binding: 'any-browser' },
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
const style = 'body { color: red }\r\n';

describePlatforms('pages rendered by the application', (platform) => {
  const stage = useApplication({
    platform,
    options: {
      magicLinks: { binding: 'any-browser', expiresInMinutes: 30 },
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
      { name: 'login', action: '/auth/login', returnTo: '/orders?a=1&b=%3C2%3E' },
      { name: 'login', action: '/auth/login', returnTo: '/', email: '<ada>', problem: 'email_invalid' },
      { name: 'login', action: '/auth/login', returnTo: '/', problem: 'email_missing' },
      { name: 'sent', expiresInMinutes: 30, binding: 'any-browser', loginPath: '/auth/login' },
      {
        name: 'confirm',
        action: '/auth/authenticate',
        token: new URLSearchParams(callback.split('?')[1]).get('token'),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
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
