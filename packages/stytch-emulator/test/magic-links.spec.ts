import { createHash } from 'node:crypto';
import { startStytchEmulator } from 'stytch-emulator';
import { call, callback, emulatorUnderTest, mailedToken, refusal } from './emulator.js';

const verifier = 'a'.repeat(64);
const codeChallenge = createHash('sha256').update(verifier).digest('base64url');

describe('magic links by email', () => {
  const emulator = emulatorUnderTest();
  const loginOrCreate = (body: object) =>
    call(emulator(), 'POST /v1/magic_links/email/login_or_create', body);
  const send = (body: object) => call(emulator(), 'POST /v1/magic_links/email/send', body);
  const authenticate = (body: object) => call(emulator(), 'POST /v1/magic_links/authenticate', body);
  const typesOfMail = () =>
    emulator()
      .messages.list()
      .map(({ type }) => type);

  it('are signup links for new users and login links for existing users', async () => {
    const first = await loginOrCreate({ email: 'ada@example.com' });
    const second = await loginOrCreate({ email: 'ADA@example.COM' });

    expect(typesOfMail()).toEqual(['magic_link_signup', 'magic_link_login']);
    expect(first.body.user_created).toBe(true);
    expect(second.body).toEqual({
      email_id: first.body.email_id,
      request_id: expect.any(String),
      status_code: 200,
      user_created: false,
      user_id: first.body.user_id,
    });
  });

  it('are signup links for pending users, who become active on authentication', async () => {
    await loginOrCreate({ email: 'ada@example.com', create_user_as_pending: true });
    const token = await mailedToken(emulator(), 'ada@example.com', { create_user_as_pending: true });

    expect(typesOfMail()).toEqual(['magic_link_signup', 'magic_link_signup']);
    const { body: received } = await authenticate({ token });
    expect(received.user).toMatchObject({ status: 'active', emails: [{ verified: true }] });
  });

  it('lead to the redirect URL of their kind, with its query unchanged', async () => {
    await loginOrCreate({
      email: 'ada@example.com',
      login_magic_link_url: 'http://localhost:3000/in',
      signup_magic_link_url: 'http://localhost:3000/up?a=b%20c+d&token_like=1#top',
    });
    const message = emulator().messages.latest({ kind: 'link' })!;

    const hop = await fetch(message.link, { redirect: 'manual' });

    expect(hop.headers.get('location')).toBe(
      `http://localhost:3000/up?a=b%20c+d&token_like=1&stytch_token_type=magic_links&token=${message.token}#top`,
    );
  });

  it('are used up by authentication, not by opening them', async () => {
    const token = await mailedToken(emulator(), 'ada@example.com');
    for (let visit = 0; visit < 3; visit += 1)
      await fetch(emulator().messages.latest({ kind: 'link' })!.link, { redirect: 'manual' });

    expect((await authenticate({ token })).status).toBe(200);
    expect(await authenticate({ token })).toEqual(refusal(401, 'unable_to_auth_magic_link'));
  });

  it('show a page with status 404 for an unknown link', async () => {
    const link = new URL(`${emulator().url}/v1/magic_links/redirect`);
    link.searchParams.set('token', '"><script>alert(1)</script>');

    const response = await fetch(link);
    const html = await response.text();

    expect(response.status).toBe(404);
    expect(html).toContain('Unknown link');
    expect(html).not.toContain('alert(1)');
  });

  it('start no session without session_duration_minutes', async () => {
    const token = await mailedToken(emulator(), 'ada@example.com');
    expect((await authenticate({ token })).body).toMatchObject({
      session: null,
      session_jwt: '',
      session_token: '',
    });
  });

  it.each([
    ['a login link after an hour', { minutes: 60 }, {}, true],
    ['a login link not before an hour', { minutes: 59, seconds: 50 }, {}, false],
    ['a login link after the requested minutes', { minutes: 5 }, { login_expiration_minutes: 5 }, true],
  ])('expire by the emulator’s clock: %s', async (_case, later, extra, expired) => {
    await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    const token = await mailedToken(emulator(), 'ada@example.com', extra);

    emulator().clock.advance(later);

    expect(await authenticate({ token })).toEqual(
      expired ? refusal(401, 'unable_to_auth_magic_link') : { status: 200, body: expect.anything() },
    );
  });

  it('expire after a week if they are signup links', async () => {
    const token = await mailedToken(emulator(), 'ada@example.com');
    emulator().clock.advance({ hours: 7 * 24, seconds: -10 });
    expect((await authenticate({ token })).status).toBe(200);
  });

  it('add a factor to the session in the request', async () => {
    const { session_token, session_id, user_id } = await emulator().sessions.create({
      email: 'ada@example.com',
    });
    await call(emulator(), 'POST /v1/magic_links/email/send', { email: 'ada@work.example', user_id });
    const { token } = emulator().messages.latest({ to: 'ada@work.example', kind: 'link' })!;

    const { body: received } = await authenticate({ token, session_token });

    expect(received).toMatchObject({ session_token, session: { session_id }, reset_sessions: false });
    expect(
      received.session.authentication_factors.map((factor) => factor.email_factor?.email_address),
    ).toEqual(['ada@example.com', 'ada@work.example']);
  });

  it('refuse the session of another user', async () => {
    const { session_token } = await emulator().sessions.create({ email: 'grace@example.com' });
    const token = await mailedToken(emulator(), 'ada@example.com');

    expect(await authenticate({ token, session_token })).toEqual(refusal(400, 'user_id_mismatch'));
    expect((await authenticate({ token })).status).toBe(200);
  });

  it('are sent only to existing users by email/send', async () => {
    expect(await send({ email: 'nobody@example.com' })).toEqual(refusal(404, 'email_not_found'));
    expect(emulator().messages.list()).toEqual([]);

    const { body: user } = await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    expect(await send({ email: 'ada@example.com' })).toEqual({
      status: 200,
      body: {
        email_id: user.email_id,
        request_id: expect.any(String),
        status_code: 200,
        user_id: user.user_id,
      },
    });
  });

  it('remove an added address that is not verified within five minutes', async () => {
    const { user_id } = await emulator().sessions.create({ email: 'ada@example.com' });
    await send({ email: 'late@example.com', user_id });
    const { token } = emulator().messages.latest({ kind: 'link' })!;

    emulator().clock.advance({ minutes: 5 });

    expect(await authenticate({ token })).toEqual(refusal(401, 'unable_to_auth_magic_link'));
    const { body: user } = await call(emulator(), `GET /v1/users/${user_id}`);
    expect(user.emails.map(({ email }) => email)).toEqual(['ada@example.com']);
  });

  it('refuse to add the address of another user', async () => {
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    await emulator().sessions.create({ email: 'grace@example.com' });
    expect(await send({ email: 'grace@example.com', session_token })).toEqual(
      refusal(400, 'duplicate_email'),
    );
  });

  it.each([
    ['no email', {}, 'invalid_email'],
    ['a malformed email', { email: 'ada' }, 'invalid_email'],
    ['an email with line breaks', { email: 'ada@example.com\r\nBcc: x@example.com' }, 'invalid_email'],
    ['a number as email', { email: 5 }, 'bad_request'],
    ['a malformed URL', { login_magic_link_url: 'authenticate' }, 'invalid_login_magic_link_url'],
    ['a javascript: URL', { signup_magic_link_url: 'javascript:alert(1)' }, 'invalid_signup_magic_link_url'],
    [
      'a URL that is not loopback',
      { login_magic_link_url: 'https://evil.example/' },
      'no_match_for_provided_magic_link_url',
    ],
    [
      'a URL that starts like a loopback name',
      { login_magic_link_url: 'http://localhost.evil.example/' },
      'no_match_for_provided_magic_link_url',
    ],
    ['a language that Stytch has no emails in', { locale: 'de' }, 'invalid_locale'],
    ['an expiration that is too short', { login_expiration_minutes: 4 }, 'invalid_expiration'],
    ['an expiration that is too long', { signup_expiration_minutes: 10_081 }, 'invalid_expiration'],
    ['a fractional expiration', { login_expiration_minutes: 5.5 }, 'bad_request'],
    ['a malformed code challenge', { code_challenge: 'short' }, 'invalid_pkce_code_challenge'],
    ['an array as attributes', { attributes: [] }, 'bad_request'],
    ['a string instead of a boolean', { create_user_as_pending: 'yes' }, 'bad_request'],
  ])('are not sent with %s', async (_case, fields, errorType) => {
    const body =
      'email' in fields || Object.keys(fields).length === 0
        ? fields
        : { email: 'ada@example.com', ...fields };

    expect(await loginOrCreate(body)).toEqual(refusal(400, errorType));

    expect(emulator().messages.list()).toEqual([]);
    const { body: received } = await call(emulator(), 'POST /v1/users/search', {});
    expect(received.results).toEqual([]);
  });

  it.each([
    ['no token', { token: undefined }, 400, 'invalid_token'],
    ['an unknown token', { token: 'x'.repeat(44) }, 404, 'magic_link_not_found'],
    ['a session that is too short', { session_duration_minutes: 4 }, 400, 'invalid_session_duration_minutes'],
    [
      'a session that is too long',
      { session_duration_minutes: 527_041 },
      400,
      'invalid_session_duration_minutes',
    ],
    [
      'a reserved claim',
      { session_duration_minutes: 5, session_custom_claims: { sub: 'x' } },
      400,
      'reserved_claims_in_custom_claims',
    ],
    [
      'a claim name of Stytch',
      { session_duration_minutes: 5, session_custom_claims: { 'https://stytch.com/session': {} } },
      400,
      'stytch_claims_in_custom_claims',
    ],
    [
      'claims of more than 4 KB',
      { session_duration_minutes: 5, session_custom_claims: { big: 'x'.repeat(4096) } },
      400,
      'custom_claims_too_large',
    ],
    ['an unknown session', { session_token: 'x'.repeat(44) }, 404, 'session_not_found'],
    [
      'two sessions',
      { session_token: 'x'.repeat(44), session_jwt: 'a.b.c' },
      400,
      'too_many_session_arguments',
    ],
    ['an unexpected code verifier', { code_verifier: verifier }, 400, 'pkce_did_not_expect_code_verifier'],
  ])('are refused with %s and stay usable', async (_case, fields, status, errorType) => {
    const token = await mailedToken(emulator(), 'ada@example.com');

    expect(await authenticate({ token, ...fields })).toEqual(refusal(status, errorType));

    expect((await authenticate({ token })).status).toBe(200);
  });

  describe('with PKCE', () => {
    it.each([
      ['without the verifier', undefined, 'pkce_expected_code_verifier'],
      ['with another verifier', 'b'.repeat(64), 'pkce_mismatch'],
      ['with too short a verifier', 'a'.repeat(42), 'invalid_pkce_code_verifier'],
    ])('are refused %s and stay usable', async (_case, code_verifier, errorType) => {
      const token = await mailedToken(emulator(), 'ada@example.com', { code_challenge: codeChallenge });

      expect(await authenticate({ token, code_verifier })).toEqual(refusal(400, errorType));
      expect((await authenticate({ token, code_verifier: verifier })).status).toBe(200);
    });
  });

  describe('that require matching attributes', () => {
    const attributes = { ip_address: '203.0.113.7', user_agent: 'Browser/1' };
    const options = { ip_match_required: true, user_agent_match_required: true };

    it.each([
      ['another IP address', { ...attributes, ip_address: '203.0.113.8' }],
      ['another user agent', { ...attributes, user_agent: 'Browser/2' }],
      ['no attributes', undefined],
    ])('are refused with %s', async (_case, current) => {
      const token = await mailedToken(emulator(), 'ada@example.com', { attributes });
      expect(await authenticate({ token, options, attributes: current })).toEqual(
        refusal(401, 'attribute_mismatch'),
      );
      const { status, body } = await authenticate({
        token,
        options,
        attributes,
        session_duration_minutes: 60,
      });
      expect(status).toBe(200);
      expect(body.session.attributes).toEqual(attributes);
    });
  });

  it('revoke earlier sessions when the first address is verified', async () => {
    const { body: created } = await call(emulator(), 'POST /v1/users', { phone_number: '+12025550123' });
    const { user_id } = created;
    const { body: embedded } = await call(emulator(), 'POST /v1/magic_links', { user_id });
    const { body: first } = await authenticate({ token: embedded.token, session_duration_minutes: 60 });
    const { session_token } = first;
    await send({ email: 'ada@example.com', user_id });

    const { body: received } = await authenticate({
      token: emulator().messages.latest({ kind: 'link' })!.token,
    });

    expect(received.reset_sessions).toBe(true);
    expect(await call(emulator(), 'POST /v1/sessions/authenticate', { session_token })).toEqual(
      refusal(404, 'session_not_found'),
    );
  });
});

