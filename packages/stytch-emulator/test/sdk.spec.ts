import { createHash } from 'node:crypto';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import {
  b2bEmulatorUnderTest,
  b2bRefusal,
  basic,
  call,
  callback,
  callFromPage,
  emulatorUnderTest,
  mailedToken,
  pageOrigin,
  policyWithRoles,
  refusal,
} from './emulator.js';

const verifier = 'a'.repeat(64);
const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
const ada = 'ada@example.com';

const requestId = expect.stringMatching(/^request-id-test-/) as string;
/** A successful response with these fields. */
const success = (fields: object) => ({
  status: 200,
  body: { data: { ...fields, request_id: requestId, status_code: 200 } },
});

/** Requests a link from a page and returns the token in it. */
async function tokenForPage(emulator: StytchEmulator, email: string): Promise<string> {
  await callFromPage(emulator, 'POST /sdk/v1/magic_links/email/login_or_create', {
    email,
    code_challenge: codeChallenge,
  });
  return emulator.messages.latest({ to: email, kind: 'link' })!.token;
}

/** Signs in from a page. */
async function signIn(emulator: StytchEmulator, email: string) {
  const { body } = await callFromPage(emulator, 'POST /sdk/v1/magic_links/authenticate', {
    token: await tokenForPage(emulator, email),
    session_duration_minutes: 60,
    code_verifier: verifier,
  });
  return body.data;
}

