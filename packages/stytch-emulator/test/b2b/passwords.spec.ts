import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call, callback } from '../emulator.js';
import { codeChallenge, createOrganization, discover, latestToken, verifier } from './sign-in-flow.js';

const ada = { organization_id: 'acme', email_address: 'ada@acme.example' };
const password = 'a long and unusual sentence';
const otherPassword = 'another long and unusual sentence';

describe('passwords of members', () => {
  const emulator = b2bEmulatorUnderTest();
  const passwords = () => b2bSdkClient(emulator()).passwords;
  const authenticate = (body: object) => call(emulator(), 'POST /v1/b2b/passwords/authenticate', body);
  const wrong = b2bRefusal(401, 'unauthorized_credentials');

  beforeEach(() => createOrganization(emulator(), ada.email_address, { organization_name: 'Acme' }));

  async function reset(to = password): Promise<void> {
    await passwords().email.resetStart(ada);
    await passwords().email.reset({
      password_reset_token: latestToken(emulator(), ada.email_address),
      password: to,
    });
  }

  it('are set by email, by the browser that requested it, and end the sessions of the member', async () => {
    const started = await passwords().email.resetStart({ ...ada, code_challenge: codeChallenge });
    expect(started).toMatchObject({ member_email_id: expect.any(String), member: { status: 'active' } });
    const message = emulator().messages.latest({ kind: 'link' })!;
    expect(message).toMatchObject({ type: 'password_reset', organization: { slug: 'acme' } });
    const hop = await fetch(message.link, { redirect: 'manual' });
    expect(hop.headers.get('location')).toBe(
      `${callback}?slug=acme&stytch_token_type=multi_tenant_passwords&token=${message.token}`,
    );

    const password_reset_token = message.token;
    expect(
      await call(emulator(), 'POST /v1/b2b/passwords/email/reset', { password_reset_token, password }),
    ).toEqual(b2bRefusal(400, 'pkce_expected_code_verifier'));
    const done = await passwords().email.reset({
      password_reset_token,
      password,
      code_verifier: verifier,
    });
    expect(done).toMatchObject({
      member_authenticated: true,
      member: { member_password_id: expect.any(String) },
    });
    expect(emulator().sessions.list()).toEqual([
      expect.objectContaining({
        authentication_factors: [expect.objectContaining({ type: 'password', delivery_method: 'knowledge' })],
      }),
    ]);
    expect(
      await call(emulator(), 'POST /v1/b2b/passwords/email/reset', { password_reset_token, password }),
    ).toEqual(b2bRefusal(401, 'unable_to_auth_password_reset_token'));
  });

  it('have a link in the same email that signs in without one', async () => {
    await passwords().email.resetStart(ada);
    const { loginLink = '' } = emulator().messages.latest({ kind: 'link' })!;
    const hop = await fetch(loginLink, { redirect: 'manual' });
    const location = new URL(hop.headers.get('location') ?? '');
    expect(location.searchParams.get('stytch_token_type')).toBe('multi_tenant_magic_links');
    const { magicLinks } = b2bSdkClient(emulator());
    const signedIn = await magicLinks.authenticate({
      magic_links_token: location.searchParams.get('token') ?? '',
    });
    expect(signedIn.member_authenticated).toBe(true);
  });

  it('sign in, count wrong ones, and must be strong', async () => {
    expect(await authenticate({ ...ada, password })).toEqual(b2bRefusal(404, 'member_password_not_found'));
    await reset();
    expect(await passwords().authenticate({ ...ada, password })).toMatchObject({
      member_authenticated: true,
    });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await authenticate({ ...ada, password: otherPassword })).toEqual(wrong);
    }
    expect(await authenticate({ ...ada, password })).toEqual(b2bRefusal(429, 'user_lock_limit_reached'));
  });

  it('are rated', async () => {
    expect(await passwords().strengthCheck({ password: 'Tr0ub4dor&3' })).toEqual({
      breach_detection_on_create: true,
      breached_password: true,
      luds_feedback: null,
      request_id: expect.any(String),
      score: expect.any(Number),
      status_code: 200,
      strength_policy: 'zxcvbn',
      valid_password: false,
      zxcvbn_feedback: { suggestions: expect.any(Array), warning: expect.any(String) },
    });
  });

  it('are changed with the existing one', async () => {
    await reset();
    await passwords().existingPassword.reset({
      ...ada,
      existing_password: password,
      new_password: otherPassword,
    });
    expect(await authenticate({ ...ada, password })).toEqual(wrong);
    expect((await authenticate({ ...ada, password: otherPassword })).status).toBe(200);
  });

  it('are changed with a session that is younger than five minutes', async () => {
    await reset();
    const { session_token } = await passwords().authenticate({ ...ada, password });
    const body = { organization_id: 'acme', session_token, password: otherPassword };
    expect(await passwords().sessions.reset(body)).toMatchObject({
      session_token,
      member_authenticated: true,
    });

    emulator().clock.advance({ minutes: 6 });
    expect(await call(emulator(), 'POST /v1/b2b/passwords/session/reset', body)).toEqual(
      b2bRefusal(401, 'session_too_old_to_reset_password'),
    );
  });

  it('are migrated with their hash, and verify the address', async () => {
    const migrated = await passwords().migrate({
      organization_id: 'acme',
      email_address: 'bob@acme.example',
      hash: '5f4dcc3b5aa765d61d8327deb882cf99',
      hash_type: 'md_5',
    });
    expect(migrated).toMatchObject({
      member_created: true,
      member: { status: 'active', email_address_verified: true },
    });
    // A breached password must be reset, even if it is right.
    expect(await authenticate({ ...ada, email_address: 'bob@acme.example', password: 'password' })).toEqual(
      b2bRefusal(401, 'member_reset_password'),
    );
  });

  it('can be required to be reset', async () => {
    await reset();
    expect(await passwords().email.requireReset(ada)).toMatchObject({ member: { status: 'active' } });
    expect(await authenticate({ ...ada, password })).toEqual(b2bRefusal(401, 'member_reset_password'));
    await reset(otherPassword);
    expect((await authenticate({ ...ada, password: otherPassword })).status).toBe(200);
  });

  it('start discovery, and are set for all organizations of an address', async () => {
    const { email_address } = ada;
    await createOrganization(emulator(), email_address, { organization_name: 'Globex' });
    await passwords().discovery.email.resetStart({ email_address, pkce_code_challenge: codeChallenge });
    const password_reset_token = latestToken(emulator(), email_address);
    const afterReset = await passwords().discovery.email.reset({
      password_reset_token,
      password,
      pkce_code_verifier: verifier,
    });
    expect(afterReset.discovered_organizations).toHaveLength(2);

    expect(
      await call(emulator(), 'POST /v1/b2b/passwords/discovery/authenticate', {
        email_address,
        password: otherPassword,
      }),
    ).toEqual(wrong);
    const { intermediate_session_token } = await passwords().discovery.authenticate({
      email_address,
      password,
    });
    const { discovery } = b2bSdkClient(emulator());
    const joined = await discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'globex',
    });
    expect(joined).toMatchObject({
      member_authenticated: true,
      organization: { organization_slug: 'globex' },
    });
  });

  it('do not create an organization without a proof of the address', async () => {
    await reset();
    const { discovery } = b2bSdkClient(emulator());
    const { intermediate_session_token } = await passwords().discovery.authenticate({
      email_address: ada.email_address,
      password,
    });
    const created = await discovery.organizations.create({
      intermediate_session_token,
      organization_slug: 'globex',
    });
    expect(created).toMatchObject({
      member_authenticated: false,
      session_token: '',
      session_jwt: '',
      member_session: null,
      intermediate_session_token,
      primary_required: {
        allowed_auth_methods: ['magic_link', 'email_otp', 'google_oauth', 'microsoft_oauth'],
      },
      member: { status: 'pending' },
    });
    expect(emulator().sessions.list()).toHaveLength(1);

    // The missing proof completes the sign-in.
    const { magicLinks } = b2bSdkClient(emulator());
    await magicLinks.email.loginOrSignup({ ...ada, organization_id: 'globex' });
    const completed = await magicLinks.authenticate({
      magic_links_token: latestToken(emulator(), ada.email_address),
      intermediate_session_token,
    });
    expect(completed).toMatchObject({ member_authenticated: true, intermediate_session_token: '' });
    expect(completed.member_session?.authentication_factors.map(({ type }) => type)).toEqual([
      'password',
      'magic_link',
    ]);
    expect(
      await call(emulator(), 'POST /v1/b2b/discovery/organizations', { intermediate_session_token }),
    ).toEqual(b2bRefusal(404, 'intermediate_session_not_found'));
  });

  it('are not set for an address without a member', async () => {
    expect(
      await call(emulator(), 'POST /v1/b2b/passwords/discovery/email/reset/start', {
        email_address: 'bob@example.com',
      }),
    ).toEqual(b2bRefusal(404, 'email_not_found'));
    expect((await discover(emulator(), 'bob@example.com')).discovered_organizations).toEqual([]);
  });
});
