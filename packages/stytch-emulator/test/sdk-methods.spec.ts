import { codeOfStep, stepAt } from '../src/resources/consumer/totps/totp-code.js';
import { codeChallenge, verifier } from './b2b/sign-in-flow.js';
import { call, callback, callFromPage, emulatorUnderTest, pageSuccess, refusal } from './emulator.js';
import { choose, oauthToken, start } from './oauth-flow.js';

const ada = 'ada@example.com';
const bob = 'bob@example.com';
const phoneNumber = '+12025550123';
const strong = 'correct horse battery staple 7';
const stronger = 'another correct horse battery 8';
const session_duration_minutes = 60;

const emulator = emulatorUnderTest();
const onPage = (operation: string, body?: object, sessionToken?: string) =>
  callFromPage(emulator(), operation, body, sessionToken === undefined ? {} : { sessionToken });
const post = (path: string, body: object = {}, sessionToken?: string) =>
  onPage(`POST /sdk/v1/${path}`, body, sessionToken);

/** Sends a code from a page, and returns what authenticates it. */
async function sentCode(path: string, recipient: object, sessionToken?: string) {
  const { body } = await post(`otps/${path}`, recipient, sessionToken);
  const { code } = emulator().messages.latest({ kind: 'code' })!;
  return { token: code, method_id: body.data.method_id, session_duration_minutes };
}

/** Signs in by a code from a page, with a new user unless there is one. */
async function signIn(email: string) {
  const { body } = await post('otps/authenticate', await sentCode('email/login_or_create', { email }));
  return body.data;
}

/** What a page gets when somebody has signed in. */
const signedIn = (data: object) =>
  pageSuccess({
    __user: expect.objectContaining({ user_id: expect.stringMatching(/^user-test-/) }),
    session: expect.objectContaining({
      session_id: expect.stringMatching(/^session-test-/),
      custom_claims: {},
    }),
    session_jwt: expect.stringMatching(/^ey/),
    session_token: expect.stringMatching(/^[\w-]{44}$/),
    user: expect.objectContaining({ trusted_metadata: {}, roles: ['stytch_user'] }),
    user_id: expect.stringMatching(/^user-test-/),
    ...data,
  });

