import { createHash } from 'node:crypto';
import type { AuthPage } from 'nestjs-stytch';
import { hiddenFieldsOf, openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const front = 'https://www.example.com';

describePlatforms('a return address on another origin', (platform) => {
  const stage = useApplication({
    platform,
    options: {
      magicLinks: { binding: 'any-browser' },
      pages: { returnOrigins: [`${front}/`, 'http://localhost:4200'] },
    },
  });

  it.each([
    [`${front}/orders?page=2#top`, `${front}/orders?page=2#top`],
    [front, `${front}/`],
    [`${front}:443/a/../b`, `${front}/b`],
    ['http://localhost:4200/app', 'http://localhost:4200/app'],
  ])('is followed where it was allowed: %s', async (asked, location) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: asked });

    const answer = await openAndConfirm(browser, callback);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
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
    `${front}/${'a'.repeat(2100)}`,
  ])('is the default on any doubt: %j', async (asked) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: asked });

    expect((await openAndConfirm(browser, callback)).headers.get('location')).toBe('/');
  });

  it('may be where a form ends up, says the policy of the pages', async () => {
    const page = await stage.application.browser().visit('/auth/login');

    expect(page.headers.get('content-security-policy')).toContain(
      `form-action 'self' ${front} http://localhost:4200;`,
    );
  });
});

const rendered: AuthPage[] = [];
const style = 'body { color: red }\r\n';

describePlatforms('pages that the application renders', (platform) => {
  const stage = useApplication({
    platform,
    options: {
      magicLinks: { binding: 'any-browser', expiresInMinutes: 30 },
      pages: {
        render: (page) => {
          rendered.push(page);
          return `<!doctype html><title>${page.name}</title><style media="screen">${style}</style><STYLE>b{}</STYLE>`;
        },
      },
    },
  });
  beforeEach(() => {
    rendered.length = 0;
  });

  it('get exactly what there is to say, unescaped', async () => {
    const { browser, callback } = await linkAskedForBy(stage);
    rendered.length = 0;
    await browser.visit('/auth/login?return_to=/orders%3Fa=1%26b=<2>');
    await browser.postForm('/auth/login', { email: '<ada>', return_to: '//evil.example' });
    await browser.postForm('/auth/login');
    await browser.visit('/auth/sent');
    const confirm = await browser.visit(callback);
    await browser.visit('/auth/authenticate');

    expect(rendered).toEqual([
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
    expect(hiddenFieldsOf(confirm)).toEqual({});
  });

  it('bring styles of their own, which the policy allows as browsers hash them', async () => {
    const page = await stage.application.browser().visit('/auth/login');

    // The line ending is one to a browser before anything is hashed (HTML section 13.2.3.5).
    const hashes = [style.replace('\r\n', '\n'), 'b{}'].map(
      (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
    );
    expect(page.text).toContain('<title>login</title>');
    expect(page.headers.get('content-security-policy')).toContain(`style-src ${hashes.join(' ')};`);
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });
});
