import { createHash } from 'node:crypto';
import { call, callback, claimsOf, emulatorUnderTest, refusal } from './emulator.js';

const email = 'ada@example.com';
const password = 'a long and unusual sentence';
const otherPassword = 'quite another unusual sentence';
const verifier = 'a'.repeat(64);
const code_challenge = createHash('sha256').update(verifier).digest('base64url');

describe('passwords', () => {
  const emulator = emulatorUnderTest();
  const post = (path: string, body: object) => call(emulator(), `POST /v1/${path}`, body);
  const create = (body: object = {}) => post('passwords', { email, password, ...body });
  const authenticate = (body: object = {}) => post('passwords/authenticate', { email, password, ...body });
  const startReset = (body: object = {}) => post('passwords/email/reset/start', { email, ...body });
  const mailedReset = async (body: object = {}) => {
    await startReset(body);
    return emulator().messages.latest({ kind: 'link' })!;
  };
  const resetByEmail = (body: object) => post('passwords/email/reset', { password: otherPassword, ...body });
  const fail = async (times: number) => {
    for (let attempt = 0; attempt < times; attempt += 1) await authenticate({ password: 'wrong' });
  };

  it('create an active user, whose email address is not verified, with a session', async () => {
    const { status, body } = await create({
      name: { first_name: 'Ada' },
      trusted_metadata: { plan: 'pro' },
      session_duration_minutes: 60,
      session_custom_claims: { tenant: 't1' },
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      email_id: expect.stringMatching(/^email-test-/),
      request_id: expect.any(String),
      session: expect.objectContaining({
        authentication_factors: [
          {
            created_at: expect.any(String),
            delivery_method: 'knowledge',
            last_authenticated_at: expect.any(String),
            type: 'password',
            updated_at: expect.any(String),
          },
        ],
        custom_claims: { tenant: 't1' },
      }),
      session_jwt: expect.any(String),
      session_token: expect.any(String),
      status_code: 200,
      user: expect.objectContaining({
        emails: [{ email, email_id: body.email_id, verified: false }],
        name: { first_name: 'Ada', last_name: '', middle_name: '' },
        password: { password_id: expect.stringMatching(/^password-test-/), requires_reset: false },
        status: 'active',
        trusted_metadata: { plan: 'pro' },
      }),
      user_device: null,
      user_id: body.user.user_id,
    });
    expect(claimsOf(body.session_jwt)).toMatchObject({
      'https://stytch.com/session': {
        authentication_factors: [{ delivery_method: 'knowledge', type: 'password' }],
      },
    });
  });

  it('authenticate the user, in a new session or in the one that is passed', async () => {
    await create();
    const first = await authenticate({ session_duration_minutes: 60 });
    emulator().clock.advance({ minutes: 1 });
    const second = await authenticate({ session_token: first.body.session_token });
    const none = await authenticate();

    expect(second.body.session.session_id).toBe(first.body.session.session_id);
    expect(second.body.session.authentication_factors).toHaveLength(1);
    expect(none.body).toMatchObject({ session: null, session_jwt: '', session_token: '' });
  });

  it.each([
    ['an unknown email address', { email: 'eve@example.com' }, 404, 'email_not_found'],
    ['a wrong password', { password: otherPassword }, 401, 'unauthorized_credentials'],
    ['a malformed email address', { email: 'ada' }, 400, 'invalid_email'],
    ['a missing password', { password: undefined }, 400, 'bad_request'],
  ])('refuse %s', async (_, request, status, errorType) => {
    await create();
    expect(await authenticate(request)).toEqual(refusal(status, errorType));
  });

  it('refuse a user who has no password', async () => {
    await post('users', { email });
    expect(await authenticate()).toEqual(refusal(400, 'no_user_password'));
  });

  it.each([
    ['an email address that a user has', {}, 'duplicate_email'],
    ['a weak password', { email: 'eve@example.com', password: 'eve1234' }, 'weak_password'],
    ['a breached password', { email: 'eve@example.com', password: 'Tr0ub4dor&3' }, 'breached_password'],
  ])('create no user with %s', async (_, request, errorType) => {
    await create();
    expect(await create(request)).toEqual(refusal(400, errorType));
  });

  it.each([
    ['eve1234', { valid_password: false, score: 1, breached_password: false }],
    [password, { valid_password: true, score: 4, breached_password: false }],
    ['Tr0ub4dor&3', { valid_password: false, score: 4, breached_password: true }],
  ])('are rated by zxcvbn and by a list of breached passwords: %s', async (rated, expected) => {
    const { body } = await post('passwords/strength_check', { email, password: rated });
    const { valid_password, score } = expected;
    expect(body).toEqual({
      ...expected,
      breach_detection_on_create: true,
      feedback: {
        luds_requirements: null,
        suggestions: score < 3 ? [expect.any(String)] : [],
        warning: expect.any(String),
      },
      request_id: expect.any(String),
      status_code: 200,
      strength_policy: 'zxcvbn',
      valid_password,
    });
  });

  it('lock the user for an hour after ten consecutive failed attempts', async () => {
    await create();
    await fail(9);
    expect((await authenticate()).status).toBe(200);
    await fail(9);
    expect(await authenticate({ password: 'wrong' })).toEqual(refusal(401, 'unauthorized_credentials'));

    expect(await authenticate()).toEqual(refusal(429, 'user_lock_limit_reached'));
    const { body: locked } = await post('users/search', {});
    expect(locked.results[0]).toMatchObject({
      is_locked: true,
      lock_created_at: expect.any(String),
      lock_expires_at: expect.any(String),
    });

    emulator().clock.advance({ minutes: 60 });
    const { body: unlocked } = await authenticate();
    expect(unlocked.user).toMatchObject({
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
    });
  });

  it('can be used after the user was unlocked', async () => {
    await create();
    await fail(10);
    await emulator().users.unlock({ email });
    expect((await authenticate()).status).toBe(200);
    await expect(emulator().users.unlock({ userId: 'user-test-unknown' })).rejects.toMatchObject({
      code: 'emulator_user_not_found',
    });
  });

  it('lock the user for links too', async () => {
    await create();
    await fail(10);
    await post('magic_links/email/login_or_create', { email });
    const { token } = emulator().messages.latest({ kind: 'link' })!;
    expect(await post('magic_links/authenticate', { token })).toEqual(
      refusal(429, 'user_lock_limit_reached'),
    );
    expect(await resetByEmail({ token: (await mailedReset()).token })).toEqual(
      refusal(429, 'user_lock_limit_reached'),
    );
  });

  it('must be reset after somebody else has proven to own the email address', async () => {
    await create();
    await post('magic_links/email/login_or_create', { email });
    const { token } = emulator().messages.latest({ kind: 'link' })!;
    const { body } = await post('magic_links/authenticate', { token });

    expect(body.user.password).toMatchObject({ requires_reset: true });
    expect(await authenticate()).toEqual(refusal(401, 'reset_password'));
    expect(await authenticate({ password: 'wrong' })).toEqual(refusal(401, 'unauthorized_credentials'));

    const reset = await resetByEmail({ token: (await mailedReset()).token });
    expect(reset.body.user.password).toMatchObject({ requires_reset: false });
    expect((await authenticate({ password: otherPassword })).status).toBe(200);
  });

  it('stay valid if the email address is verified in a session that has the password', async () => {
    const { session_token } = (await create({ session_duration_minutes: 60 })).body;
    await post('magic_links/email/login_or_create', { email });
    const { token } = emulator().messages.latest({ kind: 'link' })!;
    await post('magic_links/authenticate', { token, session_token });

    const { body } = await authenticate();
    expect(body.user).toMatchObject({ emails: [{ verified: true }], password: { requires_reset: false } });
  });

  describe('reset by email', () => {
    it('sends a link with a token for a new password, and one that signs in without a password', async () => {
      await create();
      const message = await mailedReset({
        login_redirect_url: 'http://localhost:3000/in',
        reset_password_redirect_url: 'http://localhost:3000/reset?a=b',
      });
      expect(message).toMatchObject({ to: email, type: 'password_reset', subject: 'Reset your password' });

      const locationOf = async (link: string) =>
        new URL((await fetch(link, { redirect: 'manual' })).headers.get('location')!);
      const reset = await locationOf(message.link);
      expect(reset.href).toBe(
        `http://localhost:3000/reset?a=b&public_token=${emulator().publicToken}&stytch_token_type=reset_password&token=${message.token}`,
      );
      const login = await locationOf(message.loginLink!);
      expect(Object.fromEntries(login.searchParams)).toMatchObject({ stytch_token_type: 'login' });
      const { body } = await post('magic_links/authenticate', { token: login.searchParams.get('token') });
      expect(body.user.emails).toMatchObject([{ verified: true }]);
    });

    it('sets the password, verifies the email address and revokes the sessions of the user', async () => {
      await create();
      const { session_token } = (await authenticate({ session_duration_minutes: 60 })).body;
      const { token } = await mailedReset({ code_challenge });
      const { status, body } = await resetByEmail({
        token,
        code_verifier: verifier,
        session_duration_minutes: 60,
      });

      expect(status).toBe(200);
      expect(body).toMatchObject({
        session: { authentication_factors: [{ type: 'password' }] },
        user: { emails: [{ verified: true }], password: { requires_reset: false } },
      });
      expect(emulator().sessions.list()).toEqual([body.session]);
      expect(await post('sessions/authenticate', { session_token })).toEqual(
        refusal(404, 'session_not_found'),
      );
      expect(await authenticate()).toEqual(refusal(401, 'unauthorized_credentials'));
      expect((await authenticate({ password: otherPassword })).status).toBe(200);
    });

    it('sets the first password of a user', async () => {
      await post('users', { email });
      await resetByEmail({ token: (await mailedReset()).token });
      expect((await authenticate({ password: otherPassword })).status).toBe(200);
    });

    it.each([
      ['an unknown email address', { email: 'eve@example.com' }, 404, 'email_not_found'],
      ['an expiration below 5 minutes', { reset_password_expiration_minutes: 4 }, 400, 'invalid_expiration'],
      [
        'a redirect URL that is no URL',
        { reset_password_redirect_url: '/reset' },
        400,
        'invalid_password_reset_redirect_url',
      ],
      [
        'a foreign redirect URL',
        { login_redirect_url: 'https://example.com' },
        400,
        'redirect_url_not_found',
      ],
      ['a malformed challenge', { code_challenge: 'a' }, 400, 'invalid_pkce_code_challenge'],
    ])('sends no link for %s', async (_, request, status, errorType) => {
      await create();
      expect(await startReset(request)).toEqual(refusal(status, errorType));
      expect(emulator().messages.list()).toEqual([]);
    });

    const inactive = refusal(401, 'unable_to_auth_password_reset_token');

    it('uses up the token, also for two requests at the same time', async () => {
      await create();
      const { token } = await mailedReset();
      const statuses = await Promise.all([resetByEmail({ token }), resetByEmail({ token })]);
      expect(statuses.map(({ status }) => status).sort()).toEqual([200, 401]);
      expect(await resetByEmail({ token })).toEqual(inactive);
    });

    it('refuses a token that is unknown, has expired, or is that of a link', async () => {
      await create();
      expect(await resetByEmail({ token: 'unknown' })).toEqual(inactive);
      await post('magic_links/email/login_or_create', { email });
      const link = emulator().messages.latest({ kind: 'link' })!;
      expect(await resetByEmail({ token: link.token })).toEqual(inactive);
      const { token } = await mailedReset();
      expect(await post('magic_links/authenticate', { token })).toEqual(refusal(404, 'magic_link_not_found'));
      emulator().clock.advance({ minutes: 30 });
      expect(await resetByEmail({ token })).toEqual(inactive);
    });

    it('keeps the token after a weak password or a wrong verifier', async () => {
      await create();
      const { token } = await mailedReset({ code_challenge });
      expect(await resetByEmail({ token, password: 'ada' })).toEqual(refusal(400, 'weak_password'));
      expect(await resetByEmail({ token })).toEqual(refusal(400, 'pkce_expected_code_verifier'));
      expect((await resetByEmail({ token, code_verifier: verifier })).status).toBe(200);
    });
  });

  describe('reset by the existing password', () => {
    const reset = (body: object) =>
      post('passwords/existing_password/reset', {
        email,
        existing_password: password,
        new_password: otherPassword,
        ...body,
      });

    it('sets the password and revokes the other sessions of the user', async () => {
      const { session_token } = (await create({ session_duration_minutes: 60 })).body;
      await authenticate({ session_duration_minutes: 60 });
      const { body } = await reset({ session_token });

      expect(emulator().sessions.list()).toEqual([body.session]);
      expect((await authenticate({ password: otherPassword })).status).toBe(200);
    });

    it.each([
      ['a wrong password', { existing_password: otherPassword }, 401, 'unauthorized_credentials'],
      ['a weak new password', { new_password: 'ada' }, 400, 'weak_password'],
      ['an unknown email address', { email: 'eve@example.com' }, 404, 'email_not_found'],
    ])('refuses %s', async (_, request, status, errorType) => {
      await create();
      expect(await reset(request)).toEqual(refusal(status, errorType));
      expect((await authenticate()).status).toBe(200);
    });
  });

  describe('reset by a session', () => {
    const reset = (body: object) => post('passwords/session/reset', { password, ...body });

    it('sets a first password and revokes the other sessions of the user', async () => {
      const { session_token } = await emulator().sessions.create({ email });
      await emulator().sessions.create({ email });
      const { body } = await reset({ session_token, session_duration_minutes: 30 });

      expect(emulator().sessions.list()).toEqual([body.session]);
      expect(body).toMatchObject({ session_token, user: { password: { requires_reset: false } } });
      expect((await authenticate()).status).toBe(200);
    });

    it('requires a session with a factor of the last five minutes', async () => {
      const { session_token } = await emulator().sessions.create({ email });
      expect(await reset({})).toEqual(refusal(400, 'no_session_arguments'));
      expect(await reset({ session_token, password: 'ada' })).toEqual(refusal(400, 'weak_password'));
      emulator().clock.advance({ seconds: 301 });
      expect(await reset({ session_token })).toEqual(refusal(401, 'session_too_old_to_reset_password'));
    });
  });

  it('can be deleted', async () => {
    const { password: created } = (await create()).body.user;
    const { body } = await call(emulator(), `DELETE /v1/users/passwords/${created!.password_id}`, {});

    expect(body.user.password).toBeNull();
    expect(await authenticate()).toEqual(refusal(400, 'no_user_password'));
    expect(await call(emulator(), `DELETE /v1/users/passwords/${created!.password_id}`, {})).toEqual(
      refusal(404, 'password_not_found'),
    );
    expect(await call(emulator(), 'DELETE /v1/users/passwords/x', {})).toEqual(
      refusal(400, 'invalid_password_id'),
    );
  });

  it('are not needed by the sandbox address', async () => {
    const sandbox = { email: 'sandbox@stytch.com', password: 'x', session_duration_minutes: 60 };
    const created = await create(sandbox);
    const authenticated = await authenticate(sandbox);

    expect(created.body).toMatchObject({ email_id: 'email-test-23873e89-d4ed-4e92-b3b9-e5c7198fa286' });
    expect(authenticated.body.session.session_id).toBe('session-test-eb94233f-8800-4ebd-8645-51dc15f9d028');
    expect((await startReset({ email: 'sandbox@stytch.com' })).status).toBe(200);
    expect(emulator().messages.list()).toEqual([]);
  });

  it('lead to the default redirect URL', async () => {
    await create();
    const { link } = await mailedReset();
    const { headers } = await fetch(link, { redirect: 'manual' });
    expect(headers.get('location')).toMatch(new RegExp(`^${callback}\\?`));
  });
});

describe('passwords in the seed', () => {
  const emulator = emulatorUnderTest({ seed: { users: [{ email, password: 'weak' }] } });

  it('sign their users in, also if they are weak', async () => {
    const { status } = await call(emulator(), 'POST /v1/passwords/authenticate', { email, password: 'weak' });
    expect(status).toBe(200);
  });
});