describe('one-time passcodes that a page requests', () => {
  it.each([
    ['email', { email: ada }, 'email'],
    ['sms', { phone_number: phoneNumber }, 'phone-number'],
    ['whatsapp', { phone_number: phoneNumber }, 'phone-number'],
  ])('sign in by %s, and tell the page nothing about the user before', async (channel, recipient, idType) => {
    const sent = await post(`otps/${channel}/login_or_create`, recipient);
    const { method_id } = sent.body.data;
    expect(sent).toEqual(pageSuccess({ method_id }));
    expect(method_id).toMatch(new RegExp(`^${idType}-test-`));
    const { code } = emulator().messages.latest({ kind: 'code' })!;

    expect(await post('otps/authenticate', { token: code, method_id, session_duration_minutes })).toEqual(
      signedIn({ method_id, reset_sessions: false, user_device: null }),
    );
    expect(await post(`otps/${channel}/send/primary`, recipient)).toEqual(pageSuccess({ method_id }));
  });

  it.each([
    ['email', { email: bob }, 'email_not_found', 'emails'],
    ['sms', { phone_number: phoneNumber }, 'phone_number_not_found', 'phone_numbers'],
    ['whatsapp', { phone_number: phoneNumber }, 'phone_number_not_found', 'phone_numbers'],
  ] as const)(
    'are sent by %s to new recipients only for the user of the page',
    async (channel, to, unknown, list) => {
      const { session_token, user_id } = await signIn(ada);
      expect(await post(`otps/${channel}/send/primary`, to, session_token)).toEqual(refusal(404, unknown));
      expect((await post(`otps/${channel}/send/secondary`, to)).status).toBe(401);

      const passcode = await sentCode(`${channel}/send/secondary`, to, session_token);
      const { body } = await post('otps/authenticate', passcode, session_token);

      expect(body.data).toMatchObject({ session_token, user_id });
      expect(body.data.session.authentication_factors).toHaveLength(2);
      expect(body.data.user[list].at(-1)).toMatchObject({ verified: true });
    },
  );

  it.each<[string, object, number, string]>([
    ['a wrong code', { token: '000000' }, 404, 'otp_code_not_found'],
    ['the field of the backend API', { token: undefined, code: '000000' }, 400, 'invalid_code'],
    ['the method id of nobody', { method_id: 'email-test-1' }, 404, 'otp_code_not_found'],
    ['a malformed method id', { method_id: 'user-test-1' }, 400, 'invalid_method_id'],
    ['no session duration', { session_duration_minutes: undefined }, 400, 'invalid_session_duration_minutes'],
  ])('are refused with %s, and stay valid', async (_case, change, status, errorType) => {
    const passcode = await sentCode('email/login_or_create', { email: ada });
    expect(await post('otps/authenticate', { ...passcode, ...change })).toEqual(refusal(status, errorType));
    expect((await post('otps/authenticate', passcode)).status).toBe(200);
    expect(await post('otps/authenticate', passcode)).toEqual(refusal(401, 'unable_to_auth_otp_code'));
  });

  it('are refused with the method id or the session of another user', async () => {
    const { session_token } = await signIn(bob);
    const forAda = await sentCode('email/login_or_create', { email: ada });
    const { method_id } = await sentCode('email/login_or_create', { email: bob });

    expect(await post('otps/authenticate', { ...forAda, method_id })).toEqual(
      refusal(404, 'otp_code_not_found'),
    );
    expect(await post('otps/authenticate', forAda, session_token)).toEqual(refusal(400, 'user_id_mismatch'));
    expect(await post('otps/email/send/secondary', { email: ada }, session_token)).toEqual(
      refusal(400, 'duplicate_email'),
    );
  });

  it('ignore fields that only the backend API has', async () => {
    const other = await signIn(bob);
    const passcode = await sentCode('sms/login_or_create', {
      phone_number: phoneNumber,
      create_user_as_pending: true,
    });
    const { body: found } = await call(emulator(), 'POST /v1/users/search', {});
    const { user_id, status } = found.results.at(-1)!;
    expect(status).toBe('active');

    const hostile = { session_custom_claims: { admin: true }, session_token: other.session_token };
    const { body } = await post('otps/authenticate', { ...passcode, ...hostile });
    expect(body.data).toMatchObject({ user_id, session: { custom_claims: {} } });

    await post('otps/email/send/secondary', { email: ada, user_id }, other.session_token);
    const { body: afterwards } = await call(emulator(), `GET /v1/users/${other.user_id}`);
    expect(afterwards.emails.map(({ email }) => email)).toEqual([bob, ada]);
  });
});