describe('invitations', () => {
  const emulator = emulatorUnderTest();
  const invite = (body: object) => call(emulator(), 'POST /v1/magic_links/email/invite', body);
  const revoke = (body: object) => call(emulator(), 'POST /v1/magic_links/email/revoke_invite', body);
  const authenticate = (body: object) => call(emulator(), 'POST /v1/magic_links/authenticate', body);

  it('create a pending user, who becomes active on authentication', async () => {
    const { body: received } = await invite({ email: 'ada@example.com', name: { first_name: 'Ada' } });
    expect(received).toEqual({
      email_id: expect.any(String),
      request_id: expect.any(String),
      status_code: 200,
      user_id: expect.any(String),
    });
    expect((await call(emulator(), `GET /v1/users/${received.user_id}`)).body).toMatchObject({
      status: 'pending',
      name: { first_name: 'Ada' },
    });

    const message = emulator().messages.latest({ kind: 'link' })!;
    expect(message.type).toBe('magic_link_invite');
    expect((await authenticate({ token: message.token })).body.user.status).toBe('active');
    expect(await invite({ email: 'ada@example.com' })).toEqual(refusal(400, 'duplicate_email'));
  });

  it('can be pending once, revoked, and sent again', async () => {
    await invite({ email: 'ada@example.com' });
    expect(await invite({ email: 'ada@example.com' })).toEqual(refusal(400, 'user_already_invited'));

    const { token } = emulator().messages.latest({ kind: 'link' })!;
    expect((await revoke({ email: 'ada@example.com' })).status).toBe(200);
    expect(await authenticate({ token })).toEqual(refusal(401, 'unable_to_auth_magic_link'));
    expect((await invite({ email: 'ada@example.com' })).status).toBe(200);
    expect(await revoke({ email: 'nobody@example.com' })).toEqual(refusal(404, 'email_not_found'));
  });
});

