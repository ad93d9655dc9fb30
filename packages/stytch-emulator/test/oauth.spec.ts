import { createHash } from 'node:crypto';
import { call, callback, claimsOf, emulatorUnderTest, refusal } from './emulator.js';
import { choose, oauthToken, start, startUrl } from './oauth-flow.js';

const verifier = 'a'.repeat(64);
const codeChallenge = createHash('sha256').update(verifier).digest('base64url');

describe('OAuth start', () => {
  const emulator = emulatorUnderTest();

  it('redirects to the provider page with everything that was requested', async () => {
    const response = await fetch(startUrl(emulator(), { custom_scopes: 'read:files write:files' }), {
      redirect: 'manual',
    });

    const query = new URLSearchParams({
      public_token: emulator().publicToken,
      login_redirect_url: callback,
      custom_scopes: 'read:files write:files',
    });
    const page = `/__emulator/oauth/provider?provider=google&${query.toString()}`;
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(page);
    expect(await response.json()).toEqual({
      redirect_url: page,
      request_id: expect.any(String),
      status_code: 302,
    });
  });

  it.each([
    [
      'another public token',
      { public_token: 'public-token-test-1' },
      'google',
      404,
      'public_token_not_found',
    ],
    ['no public token', { public_token: '' }, 'google', 400, 'invalid_public_token_id'],
    ['an unknown provider', {}, 'myspace', 400, 'invalid_oauth_provider'],
    [
      'a foreign URL',
      { login_redirect_url: 'https://evil.example/' },
      'google',
      400,
      'no_match_for_provided_oauth_url',
    ],
    ['a malformed URL', { signup_redirect_url: 'app:in' }, 'google', 400, 'invalid_signup_oauth_url'],
    ['a malformed challenge', { code_challenge: 'x' }, 'google', 400, 'invalid_pkce_code_challenge'],
    ['a scope in quotes', { custom_scopes: '"a"' }, 'google', 400, 'oauth_invalid_scope_requested'],
    ['an unknown attach token', { oauth_attach_token: 'x' }, 'google', 400, 'invalid_oauth_attach_token'],
  ])('refuses %s', async (_case, parameters, provider, status, errorType) => {
    const response = await fetch(startUrl(emulator(), parameters, provider), { redirect: 'manual' });
    expect({ status: response.status, body: await response.json() }).toEqual(refusal(status, errorType));
  });
});

describe('the provider page', () => {
  const emulator = emulatorUnderTest({ seed: { users: [{ email: 'ada@example.com' }] } });

  it('shows the users’ addresses, what was requested, and that it belongs to the emulator', async () => {
    const page = await fetch(
      await start(
        emulator(),
        { provider_login_hint: '"><script>alert(1)</script>', custom_scopes: 'files' },
        'github',
      ),
    );
    const html = await page.text();

    expect(page.status).toBe(200);
    expect(html).toContain('Sign in with GitHub');
    expect(html).toContain('Stytch emulator');
    expect(html).toContain('<strong>localhost:3000</strong>');
    expect(html).toContain('name="email" value="ada@example.com"');
    expect(html).toContain('email files');
    expect(html).not.toContain('<script>');
  });

  it('redirects new users to the signup URL and existing users to the login URL, with a token', async () => {
    const urls = {
      login_redirect_url: 'http://localhost:3000/in?a=b',
      signup_redirect_url: 'http://localhost:3000/up',
    };
    const page = await start(emulator(), urls);
    const existing = await choose(page, { email: 'ADA@example.com' });
    const created = await choose(page, { email: 'bob@example.com' });

    expect(existing.href).toMatch(
      /^http:\/\/localhost:3000\/in\?a=b&stytch_token_type=oauth&token=[\w-]{44}$/,
    );
    expect(created.href).toMatch(/^http:\/\/localhost:3000\/up\?stytch_token_type=oauth&token=[\w-]{44}$/);
  });

  it('redirects to the login URL with an error when the user denies the access', async () => {
    const redirect = await choose(await start(emulator()), { deny: 'true' });

    expect(redirect.origin + redirect.pathname).toBe(callback);
    expect(Object.fromEntries(redirect.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'The user denied the access.',
      stytch_token_type: 'oauth',
    });
  });

  it.each([[{}], [{ email: 'ada' }]])('explains a choice without an address: %j', async (choice) => {
    const page = await start(emulator());
    const response = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams(choice as Record<string, string>),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Choose an account, or enter an email address.');
  });

  it('checks the parameters again when the choice is sent', async () => {
    const page = (await start(emulator())).replace('localhost%3A3000', 'evil.example');
    const response = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@example.com' }),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(400, 'no_match_for_provided_oauth_url'),
    );
  });

  it('accepts links from other sites and refuses forms of other sites', async () => {
    const page = await start(emulator());
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await fetch(page, { headers })).status).toBe(200);
    expect((await fetch(page, { method: 'POST', headers, body: 'email=ada@example.com' })).status).toBe(403);
  });
});