describe('a page that changes how its user signs in', () => {
  const addFactor = async (path: string, to: object, sessionToken: string) =>
    post('otps/authenticate', await sentCode(path, to, sessionToken), sessionToken);
  const addPhone = (sessionToken: string) =>
    addFactor('sms/send/secondary', { phone_number: phoneNumber }, sessionToken);
  /** A user with an email address and a phone number, and a session for the address only. */
  const withTwoCategories = async () => {
    const { session_token } = await signIn(ada);
    await addPhone(session_token);
    return signIn(ada);
  };
  type User = Awaited<ReturnType<typeof signIn>>['user'];
  const changes: [string, (user: User) => [operation: string, body?: object]][] = [
    ['adds an email address', () => ['POST /sdk/v1/otps/email/send/secondary', { email: bob }]],
    [
      'adds an email address by a link',
      () => ['POST /sdk/v1/magic_links/email/send/secondary', { email: bob, code_challenge: codeChallenge }],
    ],
    ['adds a phone number', () => ['POST /sdk/v1/otps/sms/send/secondary', { phone_number: '+12025550199' }]],
    ['adds an authenticator app', () => ['POST /sdk/v1/totps', {}]],
    ['changes the user', () => ['PUT /sdk/v1/users/me', { name: { first_name: 'Ada' } }]],
    ['deletes an email address', ({ emails }) => [`DELETE /sdk/v1/users/emails/${emails[0]!.email_id}`]],
    [
      'deletes a phone number',
      ({ phone_numbers }) => [`DELETE /sdk/v1/users/phone_numbers/${phone_numbers[0]!.phone_id}`],
    ],
  ];

  it.each(changes)('needs recent factors of two categories if it %s', async (_case, operationFor) => {
    const { session_token, user } = await withTwoCategories();
    const [operation, body] = operationFor(user);
    const change = () => onPage(operation, body, session_token);
    expect(await change()).toEqual(refusal(401, 'insufficient_factors'));
    await addFactor('email/send/secondary', { email: ada }, session_token);
    expect(await change()).toEqual(refusal(401, 'insufficient_factors'));

    await addPhone(session_token);
    await post('sessions/authenticate', { session_duration_minutes: 120 }, session_token);
    emulator().clock.advance({ minutes: 60 });
    expect(await change()).toEqual(refusal(401, 'stale_factors'));
    await addFactor('email/send/secondary', { email: ada }, session_token);

    expect((await change()).status).toBe(200);
  });

  it.each([
    'DELETE /sdk/v1/users/oauth/oauth-user-test-1',
    'DELETE /sdk/v1/users/totps/totp-test-1',
    'POST /sdk/v1/totps/recovery_codes',
  ])('needs factors of two categories for %s, whatever it names', async (operation) => {
    const { session_token } = await withTwoCategories();
    expect(await onPage(operation, undefined, session_token)).toEqual(refusal(401, 'insufficient_factors'));
  });

  it('needs no more than a session of a user who has one category, and not for the recipients the user has', async () => {
    const { session_token } = await signIn(ada);
    expect((await post('otps/email/send/secondary', { email: bob }, session_token)).status).toBe(200);

    const { session_token: weak } = await withTwoCategories();
    expect((await post('otps/email/send/secondary', { email: ada }, weak)).status).toBe(200);
    expect((await post('otps/sms/send/secondary', { phone_number: phoneNumber }, weak)).status).toBe(200);
  });
});

