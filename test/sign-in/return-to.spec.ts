import { cookiesSetBy } from '../support/sessions.js';
import { linkAskedForBy } from '../support/links.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

describePlatforms('the return address', (platform) => {
  const stage = useApplication({ platform, options: { pages: { afterLogin: '/welcome' } } });

  it.each([
    ['/orders', '/orders'],
    ['/orders?page=2&sort=a%20b#top', '/orders?page=2&sort=a%20b#top'],
    ['/a/../orders', '/orders'],
    ['/söme/päth', '/s%C3%B6me/p%C3%A4th'],
    ['/orders?next=https://evil.example', '/orders?next=https://evil.example'],
    ['/@evil.example', '/@evil.example'],
  ])('is honoured as a path of the application: %s', async (asked, location) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: asked });

    expect((await browser.visit(callback)).headers.get('location')).toBe(location);
  });

  it.each<[string, unknown]>([
    ['none', undefined],
    ['an empty one', ''],
    ['a host', '//evil.example'],
    ['a host after three slashes', '///evil.example'],
    ['a host by backslash', '/\\evil.example'],
    ['a host by two backslashes', '\\\\evil.example'],
    ['a host after a tab', '/\t/evil.example'],
    ['a host after a line feed', '/\n/evil.example'],
    ['a host after a dot segment', '/.//evil.example'],
    ['a host after an encoded dot segment', '/%2e//evil.example'],
    ['a host after two dots', '/a/..//evil.example'],
    ['an absolute URL', 'https://evil.example/'],
    ['an absolute URL of our own', 'http://localhost:3000/orders'],
    ['credentials', 'http://localhost:3000@evil.example/'],
    ['a relative path', 'evil.example'],
    ['a blank before it', ' /orders'],
    ['a blank within', '/or ders'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,hello'],
    ['a header of its own', '/orders\r\nset-cookie: a=b'],
    ['a zero byte', '/\u0000orders'],
    ['a line separator', '/orders\u2028'],
    ['5 KB', `/${'a'.repeat(5000)}`],
    ['2 KB that encode to 12', `/${'ü'.repeat(2000)}`],
    ['a number', 7],
    ['a list', ['/orders']],
    ['an object', { toString: '/orders' }],
  ])('is the default on any doubt: %s', async (_, asked) => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: asked });

    const answer = await browser.visit(callback);

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/welcome']);
    expect(Object.keys(cookiesSetBy(answer))).not.toContain('a');
  });

  it('is read anew from the cookie, which the browser may have changed', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/orders' });
    const [verifier = ''] = browser.cookies.get('stytch_login')?.split('.') ?? [];
    browser.cookies.set('stytch_login', `${verifier}.${Buffer.from('//evil.example').toString('base64url')}`);

    expect((await browser.visit(callback)).headers.get('location')).toBe('/welcome');
  });

  it('is the one asked for last', async () => {
    const { browser, callback } = await linkAskedForBy(stage, { return_to: '/first' });
    await browser.postJson('/auth/login', { email: 'ada@example.com', return_to: '/last' });

    expect((await browser.visit(callback)).headers.get('location')).toBe('/last');
  });
});