describe('OAuth authenticate', () => {
  const emulator = emulatorUnderTest();
  const authenticate = (body: object) => call(emulator(), 'POST /v1/oauth/authenticate', body);

  it('exchanges the token for the user, the session and the provider’s tokens', async () => {
    const token = await oauthToken(emulator(), 'ada@example.com', { custom_scopes: 'files' });
    const { status, body: received } = await authenticate({
      token,
      session_duration_minutes: 60,
      session_custom_claims: { tenant: 't1' },
    });

    const registration = {
      oauth_user_registration_id: expect.stringMatching(/^oauth-user-test-[0-9a-f-]{36}$/),
      provider_subject: expect.stringMatching(/^[0-9a-f]{24}$/),
      provider_type: 'Google',
    };
    expect(status).toBe(200);
    expect(received).toEqual({
      ...registration,
      provider_values: {
        access_token: expect.stringMatching(/^[\w-]{44}$/),
        expires_at: expect.stringMatching(/Z$/),
        id_token: expect.any(String),
        refresh_token: expect.stringMatching(/^[\w-]{44}$/),
        scopes: ['openid', 'email', 'profile', 'files'],
      },
      request_id: expect.any(String),
      reset_sessions: false,
      session_jwt: expect.any(String),
      session_token: expect.any(String),
      status_code: 200,
      user: expect.objectContaining({
        emails: [expect.objectContaining({ email: 'ada@example.com', verified: true })],
        providers: [{ ...registration, locale: '', profile_picture_url: '' }],
        status: 'active',
      }),
      user_device: null,
      user_id: received.user.user_id,
      user_session: expect.objectContaining({ custom_claims: { tenant: 't1' } }),
    });
    const factor = {
      type: 'oauth',
      delivery_method: 'oauth_google',
      google_oauth_factor: {
        email_id: received.user.emails[0]!.email_id,
        id: received.user.providers[0]!.oauth_user_registration_id,
        provider_subject: received.user.providers[0]!.provider_subject,
      },
    };
    expect(received.user_session!.authentication_factors).toMatchObject([factor]);
    expect(claimsOf(received.session_jwt)['https://stytch.com/session']).toMatchObject({
      authentication_factors: [factor],
    });
    expect(claimsOf(received.provider_values.id_token)).toMatchObject({
      email: 'ada@example.com',
      sub: received.provider_subject,
    });
  });

  it('uses up the token, which expires after five minutes by the emulator’s clock', async () => {
    const token = await oauthToken(emulator(), 'ada@example.com');
    expect((await authenticate({ token })).body).toMatchObject({
      user_session: null,
      session_jwt: '',
      session_token: '',
    });
    expect(await authenticate({ token })).toEqual(refusal(400, 'oauth_token_not_found'));

    const expired = await oauthToken(emulator(), 'ada@example.com');
    emulator().clock.advance({ minutes: 5 });
    expect(await authenticate({ token: expired })).toEqual(refusal(400, 'oauth_token_not_found'));
  });

  it('requires the verifier of the challenge, and keeps the token when it does not match', async () => {
    const token = await oauthToken(emulator(), 'ada@example.com', { code_challenge: codeChallenge });

    expect(await authenticate({ token })).toEqual(refusal(400, 'pkce_expected_code_verifier'));
    expect(await authenticate({ token, code_verifier: 'b'.repeat(64) })).toEqual(
      refusal(400, 'pkce_mismatch'),
    );
    expect((await authenticate({ token, code_verifier: verifier })).status).toBe(200);

    const unbound = await oauthToken(emulator(), 'ada@example.com');
    expect(await authenticate({ token: unbound, code_verifier: verifier })).toEqual(
      refusal(400, 'pkce_did_not_expect_code_verifier'),
    );
  });

  it('signs an existing user with the address in, and verifies it', async () => {
    const { body: created } = await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    const token = await oauthToken(emulator(), 'ada@example.com');
    const { body: received } = await authenticate({ token });

    expect(received.user_id).toBe(created.user_id);
    expect(received.user.emails).toEqual([
      { email: 'ada@example.com', email_id: created.email_id, verified: true },
    ]);
  });

  it('recognizes an account whose address the user has removed, and an account without an address', async () => {
    const token = await oauthToken(emulator(), 'ada@example.com');
    const { body: first } = await authenticate({ token });
    await call(emulator(), `DELETE /v1/users/emails/${first.user.emails[0]!.email_id}`, {});
    const again = await authenticate({ token: await oauthToken(emulator(), 'ada@example.com') });
    expect(again.body).toMatchObject({ user_id: first.user_id, user: { emails: [{ verified: true }] } });

    const page = await start(emulator(), {}, 'github');
    const signIn = async () => {
      const redirect = await choose(page, { account: 'without-email' });
      return authenticate({ token: redirect.searchParams.get('token'), session_duration_minutes: 60 });
    };
    const { body: withoutEmail } = await signIn();
    expect(withoutEmail).toMatchObject({
      provider_type: 'GitHub',
      provider_values: { id_token: '', scopes: ['email'] },
      user: { emails: [], providers: [{ provider_type: 'GitHub' }] },
      user_session: { authentication_factors: [{ github_oauth_factor: { email_id: '' } }] },
    });
    expect((await signIn()).body.user_id).toBe(withoutEmail.user_id);
  });

  it('adds the factor to the user’s session and ignores the session of another user', async () => {
    const ada = await emulator().sessions.create({ email: 'ada@example.com' });
    const bob = await emulator().sessions.create({ email: 'bob@example.com' });

    const added = await authenticate({
      token: await oauthToken(emulator(), 'ada@example.com'),
      session_token: ada.session_token,
    });
    expect(added.body.user_session).toMatchObject({
      session_id: ada.session_id,
      authentication_factors: [{ type: 'magic_link' }, { type: 'oauth' }],
    });

    const ignored = await authenticate({
      token: await oauthToken(emulator(), 'ada@example.com'),
      session_token: bob.session_token,
      session_duration_minutes: 60,
    });
    expect(ignored.body.user_id).toBe(ada.user_id);
    expect([ada.session_id, bob.session_id]).not.toContain(ignored.body.user_session!.session_id);
  });

  it('refuses a missing token, and the token of a user who was deleted', async () => {
    expect(await authenticate({})).toEqual(refusal(400, 'invalid_token'));
    const token = await oauthToken(emulator(), 'ada@example.com');
    const { results } = (await call(emulator(), 'POST /v1/users/search', {})).body;
    await call(emulator(), `DELETE /v1/users/${results[0]!.user_id}`, {});
    expect(await authenticate({ token })).toEqual(refusal(400, 'oauth_token_not_found'));
  });

  it('responds to the sandbox tokens with their documented results', async () => {
    const token = 'hdPVZHHX0UoRa7hJTuuPHi1vlddffSnoweRbVFf5-H8g';
    const { status, body: received } = await authenticate({ token, session_duration_minutes: 60 });
    expect(status).toBe(200);
    expect(received).toMatchObject({
      user_id: 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd',
      provider_type: 'Google',
      user_session: { session_id: 'session-test-eb94233f-8800-4ebd-8645-51dc15f9d028' },
    });
    expect(await authenticate({ token: '59cnLELtq5cFVS6uYK9f-pAWzBkhqZl8AvLhbhOvKNWw' })).toEqual(
      refusal(400, 'oauth_token_not_found'),
    );
  });
});