const corsHeaders = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('the origins of pages that use a browser SDK', () => {
  const emulator = emulatorUnderTest({ allowedOrigins: ['https://app.example.com'] });
  const operation = '/sdk/v1/magic_links/email/login_or_create';
  const preflight = (origin: string) =>
    fetch(emulator().url + operation, {
      method: 'OPTIONS',
      headers: {
        origin,
        'sec-fetch-site': 'cross-site',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-sdk-client,x-sdk-parent-host',
      },
    });

  it.each([
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'https://localhost',
    'http://[::1]:8080',
    'http://app.localhost:1',
    'https://app.example.com',
  ])('include %s', async (origin) => {
    const allowed = {
      'access-control-allow-credentials': 'true',
      'access-control-allow-origin': origin,
    };
    const { status, headers } = await preflight(origin);
    expect({ status, headers: corsHeaders(headers) }).toEqual({
      status: 204,
      headers: {
        ...allowed,
        'access-control-allow-headers': 'authorization,content-type,x-sdk-client,x-sdk-parent-host',
        'access-control-allow-methods': 'GET,POST,PUT,DELETE,OPTIONS',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    });

    const response = await fetch(`${emulator().url}/sdk/v1/users/me`, { headers: { origin } });
    expect(corsHeaders(response.headers)).toEqual({ ...allowed, vary: 'Origin' });
  });

  const foreign = [
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://localhost.evil.example',
    'http://localhost@evil.example',
    'file://',
    'null',
  ];
  it.each(foreign)('do not include %s, whose preflight request is refused', async (origin) => {
    const response = await preflight(origin);
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(400, 'bad_domain_for_stytch_sdk'),
    );
    expect(corsHeaders(response.headers)).toEqual({});
  });

  const withoutPreflight = { 'content-type': 'text/plain' };
  it.each<[string, Record<string, string>]>([
    ['an Origin that is not allowed', { ...withoutPreflight, origin: 'https://evil.example' }],
    ['the Origin of a sandboxed frame', { ...withoutPreflight, origin: 'null' }],
    ['no Origin from another site', { ...withoutPreflight, 'sec-fetch-site': 'cross-site' }],
    ['no Origin from another port', { ...withoutPreflight, 'sec-fetch-site': 'same-site' }],
  ])('are checked for requests without preflight: nothing is done with %s', async (_case, headers) => {
    const response = await fetch(emulator().url + operation, {
      method: 'POST',
      headers: { authorization: basic(emulator().publicToken, emulator().publicToken), ...headers },
      body: JSON.stringify({ email: ada, code_challenge: codeChallenge }),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(400, 'bad_domain_for_stytch_sdk'),
    );
    expect(emulator().messages.list()).toEqual([]);
    expect(emulator().requests.list()).toEqual([]);
  });

  it('are not required of clients that are no browsers', async () => {
    const response = await fetch(emulator().url + operation, {
      method: 'POST',
      headers: { authorization: basic(emulator().publicToken, emulator().publicToken) },
      body: JSON.stringify({ email: ada, code_challenge: codeChallenge }),
    });
    expect(response.status).toBe(200);
    expect(emulator().messages.list()).toHaveLength(1);
  });

  it.each(['https://app.example.com/', 'app.example.com', 'HTTPS://app.example.com', '*', 'ftp://a.example'])(
    'must be given without a path: %s',
    async (origin) => {
      await expect(startStytchEmulator({ allowedOrigins: [origin] })).rejects.toMatchObject({
        code: 'emulator_options_invalid',
        message: `allowedOrigins: "${origin}" is not an origin like https://app.example.com, without a path.`,
      });
    },
  );
});

describe('the authorization of pages', () => {
  const emulator = emulatorUnderTest();
  const unknown = 'public-token-test-11111111-1111-4111-8111-111111111111';

  const refusals: [string, () => string | undefined, number, string][] = [
    ['no authorization', () => undefined, 400, 'invalid_authorization_header'],
    ['another scheme', () => `Bearer ${emulator().publicToken}`, 400, 'invalid_authorization_header'],
    ['another public token', () => basic(unknown, unknown), 404, 'public_token_not_found'],
    ['a malformed public token', () => basic('x', 'x'), 400, 'invalid_public_token_id'],
    [
      'the credentials of the project',
      () => basic(emulator().projectId, emulator().secret),
      400,
      'invalid_public_token_id',
    ],
    [
      'the secret as the password',
      () => basic(emulator().publicToken, emulator().secret),
      401,
      'invalid_secret_authentication',
    ],
    [
      'a malformed session token',
      () => basic(emulator().publicToken, 'x'),
      401,
      'invalid_secret_authentication',
    ],
    ['an empty password', () => basic(emulator().publicToken, ''), 401, 'invalid_secret_authentication'],
  ];
  it.each(refusals)('is refused with %s', async (_case, authorization, status, errorType) => {
    const header = authorization();
    const response = await fetch(`${emulator().url}/sdk/v1/magic_links/email/login_or_create`, {
      method: 'POST',
      headers: { origin: pageOrigin, ...(header !== undefined && { authorization: header }) },
      body: JSON.stringify({ email: ada, code_challenge: codeChallenge }),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(refusal(status, errorType));
    expect(emulator().messages.list()).toEqual([]);
  });

  it.each<[string, (emulator: StytchEmulator) => string, number, string]>([
    [
      'instead of the credentials',
      ({ publicToken }) => basic(publicToken, publicToken),
      400,
      'invalid_project_id_authentication',
    ],
    [
      'instead of the secret',
      ({ projectId, publicToken }) => basic(projectId, publicToken),
      401,
      'invalid_secret_authentication',
    ],
  ])('is not accepted by the backend API %s', async (_case, authorization, status, errorType) => {
    const response = await call(
      emulator(),
      'POST /v1/users/search',
      {},
      {
        authorization: authorization(emulator()),
      },
    );
    expect(response).toEqual(refusal(status, errorType));
  });

  it.each([
    'POST /sdk/v1/sessions/authenticate',
    'POST /sdk/v1/sessions/revoke',
    'GET /sdk/v1/users/me',
    'POST /sdk/v1/magic_links/email/send/secondary',
  ])('must name an active session for %s', async (operation) => {
    const body = operation.startsWith('GET') ? undefined : { email: ada, code_challenge: codeChallenge };
    expect(await callFromPage(emulator(), operation, body)).toEqual(refusal(401, 'user_unauthenticated'));

    const { session_token } = await emulator().sessions.create({ email: ada });
    await call(emulator(), 'POST /v1/sessions/revoke', { session_token });
    expect(await callFromPage(emulator(), operation, body, { sessionToken: session_token })).toEqual(
      refusal(404, 'session_not_found'),
    );
  });
});

describe('routing of calls from pages', () => {
  const emulator = emulatorUnderTest();
  const b2bEmulator = b2bEmulatorUnderTest();

  it.each([
    ['POST /sdk/v1/webauthn/register/start', 501, 'emulator_not_implemented'],
    ['GET /sdk/v1/nothing/there', 501, 'emulator_not_implemented'],
    ['GET /sdk/v1/magic_links/authenticate', 405, 'method_not_allowed'],
    ['POST /sdk/v1/b2b/sessions/authenticate', 400, 'bad_vertical_for_stytch_sdk'],
  ])('responds to %s with status %i, and pages can read it', async (operation, status, errorType) => {
    const [method = '', path = ''] = operation.split(' ');
    const response = await fetch(emulator().url + path, {
      method,
      headers: {
        origin: pageOrigin,
        authorization: basic(emulator().publicToken, emulator().publicToken),
      },
    });
    expect({ status: response.status, body: await response.json() }).toEqual(refusal(status, errorType));
    expect(response.headers.get('access-control-allow-origin')).toBe(pageOrigin);
  });

  it('refuses operations for consumers in a B2B project', async () => {
    expect(await callFromPage(b2bEmulator(), 'POST /sdk/v1/sessions/authenticate', {})).toEqual(
      b2bRefusal(400, 'bad_vertical_for_stytch_sdk'),
    );
  });

  it('applies faults and the clock, and records the requests, like the backend API', async () => {
    emulator().faults.add({ kind: 'status', status: 503, path: '/sdk/v1/sessions/authenticate' });
    emulator().clock.advance({ minutes: 60 });
    const response = await fetch(`${emulator().url}/sdk/v1/sessions/authenticate`, {
      method: 'POST',
      headers: { origin: pageOrigin },
      body: '{"session_duration_minutes":60}',
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe(pageOrigin);
    const aheadMs = Date.parse(response.headers.get('date')!) - Date.now();
    expect(aheadMs).toBeGreaterThan(59 * 60_000);
    expect(emulator().requests.list()).toMatchObject([
      {
        method: 'POST',
        path: '/sdk/v1/sessions/authenticate',
        body: { session_duration_minutes: 60 },
        status: 503,
      },
    ]);
  });

  it.each([
    ['is not a JSON object', '[]'],
    ['is too large', JSON.stringify({ email: 'x'.repeat(1_000_001) })],
  ])('responds 400 to a body that %s', async (_case, body) => {
    expect(await callFromPage(emulator(), 'POST /sdk/v1/magic_links/email/login_or_create', body)).toEqual(
      refusal(400, 'bad_request'),
    );
  });
});

describe('the bootstrap of a browser SDK', () => {
  const emulator = emulatorUnderTest();
  const b2bEmulator = b2bEmulatorUnderTest();

  it.each([
    ['consumer', emulator, { vertical: 'CONSUMER', create_organization_enabled: false }],
    ['b2b', b2bEmulator, { vertical: 'B2B', create_organization_enabled: true }],
  ] as const)('describes a project for the product %s', async (_product, project, expected) => {
    await project().rbac.setPolicy(policyWithRoles('editor'));
    const { publicToken } = project();
    expect(await callFromPage(project(), `GET /sdk/v1/projects/bootstrap/${publicToken}`)).toEqual(
      success({
        ...expected,
        captcha_settings: { enabled: false },
        cname_domain: null,
        dfp_protected_auth_enabled: false,
        dfp_protected_auth_mode: null,
        disable_sdk_watermark: false,
        email_domains: [],
        opaque_errors: false,
        password_config: null,
        pkce_required_for_email_magic_links: true,
        pkce_required_for_oauth: true,
        pkce_required_for_password_resets: true,
        pkce_required_for_sso: true,
        project_name: 'Stytch emulator',
        rbac_policy: {
          resources: expect.any(Array),
          roles: expect.arrayContaining([{ role_id: 'editor', description: '', permissions: [] }]),
          scopes: [],
        },
        siwe_required_for_crypto_wallets: false,
        slug_pattern: null,
      }),
    );
  });

  it.each([
    ['public-token-test-1', 404, 'public_token_not_found'],
    ['x', 400, 'invalid_public_token_id'],
  ])('is refused with the public token %s', async (token, status, errorType) => {
    const response = await fetch(`${emulator().url}/sdk/v1/projects/bootstrap/${token}`);
    expect({ status: response.status, body: await response.json() }).toEqual(refusal(status, errorType));
  });

  it('is followed by telemetry, which needs no authorization', async () => {
    const response = await fetch(`${emulator().url}/sdk/v1/events`, {
      method: 'POST',
      headers: { origin: pageOrigin, 'content-type': 'application/json' },
      body: '[{"telemetry":{},"event":{}}]',
    });
    expect({ status: response.status, body: await response.json() }).toEqual(success({}));
  });
});

describe('magic links that a page requests', () => {
  const emulator = emulatorUnderTest();
  const loginOrCreate = (body: object) =>
    callFromPage(emulator(), 'POST /sdk/v1/magic_links/email/login_or_create', body);
  const authenticate = (body: object, sessionToken?: string) =>
    callFromPage(
      emulator(),
      'POST /sdk/v1/magic_links/authenticate',
      { session_duration_minutes: 60, ...body },
      sessionToken === undefined ? {} : { sessionToken },
    );

  it('are sent without telling the page anything about the user', async () => {
    const request = {
      email: ada,
      login_magic_link_url: callback,
      signup_magic_link_url: callback,
      code_challenge: codeChallenge,
    };
    expect(await loginOrCreate(request)).toEqual(success({}));
    expect(await loginOrCreate(request)).toEqual(success({}));
    expect(
      emulator()
        .messages.list()
        .map(({ type }) => type),
    ).toEqual(['magic_link_signup', 'magic_link_login']);
  });

  it('start a session, and the response has its user twice', async () => {
    const token = await tokenForPage(emulator(), ada);
    const response = await authenticate({ token, code_verifier: verifier });

    const { user, session } = response.body.data;
    expect(user.emails).toEqual([{ email_id: expect.any(String), email: ada, verified: true }]);
    expect(session).toMatchObject({ user_id: user.user_id, custom_claims: {} });
    expect(response).toEqual(
      success({
        __user: user,
        method_id: user.emails[0]!.email_id,
        reset_sessions: false,
        session,
        session_jwt: expect.stringMatching(/^ey/),
        session_token: expect.stringMatching(/^[\w-]{44}$/),
        user,
        user_device: null,
        user_id: user.user_id,
      }),
    );
  });

  it.each<[string, object, string]>([
    ['no verifier', {}, 'pkce_expected_code_verifier'],
    ['another verifier', { code_verifier: 'b'.repeat(64) }, 'pkce_mismatch'],
    ['a malformed verifier', { code_verifier: 'b' }, 'invalid_pkce_code_verifier'],
  ])('are refused with %s, and stay valid', async (_case, body, errorType) => {
    const token = await tokenForPage(emulator(), ada);
    expect(await authenticate({ token, ...body })).toEqual(refusal(400, errorType));
    expect((await authenticate({ token, code_verifier: verifier })).status).toBe(200);
  });

  it('are not sent without a code challenge', async () => {
    expect(await loginOrCreate({ email: ada })).toEqual(refusal(400, 'invalid_pkce_code_challenge'));
    expect(emulator().messages.list()).toEqual([]);
  });

  it('can also be requested by the application’s backend, without PKCE', async () => {
    const token = await mailedToken(emulator(), ada);
    expect((await authenticate({ token })).status).toBe(200);
  });

  it('require a session duration', async () => {
    const token = await tokenForPage(emulator(), ada);
    expect(
      await authenticate({ token, code_verifier: verifier, session_duration_minutes: undefined }),
    ).toEqual(refusal(400, 'invalid_session_duration_minutes'));
  });

  it('are sent to new addresses only for login_or_create and for the user of the page', async () => {
    const body = { email: 'new@example.com', code_challenge: codeChallenge };
    const send = 'POST /sdk/v1/magic_links/email/send';
    expect(await callFromPage(emulator(), `${send}/primary`, body)).toEqual(refusal(404, 'email_not_found'));

    const { session_token, user_id } = await signIn(emulator(), ada);
    expect(await callFromPage(emulator(), `${send}/primary`, body, { sessionToken: session_token })).toEqual(
      refusal(404, 'email_not_found'),
    );
    expect(
      await callFromPage(emulator(), `${send}/secondary`, body, { sessionToken: session_token }),
    ).toEqual(success({}));
    expect(await callFromPage(emulator(), `${send}/primary`, { ...body, email: ada })).toEqual(success({}));

    const { token } = emulator().messages.latest({ to: body.email, kind: 'link' })!;
    const { body: added } = await authenticate({ token, code_verifier: verifier }, session_token);
    expect(added.data).toMatchObject({
      session_token,
      user_id,
      user: { emails: [{ email: ada }, { email: body.email, verified: true }] },
    });
  });

  it('add their factor to the session of the page', async () => {
    const first = await signIn(emulator(), ada);
    emulator().clock.advance({ minutes: 1 });
    const token = await tokenForPage(emulator(), ada);
    const { body } = await authenticate({ token, code_verifier: verifier }, first.session_token);
    expect(body.data.session.session_id).toBe(first.session.session_id);
    expect(body.data.session_token).toBe(first.session_token);
  });

  it('sign in although the cookie of a revoked session is still there', async () => {
    const first = await signIn(emulator(), ada);
    await call(emulator(), 'POST /v1/sessions/revoke', { session_id: first.session.session_id });
    const token = await tokenForPage(emulator(), ada);
    const { body } = await authenticate({ token, code_verifier: verifier }, first.session_token);
    expect(body.data.session.session_id).not.toBe(first.session.session_id);
  });

  it('of another user are refused while the page has a session', async () => {
    const { session_token } = await signIn(emulator(), 'bob@example.com');
    const token = await tokenForPage(emulator(), ada);
    expect(await authenticate({ token, code_verifier: verifier }, session_token)).toEqual(
      refusal(400, 'user_id_mismatch'),
    );
    expect((await authenticate({ token, code_verifier: verifier })).status).toBe(200);
  });

  it('ignore fields that only the backend API has', async () => {
    const session = await emulator().sessions.create({ email: 'bob@example.com' });
    const token = await tokenForPage(emulator(), ada);
    const { body } = await authenticate({
      token,
      code_verifier: verifier,
      session_custom_claims: { admin: true },
      session_token: session.session_token,
      attributes: { ip_address: '203.0.113.7' },
      trusted_metadata: { admin: true },
      roles: ['admin'],
    });
    expect(body.data.session).toMatchObject({
      attributes: { ip_address: '', user_agent: '' },
      custom_claims: {},
      roles: ['stytch_user'],
    });
    expect(body.data.user).toMatchObject({ trusted_metadata: {}, emails: [{ email: ada }] });
  });
});

describe('the session of a page', () => {
  const emulator = emulatorUnderTest();

  it('is refreshed, and extended on request', async () => {
    const { session_token, session, user } = await signIn(emulator(), ada);
    emulator().clock.advance({ minutes: 10 });
    const authenticate = (body: object) =>
      callFromPage(emulator(), 'POST /sdk/v1/sessions/authenticate', body, { sessionToken: session_token });

    const refreshed = await authenticate({});
    expect(refreshed.body.data.session.expires_at).toBe(session.expires_at);
    expect(refreshed).toEqual(
      success({
        __user: user,
        session: { ...session, last_accessed_at: expect.not.stringMatching(session.last_accessed_at) },
        session_jwt: expect.stringMatching(/^ey/),
        session_token,
        user,
        verdict: null,
      }),
    );

    const extended = await authenticate({ session_duration_minutes: 120, session_custom_claims: { a: 1 } });
    expect(Date.parse(extended.body.data.session.expires_at) - emulator().clock.nowMs()).toBeGreaterThan(
      119 * 60_000,
    );
    expect(extended.body.data.session.custom_claims).toEqual({});
  });

  it('is that of the backend API, which sees its user and its revocation', async () => {
    const { session_token, user } = await signIn(emulator(), ada);
    const { body } = await call(emulator(), 'POST /v1/sessions/authenticate', { session_token });
    expect(body.user).toEqual(user);

    expect(
      await callFromPage(emulator(), 'GET /sdk/v1/users/me', undefined, { sessionToken: session_token }),
    ).toEqual(success(user));
    expect(
      await callFromPage(emulator(), 'POST /sdk/v1/sessions/revoke', undefined, {
        sessionToken: session_token,
      }),
    ).toEqual(success({}));
    expect(await call(emulator(), 'POST /v1/sessions/authenticate', { session_token })).toEqual(
      refusal(404, 'session_not_found'),
    );
  });
});