describe('embeddable magic links', () => {
  const emulator = emulatorUnderTest();

  it('sign in without an email and verify no address', async () => {
    const { body: user } = await call(emulator(), 'POST /v1/users', { email: 'ada@example.com' });
    const { body: created } = await call(emulator(), 'POST /v1/magic_links', { user_id: user.user_id });
    expect(created).toEqual({
      request_id: expect.any(String),
      status_code: 200,
      token: expect.stringMatching(/^[\w-]{44}$/),
      user_id: user.user_id,
    });
    expect(emulator().messages.list()).toEqual([]);

    const { body: received } = await call(emulator(), 'POST /v1/magic_links/authenticate', {
      token: created.token,
      session_duration_minutes: 5,
    });

    expect(received.user.emails).toMatchObject([{ verified: false }]);
    expect(received.session.authentication_factors).toEqual([
      {
        created_at: expect.any(String),
        delivery_method: 'embedded',
        embeddable_magic_link_factor: { embedded_id: received.method_id },
        last_authenticated_at: expect.any(String),
        type: 'magic_link',
        updated_at: expect.any(String),
      },
    ]);
  });

  it('are created for existing users only', async () => {
    expect(await call(emulator(), 'POST /v1/magic_links', { user_id: 'nobody' })).toEqual(
      refusal(404, 'user_not_found'),
    );
    expect(await call(emulator(), 'POST /v1/magic_links', {})).toEqual(refusal(400, 'invalid_user_id'));
  });
});

