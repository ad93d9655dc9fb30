import { request } from 'node:http';
import { type StytchEmulator } from 'stytch-emulator';
import { basic, call, emulatorUnderTest, oauthRefusal, refusal } from './emulator.js';

/** The status of a request with headers that fetch() cannot set. */
function rawStatus(emulator: StytchEmulator, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(emulator.url + path, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('the API', () => {
  const emulator = emulatorUnderTest();

  it('responds with JSON whose keys are in alphabetical order, and a trailing newline', async () => {
    const response = await fetch(`${emulator().url}/v1/debug/whoami`, {
      headers: { authorization: basic(emulator().projectId, emulator().secret) },
    });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toMatch(
      /^\{"name":"Stytch emulator","project_id":"project-test-[0-9a-f-]{36}","request_id":"request-id-test-[0-9a-f-]{36}","status_code":200\}\n$/,
    );
  });

  it('sends no CORS headers', async () => {
    const response = await fetch(`${emulator().url}/v1/debug/whoami`, {
      headers: { origin: 'https://evil.example' },
    });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('authentication', () => {
  const emulator = emulatorUnderTest();
  const another = 'project-test-11111111-1111-4111-8111-111111111111';

  const refusals: [
    what: string,
    authorization: () => string | undefined,
    status: number,
    errorType: string,
  ][] = [
    ['no credentials', () => undefined, 400, 'invalid_authorization_header'],
    ['another scheme', () => 'Bearer abc', 400, 'invalid_authorization_header'],
    ['invalid base64', () => 'Basic ???', 400, 'invalid_authorization_header'],
    ['no colon', () => `Basic ${btoa('abc')}`, 400, 'invalid_authorization_header'],
    ['a live project', () => basic('project-live-1', 'x'), 401, 'unauthorized_project_id_live'],
    [
      'a malformed project id',
      () => basic('abc', emulator().secret),
      400,
      'invalid_project_id_authentication',
    ],
    ['a malformed secret', () => basic(emulator().projectId, 'abc'), 401, 'invalid_secret_authentication'],
    [
      'another secret',
      () => basic(emulator().projectId, `secret-test-${'A'.repeat(35)}=`),
      401,
      'unauthorized_credentials',
    ],
    ['another project', () => basic(another, emulator().secret), 401, 'unauthorized_credentials'],
  ];
  it.each(refusals)('refuses a request with %s', async (_case, authorization, status, errorType) => {
    const header = authorization();
    const response = await fetch(`${emulator().url}/v1/users/search`, {
      method: 'POST',
      body: '{}',
      ...(header !== undefined && { headers: { authorization: header } }),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(refusal(status, errorType));
  });

  it('authenticates before routing, so that unknown paths are not revealed', async () => {
    const response = await fetch(`${emulator().url}/v1/nothing/there`);
    expect(response.status).toBe(400);
  });
});

describe('routing', () => {
  const emulator = emulatorUnderTest();

  it.each([
    'POST /v1/webauthn/register/start',
    'DELETE /v1/users/biometric_registrations/biometric-registration-test-1',
    'POST /v1/idp/oauth/authorize/start',
  ])('responds 501 to the operation %s, which it does not implement', async (operation) => {
    const response = await call(emulator(), operation);
    expect(response).toEqual(refusal(501, 'emulator_not_implemented'));
    expect(response.body.error_message).toContain(operation.split('/').slice(0, 4).join('/'));
  });

  it.each([
    'POST /v1/public/project-test-1/oauth2/revoke',
    'GET /v1/public/project-test-1/oauth2/userinfo',
    'POST /v1/oauth2/register',
  ])('responds 501 in the format of OAuth 2.0 to %s, which it does not implement', async (operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const response = await fetch(emulator().url + path, { method });
    expect({ status: response.status, body: await response.json() }).toEqual(
      oauthRefusal(501, 'emulator_not_implemented'),
    );
  });

  it.each(['GET /v1/nothing/there', 'POST /v2/users', 'GET /favicon.ico'])(
    'responds 404 to the unknown operation %s',
    async (operation) => {
      expect(await call(emulator(), operation)).toEqual(refusal(404, 'route_not_found'));
    },
  );

  it.each(['GET /v1/magic_links/authenticate', 'POST /v1/sessions', 'DELETE /v1/users/search/x'])(
    'distinguishes an unknown method (405) from an unknown path (404): %s',
    async (operation) => {
      const { status } = await call(emulator(), operation);
      expect(status).toBe(operation.startsWith('DELETE') ? 404 : 405);
    },
  );
});

describe('request bodies', () => {
  const emulator = emulatorUnderTest();
  const search = (body: string) => call(emulator(), 'POST /v1/users/search', body);

  it.each([
    ['an incomplete object', '{"limit":'],
    ['a list', '[]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['form fields', 'email=ada%40example.com'],
    ['control characters', '\u0000\u0001'],
    ['deeply nested arrays', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['larger than 1 MB', JSON.stringify({ a: 'x'.repeat(1_000_001) })],
  ])('responds 400 to a body that is %s', async (_case, body) => {
    expect(await search(body)).toEqual(refusal(400, 'bad_request'));
  });

  it('accepts a request without a body if no field is required', async () => {
    expect((await search('')).status).toBe(200);
  });

  it('responds to every field with every type of value without an internal error', async () => {
    const values = [null, true, 0, -1, 1.5, 1e21, '', 'x', '\ud800', '__proto__', [], [[]], {}, { a: 1 }];
    const fields = [
      ...[
        'email',
        'token',
        'session_token',
        'session_jwt',
        'session_id',
        'user_id',
        'code_verifier',
        'code_challenge',
      ],
      ...[
        'login_magic_link_url',
        'login_expiration_minutes',
        'attributes',
        'options',
        'session_duration_minutes',
      ],
      ...[
        'session_custom_claims',
        'name',
        'roles',
        'trusted_metadata',
        'external_id',
        'phone_number',
        'cursor',
      ],
      ...['limit', 'query', 'create_user_as_pending', '__proto__', 'constructor'],
    ];
    const operations = [
      'POST /v1/magic_links',
      'POST /v1/magic_links/authenticate',
      'POST /v1/magic_links/email/login_or_create',
      'POST /v1/magic_links/email/send',
      'POST /v1/magic_links/email/invite',
      'POST /v1/sessions/authenticate',
      'POST /v1/sessions/revoke',
      'POST /v1/users',
      'POST /v1/users/search',
    ];
    // Every field with every value, distributed over the operations.
    const pairs = fields.flatMap((field) => values.map((value) => [field, value] as const));
    const calls = pairs.map(([field, value], at) => ({
      operation: operations[at % operations.length]!,
      body: `{"email":"ada@example.com",${JSON.stringify(field)}:${JSON.stringify(value)}}`,
    }));
    const statuses = await Promise.all(
      calls.map(async ({ operation, body }) => (await call(emulator(), operation, body)).status),
    );
    expect(Math.max(...statuses)).toBeLessThan(500);
  });
});

describe('rejectForeignRequests', () => {
  const emulator = emulatorUnderTest();

  it.each([
    'evil.example',
    'evil.example:4400',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    'localhost@evil.example',
  ])('rejects requests with the foreign host name %s on every path', async (host) => {
    for (const path of [
      '/',
      '/v1/debug/whoami',
      '/__emulator/v1/messages',
      '/__emulator/inbox/changes',
      '/nowhere',
    ]) {
      expect([path, await rawStatus(emulator(), path, { host })]).toEqual([path, expect.any(Number)]);
      expect([400, 403]).toContain(await rawStatus(emulator(), path, { host }));
    }
  });

  it.each(['localhost:4400', 'LOCALHOST', '127.0.0.1', '127.8.8.8:1', '[::1]:4400', 'app.localhost:3000'])(
    'accepts requests with the loopback name %s',
    async (host) => {
      expect(await rawStatus(emulator(), '/__emulator/v1/health', { host })).toBe(200);
    },
  );

  it.each(['cross-site', 'same-site'])('rejects requests from a %s page', async (site) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' };
    for (const path of ['/', '/v1/debug/whoami', '/__emulator/v1/messages', '/__emulator/inbox/changes']) {
      const response = await fetch(emulator().url + path, { headers });
      expect({ status: response.status, body: await response.json() }).toEqual(
        refusal(403, 'emulator_cross_site_refused'),
      );
    }
    const reset = await fetch(`${emulator().url}/__emulator/v1/reset`, { method: 'POST', headers });
    expect(reset.status).toBe(403);
  });

  it.each(['none', 'same-origin'])('accepts requests with Sec-Fetch-Site: %s', async (site) => {
    const response = await fetch(emulator().inboxUrl, { headers: { 'sec-fetch-site': site } });
    expect(response.status).toBe(200);
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'null'])(
    'rejects requests of browsers without Sec-Fetch-Site from a page of the origin %s',
    async (origin) => {
      for (const path of ['/v1/debug/whoami', '/__emulator/v1/reset']) {
        expect(await rawStatus(emulator(), path, { origin })).toBe(403);
      }
    },
  );

  it('accepts requests of the emulator’s pages from browsers without Sec-Fetch-Site', async () => {
    expect(await rawStatus(emulator(), '/__emulator/v1/messages', { origin: emulator().url })).toBe(200);
  });

  it('accepts navigations from other sites to the inbox and to links in emails', async () => {
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    await call(emulator(), 'POST /v1/magic_links/email/login_or_create', { email: 'ada@example.com' });
    const { link } = emulator().messages.latest({ kind: 'link' })!;

    expect(await rawStatus(emulator(), '/', headers)).toBe(200);
    expect(await rawStatus(emulator(), link.slice(emulator().url.length), headers)).toBe(302);
    expect(await rawStatus(emulator(), '/__emulator/v1/messages', headers)).toBe(403);
  });
});

describe('an emulator with allowedHosts', () => {
  const emulator = emulatorUnderTest({ allowedHosts: ['Stytch'] });

  it('accepts requests with an allowed host name, and no others', async () => {
    expect(await rawStatus(emulator(), '/__emulator/v1/health', { host: 'stytch:4400' })).toBe(200);
    expect(await rawStatus(emulator(), '/__emulator/v1/health', { host: 'other:4400' })).toBe(403);
  });
});