describe('passwords on a page', () => {
  const create = (extra: object = {}) =>
    post('passwords', { email: ada, password: strong, session_duration_minutes, ...extra });
  const authenticate = (password: string) =>
    post('passwords/authenticate', { email: ada, password, session_duration_minutes });

  it('sign up and sign in', async () => {
    expect(await create()).toEqual(
      signedIn({ email_id: expect.stringMatching(/^email-test-/), user_device: null }),
    );
    expect(await authenticate(strong)).toEqual(signedIn({ user_device: null }));
    expect(await authenticate(stronger)).toEqual(refusal(401, 'unauthorized_credentials'));
    expect(await create()).toEqual(refusal(400, 'duplicate_email'));
  });

  it('create users without what only the backend API sets', async () => {
    const { body } = await create({
      trusted_metadata: { admin: true },
      session_custom_claims: { admin: true },
      roles: ['admin'],
      name: { first_name: 'Eve' },
    });
    expect(body.data).toMatchObject({
      session: { custom_claims: {} },
      user: { name: { first_name: '' }, roles: ['stytch_user'], trusted_metadata: {} },
    });
  });

  it('are checked for their strength', async () => {
    expect(await post('passwords/strength_check', { password: strong, email: ada })).toEqual(
      pageSuccess({
        breach_detection_on_create: true,
        breached_password: false,
        feedback: { luds_requirements: null, suggestions: [], warning: '' },
        score: 4,
        strength_policy: 'zxcvbn',
        valid_password: true,
      }),
    );
    expect(await create({ password: 'password' })).toMatchObject({ status: 400 });
  });

  const startReset = async () => {
    const started = await post('passwords/email/reset/start', {
      email: ada,
      login_redirect_url: callback,
      reset_password_redirect_url: callback,
      code_challenge: codeChallenge,
    });
    expect(started).toEqual(pageSuccess({}));
    return emulator().messages.latest({ to: ada, kind: 'link' })!.token;
  };
  const reset = (token: string, extra: object = { code_verifier: verifier }) =>
    post('passwords/email/reset', { token, password: stronger, session_duration_minutes, ...extra });

  it('are reset by email, once and in the browser that requested it', async () => {
    await create();
    const token = await startReset();
    const attempts: [object, string][] = [
      [{}, 'pkce_expected_code_verifier'],
      [{ code_verifier: 'b'.repeat(64) }, 'pkce_mismatch'],
      [{ pkce_code_verifier: verifier }, 'pkce_expected_code_verifier'],
    ];
    for (const [extra, errorType] of attempts) {
      expect(await reset(token, extra)).toEqual(refusal(400, errorType));
    }
    expect(await reset(token)).toEqual(signedIn({ user_device: null }));
    expect(await reset(token)).toEqual(refusal(401, 'unable_to_auth_password_reset_token'));
    expect(await authenticate(strong)).toEqual(refusal(401, 'unauthorized_credentials'));
    expect((await authenticate(stronger)).status).toBe(200);
  });

  it('are not reset by email without a code challenge, or in an unknown language', async () => {
    await create();
    const request = { email: ada, code_challenge: codeChallenge, locale: 'tlh' };
    expect(await post('passwords/email/reset/start', request)).toEqual(refusal(400, 'invalid_locale'));
    expect(await post('passwords/email/reset/start', { email: ada })).toEqual(
      refusal(400, 'invalid_pkce_code_challenge'),
    );
    expect(emulator().messages.list()).toEqual([]);
  });

  it('are replaced by a person who knows the password, which revokes other sessions', async () => {
    const { body: first } = await create();
    const replace = (existing_password: string) =>
      post('passwords/existing_password/reset', {
        email: ada,
        existing_password,
        new_password: stronger,
        session_duration_minutes,
      });
    expect(await replace(stronger)).toEqual(refusal(401, 'unauthorized_credentials'));
    expect(await replace(strong)).toEqual(signedIn({ user_device: null }));
    expect(await post('sessions/authenticate', {}, first.data.session_token)).toEqual(
      refusal(404, 'session_not_found'),
    );
  });

  it('are set in a session that was authenticated within five minutes, which stays', async () => {
    const { session_token, user_id } = await signIn(ada);
    const set = (extra: object = {}) =>
      post('passwords/session/reset', { password: strong, ...extra }, session_token);
    expect(await post('passwords/session/reset', { password: strong, session_token })).toMatchObject({
      status: 401,
    });
    expect(await set()).toEqual(signedIn({ session_token, user_device: null, user_id }));
    expect((await authenticate(strong)).status).toBe(200);

    emulator().clock.advance({ minutes: 6 });
    expect(await set()).toEqual(refusal(401, 'session_too_old_to_reset_password'));
  });
});

