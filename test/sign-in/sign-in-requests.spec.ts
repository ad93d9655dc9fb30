import { magicLinks } from 'nestjs-stytch';
import { defaultRetryAfter, refusalBody } from '../support/refusals.js';
import { bodiesSentTo, callsTo, keepSession } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';
import type { FaultEffect } from 'stytch-emulator';
import type { TestBrowser } from 'nestjs-stytch/testing';
import { openAndConfirm } from '../support/confirm-page.js';
import { linkAskedForBy } from '../support/links.js';
import { authenticateLinkPath } from '../support/sign-in-steps.js';

const jsonType = 'application/json';
const formType = 'application/x-www-form-urlencoded';
const multipartType = 'multipart/form-data; boundary=x';
const multipartBody =
  '--x\r\ncontent-disposition: form-data; name="email"\r\n\r\nada@example.com\r\n--x--\r\n';
const longEmail = `${'a'.repeat(250)}@example.com`;

describePlatforms('POST /auth/login bodies', (platform) => {
  const stage = useApplication({ platform });

  it.each<[string, string | undefined, string]>([
    ['no body', undefined, ''],
    ['an empty JSON body', jsonType, ''],
    ['a truncated JSON body', jsonType, '{"email":'],
    ['a null body', jsonType, 'null'],
    ['a number as body', jsonType, '7'],
    ['a list of strings as body', jsonType, '["ada@example.com"]'],
    ['a list of objects as body', jsonType, '[{"email":"ada@example.com"}]'],
    ['an empty object', jsonType, '{}'],
    ['the email address in a different field', jsonType, '{"mail":"ada@example.com"}'],
    ['an email address in __proto__', jsonType, '{"__proto__":{"email":"ada@example.com"}}'],
    [
      'an email address in constructor.prototype',
      jsonType,
      '{"constructor":{"prototype":{"email":"ada@example.com"}}}',
    ],
    ['an email address that is null', jsonType, '{"email":null}'],
    ['an email address that is a number', jsonType, '{"email":7}'],
    ['an email address that is true', jsonType, '{"email":true}'],
    ['a list of email addresses', jsonType, '{"email":["ada@example.com"]}'],
    ['an email address in a nested object', jsonType, '{"email":{"$ne":""}}'],
    ['an empty email address', jsonType, '{"email":""}'],
    ['a blank email address', jsonType, '{"email":"  "}'],
    ['an email address without @', jsonType, '{"email":"ada"}'],
    ['an email address with two @', jsonType, '{"email":"ada@b@example.com"}'],
    ['an email address without a domain', jsonType, '{"email":"ada@"}'],
    ['an email address without a dot in the domain', jsonType, '{"email":"ada@localhost"}'],
    ['an injected email header', jsonType, '{"email":"ada@example.com\\r\\nBcc: eve@example.com"}'],
    ['a null byte in the email address', jsonType, '{"email":"ada\\u0000@example.com"}'],
    ['two recipients', jsonType, '{"email":"ada@example.com,eve@example.com"}'],
    ['a display name and an email address', jsonType, '{"email":"Ada <ada@example.com>"}'],
    ['an email address of 262 characters', jsonType, JSON.stringify({ email: longEmail })],
    [
      'an email address longer than a megabyte',
      jsonType,
      JSON.stringify({ email: `${'a'.repeat(1_100_000)}@example.com` }),
    ],
    ['plain text', 'text/plain', 'ada@example.com'],
    ['a JSON body in plain text', 'text/plain', '{"email":"ada@example.com"}'],
    ['a multipart form', multipartType, multipartBody],
    ['XML', 'application/xml', '<email>ada@example.com</email>'],
    ['an invalid content type', 'json', '{"email":"ada@example.com"}'],
    ['a form without an email address', formType, 'mail=ada'],
    ['a form with two email addresses', formType, 'email=ada@example.com&email=eve@example.com'],
    ['a form with a list', formType, 'email[]=ada@example.com'],
    ['a form with an object', formType, 'email[a]=ada@example.com'],
    ['a form with an email address in __proto__', formType, '__proto__[email]=ada@example.com'],
    ['a form with malformed percent-encoding', formType, 'email=%E0%A4%A@%ZZ'],
  ])('rejects a login request with %s without calling Stytch', async (_, type, body) => {
    const response = await stage.application.browser().request('POST', '/auth/login', {
      headers: type === undefined ? {} : { 'content-type': type },
      ...(body !== '' && { body }),
    });

    // Express and Fastify reject some of these bodies themselves, with different responses.
    expect([400, 413, 415]).toContain(response.status);
    expect(response.setCookies).toEqual([]);
    if (!response.headers.get('content-type')?.startsWith('text/html')) {
      const { statusCode, code } = response.json() as { statusCode: number; code?: string };
      expect(statusCode).toBe(response.status);
      expect([
        'email_missing',
        'email_invalid',
        undefined,
        expect.stringMatching(/^FST_ERR_/),
      ]).toContainEqual(code);
    }
    expect(response.text).not.toContain('example.com');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it.each([
    [
      'without an email address',
      {},
      'email_missing',
      'An email address is required. Send it as the field "email" of a JSON body or a form.',
    ],
    ['with an invalid email address', { email: 'ada' }, 'email_invalid', "This isn't a valid email address."],
  ])('explains why a login request %s is rejected', async (_, body, code, message) => {
    const response = await stage.application.browser().postJson('/auth/login', body);

    expect(response.status).toBe(400);
    expect(response.json()).toEqual({ statusCode: 400, error: 'Bad Request', message, code });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['ada+tag@example.com', "o'hara@example.co.uk", 'ünï@exämple.com', 'ADA@EXAMPLE.COM'])(
    'accepts the email address %s',
    async (email) => {
      const response = await stage.application.browser().postJson('/auth/login', { email });

      expect(response.status).toBe(202);
    },
  );
});

describePlatforms('cross-site requests to POST /auth/login and POST /auth/logout', (platform) => {
  const stage = useApplication({ platform, options: { trustedOrigins: ['https://www.example.com'] } });
  const appUrl = 'http://localhost:3000';

  const trustedOrigin = 'https://www.example.com';
  const untrustedOrigin = 'https://evil.example';
  const acceptedHeaders: [string, Record<string, string>][] = [
    ['without Sec-Fetch-Site and Origin', {}],
    ['with Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
    ['with Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['from a trusted origin', { 'sec-fetch-site': 'cross-site', origin: trustedOrigin }],
    [
      'with Sec-Fetch-Site: same-site and the Origin of the application',
      { 'sec-fetch-site': 'same-site', origin: appUrl },
    ],
    ['with only Origin: the application', { origin: appUrl }],
    ['with only Origin: a trusted origin', { origin: trustedOrigin }],
  ];
  const rejectedHeaders: [string, Record<string, string>][] = [
    ['with Sec-Fetch-Site: same-site and no Origin', { 'sec-fetch-site': 'same-site' }],
    ['with Sec-Fetch-Site: cross-site and no Origin', { 'sec-fetch-site': 'cross-site' }],
    ['from an untrusted origin', { 'sec-fetch-site': 'cross-site', origin: untrustedOrigin }],
    ['from an untrusted subdomain', { 'sec-fetch-site': 'same-site', origin: 'https://sub.example.com' }],
    ['with an unknown Sec-Fetch-Site', { 'sec-fetch-site': 'unknown' }],
    ['with only Origin: an untrusted origin', { origin: untrustedOrigin }],
    ['with only Origin: the application on a different port', { origin: 'http://localhost:3001' }],
    ['with only Origin: the application on HTTPS', { origin: 'https://localhost:3000' }],
    ['with only Origin: a host that starts with a trusted one', { origin: `${trustedOrigin}.evil.example` }],
    ['with only Origin: null', { origin: 'null' }],
    ['with Sec-Fetch-Site: cross-site and Origin: null', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ];
  const sendBoth = async (headers: Record<string, string>) => {
    const browser = stage.application.browser();

    const login = await browser.postJson('/auth/login', { email: 'ada@example.com' }, headers);
    const logout = await browser.request('POST', '/auth/logout', { headers });
    return [login, logout] as const;
  };

  it.each(acceptedHeaders)('accepts login and logout requests %s', async (_, headers) => {
    const [login, logout] = await sendBoth(headers);

    expect([login.status, logout.status]).toEqual([202, 204]);
  });

  it.each(rejectedHeaders)('rejects login and logout requests %s', async (_, headers) => {
    const [login, logout] = await sendBoth(headers);

    expect([login.status, logout.status]).toEqual([403, 403]);
    for (const response of [login, logout]) {
      expect(response.json()).toEqual(refusalBody('cross_site_refused'));
      expect(response.setCookies).toEqual([]);
    }
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('responds with a page to a cross-site form submission', async () => {
    const response = await stage.application
      .browser()
      .postForm('/auth/login', { email: 'ada@example.com' }, { 'sec-fetch-site': 'cross-site' });

    expect(response.status).toBe(403);
    expect(response.text).toContain('This request came from another site');
  });
});

const unavailable = refusalBody('stytch_unavailable');

const errorResponse = (
  status: number,
  errorType: string,
  headers: Record<string, string> = {},
): FaultEffect => ({
  kind: 'status',
  status,
  contentType: 'application/json',
  headers,
  body: JSON.stringify({ status_code: status, request_id: 'request-id-test-1', error_type: errorType }),
});
const tooMany = refusalBody('rate_limited');
const linkUsedOrExpired = refusalBody('link_used_or_expired');
const linkForAnotherBrowser = refusalBody('link_for_another_browser');

/** The response of Stytch, then ours: the JSON body, the page title and the Retry-After header. */
const refusals: [string, FaultEffect, object, string, unknown][] = [
  ['hangs', { kind: 'hang' }, unavailable, 'Temporarily unavailable', defaultRetryAfter],
  ['resets the connection', { kind: 'reset' }, unavailable, 'Temporarily unavailable', defaultRetryAfter],
  [
    'stalls in the response body',
    { kind: 'stall-body' },
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'returns 500',
    errorResponse(500, 'internal_server_error'),
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'rejects the secret',
    errorResponse(401, 'unauthorized_credentials'),
    unavailable,
    'Temporarily unavailable',
    defaultRetryAfter,
  ],
  [
    'returns 429',
    errorResponse(429, 'too_many_requests', { 'retry-after': '17' }),
    tooMany,
    'Please try again later',
    '17',
  ],
  [
    'reports a used or expired link',
    errorResponse(401, 'unable_to_auth_magic_link'),
    linkUsedOrExpired,
    'This link no longer works',
    null,
  ],
  [
    'reports an unknown link',
    errorResponse(404, 'magic_link_not_found'),
    linkUsedOrExpired,
    'This link no longer works',
    null,
  ],
  [
    'reports a wrong code verifier',
    errorResponse(400, 'pkce_mismatch'),
    linkForAnotherBrowser,
    'Open the link in the browser you started with',
    null,
  ],
];

describe.each(['same-browser', 'any-browser'] as const)('refused sign-ins (binding: %s)', (binding) => {
  const stage = useApplication({
    platform: 'Express',
    options: { http: { deadlineMs: 200 }, methods: [magicLinks({ binding })] },
  });
  // Calls are paused for a while after the 429 of a previous test.
  beforeEach(() => {
    stage.emulator.clock.advance({ minutes: 1 });
  });
  const openLink = (browser: TestBrowser, callback: string) =>
    binding === 'same-browser' ? browser.visit(callback) : openAndConfirm(browser, callback);

  it.each(refusals)(
    'refuses the sign-in after one call and keeps the previous session when Stytch %s',
    async (...row) => {
      const [, fault, body, title, retryAfter] = row;
      const { browser, callback } = await linkAskedForBy(stage);
      keepSession(browser, await stage.emulator.sessions.create({ email: 'grace@example.com' }));
      // A browser whose link was used within the last minute is redirected.
      stage.emulator.clock.advance({ minutes: 2 });
      stage.emulator.requests.clear();
      stage.emulator.faults.add({ ...fault, path: authenticateLinkPath });

      const pageResponse = await openLink(browser, callback);
      expect(bodiesSentTo(stage.emulator, authenticateLinkPath)).toHaveLength(1);

      const { statusCode } = body as { statusCode: number };
      expect([pageResponse.status, pageResponse.setCookies, pageResponse.headers.get('retry-after')]).toEqual(
        [statusCode, [], retryAfter],
      );
      expect(pageResponse.text).toContain(title);
      expect((await browser.get('/auth/session')).json()).toMatchObject({
        session: { email: 'grace@example.com' },
      });
      if (binding === 'any-browser') return;
      const jsonResponse = await browser.get(callback);
      expect([jsonResponse.json(), jsonResponse.headers.get('retry-after'), jsonResponse.setCookies]).toEqual(
        [body, retryAfter, []],
      );
      expect(jsonResponse.headers.get('content-type')).toMatch(/^application\/json/);
    },
  );
});