describe('an emulator with redirectUrls', () => {
  const listed = 'https://www.example.com/in?from=mail';
  const emulator = emulatorUnderTest({ redirectUrls: [listed, callback] });
  const loginOrCreate = (body: object) =>
    call(emulator(), 'POST /v1/magic_links/email/login_or_create', body);

  it.each([
    ['the listed URL', listed, 200],
    ['the same without www', 'https://example.com/in?from=mail', 200],
    ['another listed URL', callback, 200],
    ['another path', 'https://www.example.com/out?from=mail', 400],
    ['another query', 'https://www.example.com/in?from=chat', 400],
    ['no query', 'https://www.example.com/in', 400],
    ['another scheme', 'http://www.example.com/in?from=mail', 400],
    ['a loopback URL that is not listed', 'http://localhost:4000/', 400],
  ])('matches redirect URLs exactly: %s', async (_case, url, status) => {
    const response = await loginOrCreate({ email: 'a@example.com', login_magic_link_url: url });
    expect(response).toEqual(
      status === 200
        ? { status, body: expect.anything() }
        : refusal(400, 'no_match_for_provided_magic_link_url'),
    );
  });

  it('uses the first URL if the call has none', async () => {
    await loginOrCreate({ email: 'ada@example.com' });
    const hop = await fetch(emulator().messages.latest({ kind: 'link' })!.link, { redirect: 'manual' });
    expect(hop.headers.get('location')).toMatch(
      /^https:\/\/www\.example\.com\/in\?from=mail&stytch_token_type=/,
    );
  });

  it('requires a URL in the call if the list is empty', async () => {
    const bare = await startStytchEmulator({ redirectUrls: [] });
    expect(
      await call(bare, 'POST /v1/magic_links/email/login_or_create', { email: 'ada@example.com' }),
    ).toEqual(refusal(400, 'no_login_redirect_urls_set'));
    await bare.close();
  });

  it('rejects an entry that is not a URL', async () => {
    await expect(startStytchEmulator({ redirectUrls: ['example.com'] })).rejects.toMatchObject({
      code: 'emulator_options_invalid',
    });
  });
});