describe('OAuth on a page', () => {
  const authenticate = (body: object, sessionToken?: string) =>
    post('oauth/authenticate', { session_duration_minutes, ...body }, sessionToken);
  const withPkce = { code_challenge: codeChallenge, signup_redirect_url: callback };

  it('signs in by the URL that the SDK leads to', async () => {
    const page = await start(emulator(), {
      ...withPkce,
      custom_scopes: 'read:files write:files',
      provider_prompt: 'consent',
      provider_login_hint: ada,
    });
    expect(await (await fetch(page)).text()).toContain('consent');
    const redirect = await choose(page, { email: ada });
    expect(redirect.href).toContain(`${callback}?stytch_token_type=oauth&token=`);

    const response = await authenticate({
      token: redirect.searchParams.get('token'),
      code_verifier: verifier,
    });
    const { session } = response.body.data;
    expect(response).toEqual(
      signedIn({
        oauth_user_registration_id: expect.stringMatching(/^oauth-user-test-/),
        provider_subject: expect.any(String),
        provider_type: 'Google',
        provider_values: {
          access_token: expect.any(String),
          expires_at: expect.any(String),
          id_token: expect.stringMatching(/^ey/),
          refresh_token: expect.any(String),
          scopes: ['openid', 'email', 'profile', 'read:files', 'write:files'],
        },
        reset_sessions: false,
        session,
        user_device: null,
        user_session: session,
      }),
    );
  });

  it.each<[string, object, string]>([
    ['no verifier', {}, 'pkce_expected_code_verifier'],
    ['another verifier', { code_verifier: 'b'.repeat(64) }, 'pkce_mismatch'],
    ['a malformed verifier', { code_verifier: 'b' }, 'invalid_pkce_code_verifier'],
  ])('is refused with %s, and only success uses up the token', async (_case, extra, errorType) => {
    const token = await oauthToken(emulator(), ada, withPkce);
    expect(await authenticate({ token, ...extra })).toEqual(refusal(400, errorType));
    expect((await authenticate({ token, code_verifier: verifier })).status).toBe(200);
    expect(await authenticate({ token, code_verifier: verifier })).toEqual(
      refusal(400, 'oauth_token_not_found'),
    );
  });

  it('is refused if it was started without PKCE, which only a backend may do', async () => {
    const token = await oauthToken(emulator(), ada, { signup_redirect_url: callback });
    expect(await authenticate({ token })).toEqual(refusal(400, 'invalid_pkce_code_challenge'));
    expect((await call(emulator(), 'POST /v1/oauth/authenticate', { token })).status).toBe(200);
  });

  it('ignores the session of another user, as documented', async () => {
    const { session_token } = await signIn(bob);
    const token = await oauthToken(emulator(), ada, withPkce);
    const { body } = await authenticate({ token, code_verifier: verifier }, session_token);
    expect(body.data.session_token).not.toBe(session_token);
    expect(body.data.user.emails).toMatchObject([{ email: ada }]);
  });

  it('attaches an account to the user of the page only', async () => {
    const other = await signIn(bob);
    const { session_token, user_id } = await signIn(ada);
    expect((await post('oauth/attach', { provider: 'google', user_id: other.user_id })).status).toBe(401);
    const attached = await post(
      'oauth/attach',
      { provider: 'google', user_id: other.user_id },
      session_token,
    );
    const { oauth_attach_token } = attached.body.data;
    expect(attached).toEqual(pageSuccess({ oauth_attach_token: expect.any(String) }));

    const token = await oauthToken(emulator(), 'ada@work.example', { ...withPkce, oauth_attach_token });
    const { body } = await authenticate({ token, code_verifier: verifier }, session_token);
    expect(body.data).toMatchObject({
      session_token,
      user_id,
      user: { providers: [{ provider_type: 'Google' }] },
    });
  });

  it.each(['google', 'apple'])('does not accept ID tokens of %s yet', async (provider) => {
    expect(
      await post(`oauth/${provider}/id_token/authenticate`, { id_token: 'x', session_duration_minutes }),
    ).toEqual(refusal(501, 'emulator_not_implemented'));
  });
});