describe('OAuth attach', () => {
  const emulator = emulatorUnderTest();
  const attach = (body: object) => call(emulator(), 'POST /v1/oauth/attach', body);

  it('adds the account at the provider to the user, once', async () => {
    const { user_id } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { body: received } = await attach({ provider: 'google', user_id });
    const parameters = { oauth_attach_token: received.oauth_attach_token };

    const page = await start(emulator(), parameters);
    const redirect = await choose(page, { email: 'ada@work.example' });
    const { body: signedIn } = await call(emulator(), 'POST /v1/oauth/authenticate', {
      token: redirect.searchParams.get('token'),
    });

    expect(signedIn.user_id).toBe(user_id);
    expect(signedIn.user.emails.map(({ email, verified }) => [email, verified])).toEqual([
      ['ada@example.com', true],
      ['ada@work.example', true],
    ]);
    const again = await fetch(startUrl(emulator(), parameters), { redirect: 'manual' });
    expect({ status: again.status, body: await again.json() }).toEqual(
      refusal(400, 'invalid_oauth_attach_token'),
    );
  });

  it('refuses an account that belongs to another user', async () => {
    await oauthToken(emulator(), 'bob@example.com');
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    const { body: received } = await attach({ provider: 'google', session_token });

    const page = await start(emulator(), { oauth_attach_token: received.oauth_attach_token });
    const body = new URLSearchParams({ email: 'bob@example.com' });
    const response = await fetch(page, { method: 'POST', body });
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(400, 'oauth_flow_callback_error'),
    );
  });

  it('refuses an unknown provider, and anything but one user', async () => {
    const { user_id, session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    expect(await attach({ provider: 'myspace', user_id })).toEqual(refusal(400, 'invalid_oauth_provider'));
    expect(await attach({ provider: 'google' })).toEqual(refusal(400, 'bad_request'));
    expect(await attach({ provider: 'google', user_id, session_token })).toEqual(refusal(400, 'bad_request'));
  });
});

