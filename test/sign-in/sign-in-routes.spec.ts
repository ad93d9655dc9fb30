import { createHash } from 'node:crypto';
import type { FaultEffect } from 'stytch-emulator';
import { bodiesSentTo, callsTo, cookiesSetBy } from '../support/sessions.js';
import { describePlatforms } from '../support/start-application.js';
import { useApplication } from '../support/use-application.js';

const json = 'application/json';
const send = '/v1/magic_links/email/login_or_create';
const bindingAttributes = 'Max-Age=3600; Path=/; HttpOnly; SameSite=Lax';

describePlatforms('asking for a link', (platform) => {
  const stage = useApplication({ platform, options: { http: { deadlineMs: 300 } } });

  it('by JSON answers 202 and binds the login to this browser', async () => {
    const browser = stage.application.browser();

    const answer = await browser.postJson('/auth/login', { email: ' ada@example.com ' });

    expect([answer.status, answer.json()]).toEqual([202, { status: 'sent' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { stytch_login: binding, ...others } = cookiesSetBy(answer);
    expect(others).toEqual({});
    expect(binding?.attributes).toBe(bindingAttributes);
    const [verifier = '', returnTo = ''] = binding?.value.split('.') ?? [];
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(returnTo, 'base64url').toString()).toBe('/');
    expect(callsTo(stage.emulator)).toEqual([`POST ${send}`]);
    expect(bodiesSentTo(stage.emulator, send)).toEqual([
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

  it('by a form shows a page that says what to do', async () => {
    const browser = stage.application.browser();

    const answer = await browser.postForm('/auth/login', { email: 'ada@example.com', return_to: '/orders' });
    const page = await browser.visit(answer.headers.get('location') ?? '');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/auth/sent']);
    expect(cookiesSetBy(answer)['stytch_login']?.attributes).toBe(bindingAttributes);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Open the link in this browser within an hour.');
  });

  it('is answered alike for somebody known and somebody unknown', async () => {
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

  it.each<[string, FaultEffect, number, string, string]>([
    ['hangs', { kind: 'hang' }, 503, 'stytch_unavailable', '5'],
    ['is reset', { kind: 'reset' }, 503, 'stytch_unavailable', '5'],
    ['answers 500', { kind: 'status', status: 500 }, 503, 'stytch_unavailable', '5'],
    [
      'answers {}',
      { kind: 'status', status: 200, contentType: json, body: '{}' },
      503,
      'stytch_unavailable',
      '5',
    ],
    [
      'refuses our secret',
      {
        kind: 'status',
        status: 401,
        contentType: json,
        body: '{"status_code":401,"error_type":"unauthorized_credentials","request_id":"r-1"}',
      },
      503,
      'stytch_unavailable',
      '5',
    ],
    [
      'does not know the redirect URL',
      {
        kind: 'status',
        status: 400,
        contentType: json,
        body: '{"status_code":400,"error_type":"no_login_redirect_urls_set","request_id":"r-1"}',
      },
      503,
      'stytch_unavailable',
      '5',
    ],
    [
      'has had enough',
      { kind: 'status', status: 429, contentType: json, headers: { 'retry-after': '9' }, body: '{}' },
      429,
      'rate_limited',
      '9',
    ],
  ])('while Stytch %s promises no mail', async (_, fault, status, code, retryAfter) => {
    stage.emulator.faults.add({ ...fault, path: send });
    const browser = stage.application.browser();

    const program = await browser.postJson('/auth/login', { email: 'ada@example.com' });
    const person = await browser.postForm('/auth/login', { email: 'ada@example.com' });

    expect([program.status, program.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(program.json()).toMatchObject({ statusCode: status, code });
    expect([person.status, person.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(person.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
});

describePlatforms("signUp: 'deny'", (platform) => {
  const stage = useApplication({
    platform,
    options: { magicLinks: { signUp: 'deny', expiresInMinutes: 10 }, pages: { sent: '/check-your-mail' } },
  });

  it('sends mail to known addresses only, and tells nobody which', async () => {
    await stage.emulator.sessions.create({ email: 'known@example.com' });
    const known = await stage.application.browser().postJson('/auth/login', { email: 'known@example.com' });
    const unknown = await stage.application.browser().postJson('/auth/login', { email: 'who@example.com' });

    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    expect([known.status, known.json()]).toEqual([202, { status: 'sent' }]);
    const attributes = [known, unknown].map((answer) => cookiesSetBy(answer)['stytch_login']?.attributes);
    expect(attributes).toEqual(Array(2).fill(bindingAttributes.replace('3600', '600')));
    expect([...known.headers.keys()]).toEqual([...unknown.headers.keys()]);
    expect(stage.emulator.messages.list({ to: 'who@example.com' })).toEqual([]);
    expect(stage.emulator.messages.list({ to: 'known@example.com' })).toHaveLength(1);
    expect(callsTo(stage.emulator)).toEqual(Array(2).fill('POST /v1/magic_links/email/send'));
  });

  it('leads to the page of the application where it has its own', async () => {
    const answer = await stage.application.browser().postForm('/auth/login', { email: 'who@example.com' });

    expect(answer.headers.get('location')).toBe('/check-your-mail');
  });
});

describePlatforms('the login page', (platform) => {
  const stage = useApplication({ platform });

  it('is a form that loads nothing and is kept by nobody', async () => {
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

  it('allows exactly the style it carries', async () => {
    const page = await stage.application.browser().visit('/auth/login');
    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');

    expect(page.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
  });

  it('is shown again with what was typed, escaped, when that is no address', async () => {
    const typed = '"><script>alert(1)</script>';
    const page = await stage.application
      .browser()
      .postForm('/auth/login', { email: typed, return_to: '/orders' });

    expect(page.status).toBe(400);
    expect(page.text).toContain('This does not look like an e-mail address.');
    expect(page.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain('name="return_to" value="/orders"');
    expect(callsTo(stage.emulator)).toEqual([]);
  });

  it('asks for the address when none was typed', async () => {
    const page = await stage.application.browser().postForm('/auth/login');

    expect([page.status, page.setCookies]).toEqual([400, []]);
    expect(page.text).toContain('Enter your e-mail address.');
  });
});
