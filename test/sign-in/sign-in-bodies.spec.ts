import { refusalBody } from '../support/refusals.js';
import { callsTo } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const boundary = 'multipart/form-data; boundary=x';
const multipart = '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\nada@example.com\r\n--x--\r\n';
const long = `${'a'.repeat(250)}@example.com`;

describePlatforms('a login body', (platform) => {
  const stage = useApplication({ platform });

  it.each<[string, string | undefined, string]>([
    ['no body', undefined, ''],
    ['an empty JSON body', json, ''],
    ['half of a JSON body', json, '{"email":'],
    ['null', json, 'null'],
    ['a number', json, '7'],
    ['a list', json, '["ada@example.com"]'],
    ['a list of bodies', json, '[{"email":"ada@example.com"}]'],
    ['an empty object', json, '{}'],
    ['the address under another name', json, '{"mail":"ada@example.com"}'],
    ['an address that is inherited', json, '{"__proto__":{"email":"ada@example.com"}}'],
    [
      'an address by way of the constructor',
      json,
      '{"constructor":{"prototype":{"email":"ada@example.com"}}}',
    ],
    ['an address that is null', json, '{"email":null}'],
    ['an address that is a number', json, '{"email":7}'],
    ['an address that is true', json, '{"email":true}'],
    ['a list of addresses', json, '{"email":["ada@example.com"]}'],
    ['an address within an object', json, '{"email":{"$ne":""}}'],
    ['an empty address', json, '{"email":""}'],
    ['a blank address', json, '{"email":"  "}'],
    ['no @', json, '{"email":"ada"}'],
    ['two @', json, '{"email":"ada@b@example.com"}'],
    ['no domain', json, '{"email":"ada@"}'],
    ['no dot in the domain', json, '{"email":"ada@localhost"}'],
    ['a header of its own', json, '{"email":"ada@example.com\\r\\nBcc: eve@example.com"}'],
    ['a zero byte', json, '{"email":"ada\\u0000@example.com"}'],
    ['a second recipient', json, '{"email":"ada@example.com,eve@example.com"}'],
    ['a name and an address', json, '{"email":"Ada <ada@example.com>"}'],
    ['an address of 262 characters', json, JSON.stringify({ email: long })],
    ['an address of a megabyte', json, JSON.stringify({ email: `${'a'.repeat(1_100_000)}@example.com` })],
    ['plain text', 'text/plain', 'ada@example.com'],
    ['a JSON body in plain text', 'text/plain', '{"email":"ada@example.com"}'],
    ['a multipart form', boundary, multipart],
    ['XML', 'application/xml', '<email>ada@example.com</email>'],
    ['a content type that is none', 'json', '{"email":"ada@example.com"}'],
    ['a form without an address', form, 'mail=ada'],
    ['a form with two addresses', form, 'email=ada@example.com&email=eve@example.com'],
    ['a form with a list', form, 'email[]=ada@example.com'],
    ['a form with an object', form, 'email[a]=ada@example.com'],
    ['a form with an inherited address', form, '__proto__[email]=ada@example.com'],
    ['a form with stray percent signs', form, 'email=%E0%A4%A@%ZZ'],
  ])('with %s is refused, sends nothing and breaks nothing', async (_, type, body) => {
    const answer = await stage.application.browser().request('POST', '/auth/login', {
      headers: type === undefined ? {} : { 'content-type': type },
      ...(body !== '' && { body }),
    });

    // The platforms refuse some themselves, each in its own words; the rest is ours.
    expect([400, 413, 415]).toContain(answer.status);
    expect(answer.setCookies).toEqual([]);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) {
      const { statusCode, code } = answer.json() as { statusCode: number; code?: string };
      expect(statusCode).toBe(answer.status);
      expect([
        'email_missing',
        'email_invalid',
        undefined,
        expect.stringMatching(/^FST_ERR_/),
      ]).toContainEqual(code);
    }
    expect(answer.text).not.toContain('example.com');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each([
    [
      'missing',
      {},
      'email_missing',
      'An email address is required. Send it as the field "email" of a JSON body or a form.',
    ],
    ['none', { email: 'ada' }, 'email_invalid', "This isn't a valid email address."],
  ])('whose address is %s says so', async (_, body, code, message) => {
    const answer = await stage.application.browser().postJson('/auth/login', body);

    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ statusCode: 400, error: 'Bad Request', message, code });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['ada+tag@example.com', "o'hara@example.co.uk", 'ünï@exämple.com', 'ADA@EXAMPLE.COM'])(
    'with the address %s is accepted',
    async (email) => {
      const answer = await stage.application.browser().postJson('/auth/login', { email });

      expect(answer.status).toBe(202);
    },
  );
});

describePlatforms('a cross-site request', (platform) => {
  const stage = useApplication({ platform, options: { trustedOrigins: ['https://www.example.com'] } });
  const appUrl = 'http://localhost:3000';

  const table: [string, Record<string, string>, boolean][] = [
    ['neither header', {}, true],
    ['same-origin', { 'sec-fetch-site': 'same-origin' }, true],
    ['none', { 'sec-fetch-site': 'none' }, true],
    ['same-site, no origin', { 'sec-fetch-site': 'same-site' }, false],
    ['cross-site, no origin', { 'sec-fetch-site': 'cross-site' }, false],
    ['cross-site from a stranger', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
    [
      'same-site from a stranger',
      { 'sec-fetch-site': 'same-site', origin: 'https://sub.example.com' },
      false,
    ],
    [
      'cross-site from a trusted origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://www.example.com' },
      true,
    ],
    ['same-site from the application', { 'sec-fetch-site': 'same-site', origin: appUrl }, true],
    ['a value nobody knows', { 'sec-fetch-site': 'galactic' }, false],
    ['origin only: the application', { origin: appUrl }, true],
    ['origin only: trusted', { origin: 'https://www.example.com' }, true],
    ['origin only: a stranger', { origin: 'https://evil.example' }, false],
    ['origin only: another port', { origin: 'http://localhost:3001' }, false],
    ['origin only: https instead', { origin: 'https://localhost:3000' }, false],
    ['origin only: a longer name', { origin: 'https://www.example.com.evil.example' }, false],
    ['origin only: null', { origin: 'null' }, false],
    ['cross-site and null', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  ];

  it.each(table)('is told by Sec-Fetch-Site and Origin: %s', async (_, headers, passes) => {
    const browser = stage.application.browser();

    const login = await browser.postJson('/auth/login', { email: 'ada@example.com' }, headers);
    const logout = await browser.request('POST', '/auth/logout', { headers });

    expect([login.status, logout.status]).toEqual(passes ? [202, 204] : [403, 403]);
    if (passes) return;
    for (const answer of [login, logout]) {
      expect(answer.json()).toEqual(refusalBody('cross_site_refused'));
      expect(answer.setCookies).toEqual([]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('is answered by a page where a person sees it', async () => {
    const answer = await stage.application
      .browser()
      .postForm('/auth/login', { email: 'ada@example.com' }, { 'sec-fetch-site': 'cross-site' });

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('This request came from another site');
  });
});