describe('OAuth registrations', () => {
  const emulator = emulatorUnderTest();
  const remove = (id: string) => call(emulator(), `DELETE /v1/users/oauth/${id}`, {});

  it('can be found by provider and deleted, except the only way to sign in', async () => {
    const token = await oauthToken(emulator(), 'ada@example.com');
    const { body: signedIn } = await call(emulator(), 'POST /v1/oauth/authenticate', { token });
    const id = signedIn.oauth_user_registration_id;
    const search = async (filter_value: string[]) => {
      const operands = [{ filter_name: 'oauth_provider', filter_value }];
      const found = await call(emulator(), 'POST /v1/users/search', { query: { operator: 'AND', operands } });
      return found.body.results.map(({ user_id }) => user_id);
    };
    expect(await search(['google'])).toEqual([signedIn.user_id]);
    expect(await search(['github'])).toEqual([]);

    expect((await remove(id)).body).toMatchObject({ user_id: signedIn.user_id, user: { providers: [] } });
    expect(await remove(id)).toEqual(refusal(404, 'oauth_user_registration_not_found'));
    expect(await remove('x')).toEqual(refusal(400, 'invalid_oauth_user_registration_id'));

    const redirect = await choose(await start(emulator(), {}, 'github'), { account: 'without-email' });
    const { body: withoutEmail } = await call(emulator(), 'POST /v1/oauth/authenticate', {
      token: redirect.searchParams.get('token'),
    });
    expect(await remove(withoutEmail.oauth_user_registration_id)).toEqual(
      refusal(400, 'cannot_delete_last_primary_factor'),
    );
  });
});