describe('the user of a page', () => {
  it('changes the name and the untrusted metadata', async () => {
    const { session_token } = await signIn(ada);
    const response = await onPage(
      'PUT /sdk/v1/users/me',
      {
        name: { first_name: 'Ada' },
        untrusted_metadata: { theme: 'dark' },
        roles: ['admin'],
        external_id: 'x',
      },
      session_token,
    );
    const { user } = response.body.data;
    expect(response).toEqual(
      pageSuccess({
        __user: user,
        crypto_wallets: [],
        emails: user.emails,
        phone_numbers: [],
        user: expect.objectContaining({
          external_id: null,
          name: { first_name: 'Ada', last_name: '', middle_name: '' },
          roles: ['stytch_user'],
          trusted_metadata: {},
          untrusted_metadata: { theme: 'dark' },
        }),
        user_id: user.user_id,
      }),
    );
  });

  it.each([
    ['trusted metadata', { trusted_metadata: { admin: true } }, 401, 'cannot_update_trusted_metadata'],
    ['email addresses', { emails: [{ email: bob }] }, 501, 'emulator_not_implemented'],
    ['phone numbers', { phone_numbers: [{ phone_number: phoneNumber }] }, 501, 'emulator_not_implemented'],
  ])('cannot change %s', async (_case, body, status, errorType) => {
    const { session_token } = await signIn(ada);
    expect(
      await onPage('PUT /sdk/v1/users/me', { name: { first_name: 'Ada' }, ...body }, session_token),
    ).toEqual(refusal(status, errorType));
    expect((await onPage('GET /sdk/v1/users/me', undefined, session_token)).body.data).toMatchObject({
      name: { first_name: '' },
      trusted_metadata: {},
    });
  });

  /** A user with one factor of each kind, and a session that may delete them. */
  const withAllFactors = async (email: string, phone: string) => {
    const { session_token } = await signIn(email);
    const add = async (path: string, to: object) =>
      post('otps/authenticate', await sentCode(path, to, session_token), session_token);
    await add('sms/send/secondary', { phone_number: phone });
    const { body: attached } = await post('oauth/attach', { provider: 'google' }, session_token);
    const token = await oauthToken(emulator(), `oauth.${email}`, {
      code_challenge: codeChallenge,
      signup_redirect_url: callback,
      oauth_attach_token: attached.data.oauth_attach_token,
    });
    const signedInAgain = { token, code_verifier: verifier, session_duration_minutes };
    await post('oauth/authenticate', signedInAgain, session_token);
    await post('totps', {}, session_token);
    const { body } = await onPage('GET /sdk/v1/users/me', undefined, session_token);
    const { emails, phone_numbers, providers, totps } = body.data as unknown as (typeof body.data)['user'];
    return {
      session_token,
      ids: {
        emails: emails[0]!.email_id,
        phone_numbers: phone_numbers[0]!.phone_id,
        oauth: providers[0]!.oauth_user_registration_id,
        totps: totps[0]!.totp_id,
      },
    };
  };

  it.each([
    ['emails', 'email_not_found', 400, 'invalid_email_id'],
    ['phone_numbers', 'phone_number_not_found', 404, 'phone_number_not_found'],
    ['oauth', 'oauth_user_registration_not_found', 400, 'invalid_oauth_user_registration_id'],
    ['totps', 'totp_not_found', 400, 'invalid_totp_id'],
  ] as const)('deletes its own %s and no one else’s', async (kind, unknown, status, malformed) => {
    const own = await withAllFactors(ada, phoneNumber);
    const other = await withAllFactors(bob, '+12025550199');
    const remove = (id: string, sessionToken?: string) =>
      onPage(`DELETE /sdk/v1/users/${kind}/${id}`, undefined, sessionToken);

    expect((await remove(own.ids[kind])).status).toBe(401);
    expect(await remove(other.ids[kind], own.session_token)).toEqual(refusal(404, unknown));
    expect(await remove('x', own.session_token)).toEqual(refusal(status, malformed));
    expect((await remove(other.ids[kind], other.session_token)).status).toBe(200);

    const response = await remove(own.ids[kind], own.session_token);
    const { user, user_id } = response.body.data;
    expect(response).toEqual(pageSuccess({ __user: user, user, user_id }));
    expect(JSON.stringify(user)).not.toContain(own.ids[kind]);
  });

  it('cannot delete the only way to sign in', async () => {
    const { session_token, user } = await signIn(ada);
    expect(
      await onPage(`DELETE /sdk/v1/users/emails/${user.emails[0]!.email_id}`, undefined, session_token),
    ).toEqual(refusal(400, 'cannot_delete_last_primary_factor'));
  });
});

