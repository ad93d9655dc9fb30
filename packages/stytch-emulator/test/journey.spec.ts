import { callback, emulatorUnderTest, policyWithRoles, sdkClient } from './emulator.js';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const id = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}-test-${uuid}$`));
const token: unknown = expect.stringMatching(/^[\w-]{44}$/);
const timestamp: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe('Stytch’s Node SDK with the emulator as its env', () => {
  const emulator = emulatorUnderTest();
  const client = () => sdkClient(emulator());

  it('signs up by magic link, then authenticates, extends and revokes the session', async () => {
    const { magicLinks, sessions } = client();

    const sent = await magicLinks.email.loginOrCreate({
      email: 'ada@example.com',
      login_magic_link_url: callback,
      signup_magic_link_url: callback,
    });
    expect(sent).toEqual({
      email_id: id('email'),
      request_id: id('request-id'),
      status_code: 200,
      user_created: true,
      user_id: id('user'),
    });

    const message = await emulator().messages.wait({ to: 'ada@example.com', kind: 'link' });
    expect(message).toEqual({
      id: id('message'),
      kind: 'link',
      to: 'ada@example.com',
      channel: 'email',
      type: 'magic_link_signup',
      subject: 'Confirm your email address',
      link: `${emulator().url}/v1/magic_links/redirect?public_token=${emulator().publicToken}&stytch_token_type=magic_links&token=${message.token}`,
      token,
      code: null,
      createdAt: timestamp,
    });

    const hop = await fetch(message.link, { redirect: 'manual' });
    expect(hop.status).toBe(302);
    expect(hop.headers.get('location')).toBe(
      `${callback}?stytch_token_type=magic_links&token=${message.token}`,
    );

    const signedIn = await magicLinks.authenticate({ token: message.token, session_duration_minutes: 60 });
    const user = {
      biometric_registrations: [],
      created_at: timestamp,
      crypto_wallets: [],
      emails: [{ email: 'ada@example.com', email_id: sent.email_id, verified: true }],
      external_id: null,
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
      name: { first_name: '', last_name: '', middle_name: '' },
      password: null,
      phone_numbers: [],
      providers: [],
      roles: ['stytch_user'],
      status: 'active',
      totps: [],
      trusted_metadata: {},
      untrusted_metadata: {},
      user_id: sent.user_id,
      webauthn_registrations: [],
    };
    const session = {
      attributes: { ip_address: '', user_agent: '' },
      authentication_factors: [
        {
          created_at: timestamp,
          delivery_method: 'email',
          email_factor: { email_address: 'ada@example.com', email_id: sent.email_id },
          last_authenticated_at: timestamp,
          type: 'magic_link',
          updated_at: timestamp,
        },
      ],
      custom_claims: {},
      expires_at: timestamp,
      last_accessed_at: timestamp,
      roles: ['stytch_user'],
      session_id: id('session'),
      started_at: timestamp,
      user_id: sent.user_id,
    };
    expect(signedIn).toEqual({
      method_id: sent.email_id,
      request_id: id('request-id'),
      reset_sessions: false,
      session,
      session_jwt: expect.any(String),
      session_token: token,
      status_code: 200,
      user,
      user_device: null,
      user_id: sent.user_id,
    });

    const local = await sessions.authenticateJwtLocal({ session_jwt: signedIn.session_jwt });
    expect(local.session_id).toBe(signedIn.session?.session_id);
    expect(local.roles).toEqual(['stytch_user']);

    emulator().clock.advance({ minutes: 10 });
    const extended = await sessions.authenticate({
      session_token: signedIn.session_token,
      session_duration_minutes: 120,
    });
    expect(extended).toEqual({
      request_id: id('request-id'),
      session,
      session_jwt: expect.any(String),
      session_token: signedIn.session_token,
      status_code: 200,
      user,
      verdict: null,
    });
    expect(Date.parse(extended.session.expires_at!) - Date.parse(extended.session.last_accessed_at!)).toBe(
      120 * 60_000,
    );

    const live = await sessions.get({ user_id: sent.user_id });
    expect(live.sessions).toEqual([extended.session]);

    expect(await sessions.revoke({ session_id: extended.session.session_id })).toEqual({
      request_id: id('request-id'),
      status_code: 200,
    });
    await expect(sessions.authenticate({ session_token: signedIn.session_token })).rejects.toMatchObject({
      status_code: 404,
      error_type: 'session_not_found',
    });
  });

  it('verifies an unexpired JWT without a call to sessions/authenticate', async () => {
    const { session_jwt: jwt, session_id: sessionId } = await emulator().sessions.create({
      email: 'ada@example.com',
    });
    emulator().requests.clear();

    const { session } = await client().sessions.authenticateJwt({ session_jwt: jwt });

    expect(session.session_id).toBe(sessionId);
    expect(
      emulator()
        .requests.list()
        .map(({ method, path }) => `${method} ${path}`),
    ).toEqual([`GET /v1/sessions/jwks/${emulator().projectId}`]);
  });

  it('creates, reads, updates, searches and deletes users', async () => {
    const { users } = client();
    await emulator().rbac.setPolicy(policyWithRoles('admin'));
    const created = await users.create({
      email: 'grace@example.com',
      name: { first_name: 'Grace', last_name: 'Hopper' },
      roles: ['admin'],
      trusted_metadata: { plan: 'pro' },
    });
    const { user_id } = created;

    expect((await users.get({ user_id })).trusted_metadata).toEqual({ plan: 'pro' });
    expect((await users.update({ user_id, name: { middle_name: 'Brewster' } })).user.name).toEqual({
      first_name: 'Grace',
      middle_name: 'Brewster',
      last_name: 'Hopper',
    });
    const found = await users.search({
      query: {
        operator: 'AND',
        operands: [{ filter_name: 'email_address', filter_value: ['GRACE@example.com'] }],
      },
    });
    expect(found.results.map((user) => user.user_id)).toEqual([user_id]);
    expect(await users.delete({ user_id })).toEqual({
      request_id: id('request-id'),
      status_code: 200,
      user_id,
    });
    await expect(users.get({ user_id })).rejects.toMatchObject({ error_type: 'user_not_found' });
  });
});

describe('Stytch’s REST quickstart', () => {
  const emulator = emulatorUnderTest();

  // JSON bodies, and Basic authorization with project_id and secret.
  const post = async (path: string, payload: object) => {
    const response = await fetch(emulator().url + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${btoa(`${emulator().projectId}:${emulator().secret}`)}`,
      },
      body: JSON.stringify(payload),
    });
    return (await response.json()) as Record<string, unknown>;
  };

  it('sends a link, exchanges its token for a session, and authenticates the session JWT', async () => {
    const sent = await post('/v1/magic_links/email/login_or_create', {
      email: 'ada@example.com',
      login_magic_link_url: callback,
      signup_magic_link_url: callback,
    });
    expect(sent['status_code']).toBe(200);

    const { token: mailed } = await emulator().messages.wait({ to: 'ada@example.com', kind: 'link' });
    const { session_jwt } = await post('/v1/magic_links/authenticate', {
      token: mailed,
      session_duration_minutes: 60,
    });
    const checked = await post('/v1/sessions/authenticate', { session_jwt });

    expect(checked).toMatchObject({ status_code: 200, user: { user_id: sent['user_id'] } });
  });
});
