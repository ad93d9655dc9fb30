import { magicLinks } from 'nestjs-stytch';
import { createHash } from 'node:crypto';
import type { FaultEffect } from 'stytch-emulator';
import { defaultRetryAfter } from '../support/refusals.js';
import { bodiesSentTo, callsTo, cookiesSetBy } from '../support/sessions.js';
import { sendLinkPath } from '../support/sign-in-steps.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const jsonType = 'application/json';
const bindingAttributes = 'Max-Age=3600; Path=/; HttpOnly; SameSite=Lax';

describePlatforms('requesting a magic link', (platform) => {
  const stage = useApplication({ platform, options: { http: { deadlineMs: 300 } } });

  it('responds 202 to a JSON request and sets the binding cookie', async () => {
    const browser = stage.application.browser();

    const response = await browser.postJson('/auth/login', { email: ' ada@example.com ' });

    expect([response.status, response.json()]).toEqual([202, { status: 'sent' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { stytch_login: binding, ...others } = cookiesSetBy(response);
    expect(others).toEqual({});
    expect(binding?.attributes).toBe(bindingAttributes);
    const [verifier = '', returnTo = ''] = binding?.value.split('.') ?? [];
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(returnTo, 'base64url').toString()).toBe('/');
    expect(callsTo(stage.emulator)).toEqual([`POST ${sendLinkPath}`]);
    expect(bodiesSentTo(stage.emulator, sendLinkPath)).toEqual([
      {
        email: 'ada@example.com',
        login_magic_link_url: 'http://localhost:3000/auth/authenticate',
        signup_magic_link_url: 'http://localhost:3000/auth/authenticate',
        login_expiration_minutes: 60,
        signup_expiration_minutes: 60,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      },
    ]);
  });

  it('redirects a form submission to a page that explains the next step', async () => {
    const browser = stage.application.browser();

    const response = await browser.postForm('/auth/login', {
      email: 'ada@example.com',
      return_to: '/orders',
    });
    const page = await browser.visit(response.headers.get('location') ?? '');

    expect([response.status, response.headers.get('location')]).toEqual([303, '/auth/sent']);
    expect(cookiesSetBy(response)['stytch_login']?.attributes).toBe(bindingAttributes);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Open the link in this browser within an hour.');
  });

  it('responds the same for known and unknown email addresses', async () => {
    await stage.emulator.sessions.create({ email: 'known@example.com' });
    const [known, unknown] = await Promise.all(
      ['known', 'unknown'].map((name) =>
        stage.application.browser().postJson('/auth/login', { email: `${name}@example.com` }),
      ),
    );

    expect([known?.status, known?.text]).toEqual([unknown?.status, unknown?.text]);
    expect(cookiesSetBy(known!)['stytch_login']?.attributes).toBe(
      cookiesSetBy(unknown!)['stytch_login']?.attributes,
    );
  });

  it.each<[string, FaultEffect, number, string, unknown]>([
    ['hangs', { kind: 'hang' }, 503, 'stytch_unavailable', defaultRetryAfter],
    ['resets the connection', { kind: 'reset' }, 503, 'stytch_unavailable', defaultRetryAfter],
    ['returns 500', { kind: 'status', status: 500 }, 503, 'stytch_unavailable', defaultRetryAfter],
    [
      'returns an empty object',
      { kind: 'status', status: 200, contentType: jsonType, body: '{}' },
      503,
      'stytch_unavailable',
      defaultRetryAfter,
    ],
    [
      'rejects the secret',
      {
        kind: 'status',
        status: 401,
        contentType: jsonType,
        body: '{"status_code":401,"error_type":"unauthorized_credentials","request_id":"r-1"}',
      },
      503,
      'stytch_unavailable',
      defaultRetryAfter,
    ],
    [
      'rejects the redirect URL',
      {
        kind: 'status',
        status: 400,
        contentType: jsonType,
        body: '{"status_code":400,"error_type":"no_login_redirect_urls_set","request_id":"r-1"}',
      },
      503,
      'stytch_unavailable',
      defaultRetryAfter,
    ],
    [
      'returns 429',
      { kind: 'status', status: 429, contentType: jsonType, headers: { 'retry-after': '9' }, body: '{}' },
      429,
      'rate_limited',
      '9',
    ],
  ])('does not claim that an email was sent when Stytch %s', async (_, fault, status, code, retryAfter) => {
    stage.emulator.faults.add({ ...fault, path: sendLinkPath });
    const browser = stage.application.browser();

    const jsonResponse = await browser.postJson('/auth/login', { email: 'ada@example.com' });
    const pageResponse = await browser.postForm('/auth/login', { email: 'ada@example.com' });

    expect([jsonResponse.status, jsonResponse.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(jsonResponse.json()).toMatchObject({ statusCode: status, code });
    expect([pageResponse.status, pageResponse.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(pageResponse.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
});

describePlatforms("magicLinks.signUp: 'deny'", (platform) => {
  const stage = useApplication({
    platform,
    options: {
      methods: [magicLinks({ signUp: 'deny', expiresInMinutes: 10 })],
      pages: { sent: '/check-your-mail' },
    },
  });

  it('sends links to known email addresses only, and responds the same for unknown ones', async () => {
    await stage.emulator.sessions.create({ email: 'known@example.com' });
    const known = await stage.application.browser().postJson('/auth/login', { email: 'known@example.com' });
    const unknown = await stage.application
      .browser()
      .postJson('/auth/login', { email: 'unknown@example.com' });

    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    expect([known.status, known.json()]).toEqual([202, { status: 'sent' }]);
    const attributes = [known, unknown].map((response) => cookiesSetBy(response)['stytch_login']?.attributes);
    expect(attributes).toEqual(Array(2).fill(bindingAttributes.replace('3600', '600')));
    expect([...known.headers.keys()]).toEqual([...unknown.headers.keys()]);
    expect(stage.emulator.messages.list({ to: 'unknown@example.com' })).toEqual([]);
    expect(stage.emulator.messages.list({ to: 'known@example.com' })).toHaveLength(1);
    expect(callsTo(stage.emulator)).toEqual(Array(2).fill('POST /v1/magic_links/email/send'));
  });

  it('redirects a form submission to the configured sent page', async () => {
    const response = await stage.application
      .browser()
      .postForm('/auth/login', { email: 'unknown@example.com' });

    expect(response.headers.get('location')).toBe('/check-your-mail');
  });
});

describePlatforms('the login page', (platform) => {
  const stage = useApplication({ platform });

  it('serves the login form with headers that prevent caching, framing and loading other resources', async () => {
    const page = await stage.application.browser().visit('/auth/login?return_to=/orders%3Fa=1%26b="2');

    expect(page.status).toBe(200);
    expect(page.text).toContain('<form method="post" action="/auth/login">');
    expect(page.text).toContain('name="return_to" value="/orders?a=1&amp;b=%222"');
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'strict-origin',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      ) as unknown,
    });
    expect(page.setCookies).toEqual([]);
  });

  it('has a page without a sentence about organizations in a project that has none', async () => {
    const page = await stage.application.browser().visit('/auth/login?reason=session_suspended');

    expect([page.status, page.text.includes('suspended')]).toEqual([200, false]);
  });

  it('allows the inline style of the login page in the Content-Security-Policy', async () => {
    const page = await stage.application.browser().visit('/auth/login');
    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');

    expect(page.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
  });

  it('shows the login page again with the submitted value, escaped, if the email address is invalid', async () => {
    const submitted = '"><script>alert(1)</script>';
    const page = await stage.application
      .browser()
      .postForm('/auth/login', { email: submitted, return_to: '/orders' });

    expect(page.status).toBe(400);
    expect(page.text).toContain('This doesn&#39;t look like an email address.');
    expect(page.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('name="return_to" value="/orders"');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('shows the login page again if no email address was submitted', async () => {
    const page = await stage.application.browser().postForm('/auth/login');

    expect([page.status, page.setCookies]).toEqual([400, []]);
    expect(page.text).toContain('Enter your email address.');
  });
});