describe('TOTP on a page', () => {
  const enroll = async () => {
    const { session_token, user_id } = await signIn(ada);
    const created = await post('totps', { expiration_minutes: 60, user_id: 'user-test-1' }, session_token);
    const code = (steps = 0) =>
      codeOfStep(created.body.data.secret, stepAt(Math.floor(emulator().clock.nowMs() / 1000)) + steps);
    return { session_token, user_id, created, code };
  };

  it('is created for the user of the page, and adds a factor to the session', async () => {
    const { session_token, user_id, created, code } = await enroll();
    const { totp_id, user } = created.body.data;
    expect(created).toEqual(
      pageSuccess({
        __user: user,
        qr_code: expect.stringMatching(/^data:image/),
        recovery_codes: expect.any(Array),
        secret: expect.any(String),
        totp_id: expect.stringMatching(/^totp-test-/),
        user: expect.objectContaining({ totps: [{ totp_id, verified: false }] }),
        user_id,
      }),
    );
    const authenticate = (totp_code: string) =>
      post('totps/authenticate', { totp_code, session_duration_minutes }, session_token);
    expect(await authenticate(code(5))).toEqual(refusal(401, 'unable_to_authenticate_totp'));
    expect(await authenticate(code())).toEqual(
      signedIn({ session_token, totp_id, user_device: null, user_id }),
    );
    expect(await authenticate(code())).toEqual(refusal(401, 'totp_code_already_authenticated'));
    const { recovery_codes } = created.body.data;
    expect(await post('totps/recovery_codes', {}, session_token)).toEqual(
      pageSuccess({ totps: [{ recovery_codes, totp_id, verified: true }], user_id }),
    );
  });

  it('is recovered by a code that works once, only by the user who has it', async () => {
    const { session_token, created } = await enroll();
    const [recovery_code] = created.body.data.recovery_codes;
    const recover = (sessionToken?: string) =>
      post('totps/recover', { recovery_code, session_duration_minutes }, sessionToken);
    const other = await signIn(bob);

    expect((await recover()).status).toBe(401);
    expect(await recover(other.session_token)).toEqual(refusal(404, 'totps_not_found_for_user'));
    expect(await recover(session_token)).toEqual(
      signedIn({ session_token, totp_id: created.body.data.totp_id, user_device: null }),
    );
    expect(await recover(session_token)).toEqual(refusal(401, 'unable_to_authenticate_recovery_code'));
  });

  it('shows its recovery codes to no session without its factor', async () => {
    const { session_token, code } = await enroll();
    await post('totps/authenticate', { totp_code: code(), session_duration_minutes }, session_token);
    const weak = await signIn(ada);
    expect(await post('totps/recovery_codes', {}, weak.session_token)).toEqual(
      refusal(401, 'insufficient_factors'),
    );
  });
});

describe('connected apps on a page', () => {
  it('are listed and revoked by the user who has given them access', async () => {
    const { session_token } = await signIn(ada);
    const { client_id } = await emulator().connectedApps.issueToken({ email: ada, scopes: ['openid'] });
    const list = (sessionToken?: string) =>
      onPage('GET /sdk/v1/users/connected_apps', undefined, sessionToken);
    expect((await list()).status).toBe(401);
    expect((await list(session_token)).body.data.connected_apps).toMatchObject([
      { connected_app_id: client_id, scopes_granted: 'openid' },
    ]);
    const revoke = `users/connected_apps/${client_id}/revoke`;
    const other = await signIn(bob);
    await post(revoke, {}, other.session_token);
    expect((await list(session_token)).body.data.connected_apps).toHaveLength(1);

    expect(await post(revoke, {}, session_token)).toEqual(pageSuccess({}));
    expect((await list(session_token)).body.data.connected_apps).toEqual([]);
  });
});

describe('impersonation on a page', () => {
  it('starts a session for one hour, once', async () => {
    const { token, user_id } = await emulator().users.impersonate({ email: ada });
    const authenticate = () => post('impersonation/authenticate', { impersonation_token: token });
    expect(await authenticate()).toEqual(signedIn({ user_id }));
    expect(await authenticate()).toEqual(refusal(401, 'unable_to_auth_impersonation_token'));
  });
});
