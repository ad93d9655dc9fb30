import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call, callback } from '../emulator.js';
import { codeChallenge, createOrganization, discover, latestToken, verifier } from './sign-in-flow.js';

const id = (prefix: string): unknown => expect.stringMatching(new RegExp(`^${prefix}-test-[0-9a-f-]{36}$`));

describe('magic links of an organization', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const loginOrSignup = (body: object) =>
    call(emulator(), 'POST /v1/b2b/magic_links/email/login_or_signup', body);
  const authenticate = (body: object) => call(emulator(), 'POST /v1/b2b/magic_links/authenticate', body);
  const acme = (options: Parameters<typeof createOrganization>[2] = {}) =>
    createOrganization(emulator(), 'ada@acme.example', { organization_name: 'Acme', ...options });

  it('sign an active member in, with the slug beside the token', async () => {
    const { organization, member_id } = await acme();
    const sent = await client().magicLinks.email.loginOrSignup({
      organization_id: 'acme',
      email_address: 'ADA@acme.example',
      pkce_code_challenge: codeChallenge,
    });
    expect(sent).toEqual({
      member: expect.objectContaining({ member_id, status: 'active' }),
      member_created: false,
      member_id,
      organization,
      request_id: id('request-id'),
      status_code: 200,
    });

    const message = emulator().messages.latest({ to: 'ada@acme.example', kind: 'link' })!;
    expect(message).toMatchObject({
      type: 'magic_link_login',
      subject: 'Log in to Acme',
      organization: { name: 'Acme', slug: 'acme' },
    });
    const hop = await fetch(message.link, { redirect: 'manual' });
    expect(hop.headers.get('location')).toBe(
      `${callback}?slug=acme&stytch_token_type=multi_tenant_magic_links&token=${message.token}`,
    );

    const signedIn = await client().magicLinks.authenticate({
      magic_links_token: message.token,
      pkce_code_verifier: verifier,
      session_duration_minutes: 30,
      session_custom_claims: { plan: 'free' },
    });
    expect(signedIn).toEqual({
      intermediate_session_token: '',
      intermediate_session_token_expires_at: null,
      member: expect.objectContaining({ member_id, email_address_verified: true }),
      member_authenticated: true,
      member_device: null,
      member_id,
      member_session: expect.objectContaining({
        member_id,
        organization_slug: 'acme',
        custom_claims: { plan: 'free' },
        authentication_factors: [
          expect.objectContaining({
            type: 'magic_link',
            delivery_method: 'email',
            email_factor: { email_id: signedIn.method_id, email_address: 'ada@acme.example' },
          }),
        ],
      }),
      method_id: id('email'),
      mfa_required: null,
      organization,
      organization_id: organization.organization_id,
      primary_required: null,
      request_id: id('request-id'),
      reset_sessions: false,
      session_jwt: expect.any(String),
      session_token: expect.any(String),
      status_code: 200,
    });
  });

  it('work once, with the verifier of the browser that requested them', async () => {
    await acme();
    await loginOrSignup({
      organization_id: 'acme',
      email_address: 'ada@acme.example',
      pkce_code_challenge: codeChallenge,
    });
    const magic_links_token = latestToken(emulator(), 'ada@acme.example');

    expect(await authenticate({ magic_links_token })).toEqual(b2bRefusal(400, 'pkce_expected_code_verifier'));
    expect(await authenticate({ magic_links_token, pkce_code_verifier: 'b'.repeat(64) })).toEqual(
      b2bRefusal(400, 'pkce_mismatch'),
    );
    expect((await authenticate({ magic_links_token, pkce_code_verifier: verifier })).status).toBe(200);
    expect(await authenticate({ magic_links_token, pkce_code_verifier: verifier })).toEqual(
      b2bRefusal(401, 'unable_to_auth_magic_link'),
    );
    expect(await authenticate({ magic_links_token: 'unknown' })).toEqual(
      b2bRefusal(404, 'magic_link_not_found'),
    );
  });

  it('expire after an hour', async () => {
    await acme();
    await loginOrSignup({ organization_id: 'acme', email_address: 'ada@acme.example' });
    emulator().clock.advance({ minutes: 60 });
    expect(await authenticate({ magic_links_token: latestToken(emulator(), 'ada@acme.example') })).toEqual(
      b2bRefusal(401, 'unable_to_auth_magic_link'),
    );
  });

  it('do not sign in with the token of discovery, nor the reverse', async () => {
    await acme();
    await client().magicLinks.email.discovery.send({ email_address: 'ada@acme.example' });
    const discoveryToken = latestToken(emulator(), 'ada@acme.example');
    await loginOrSignup({ organization_id: 'acme', email_address: 'ada@acme.example' });
    const token = latestToken(emulator(), 'ada@acme.example');

    expect(await authenticate({ magic_links_token: discoveryToken })).toEqual(
      b2bRefusal(404, 'magic_link_not_found'),
    );
    expect(
      await call(emulator(), 'POST /v1/b2b/magic_links/discovery/authenticate', {
        discovery_magic_links_token: token,
      }),
    ).toEqual(b2bRefusal(404, 'magic_link_not_found'));
  });

  it('let people with an allowed email domain join', async () => {
    await acme({ email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['acme.example'] });

    const sent = await loginOrSignup({ organization_id: 'acme', email_address: 'bob@acme.example' });
    expect(sent.body).toMatchObject({ member_created: true, member: { status: 'pending' } });
    expect(emulator().messages.latest()).toMatchObject({ type: 'magic_link_signup', subject: 'Join Acme' });

    const joined = await authenticate({ magic_links_token: latestToken(emulator(), 'bob@acme.example') });
    expect(joined.body).toMatchObject({
      member_authenticated: true,
      member: { status: 'active', email_address_verified: true },
    });
  });

  it.each<[string, Parameters<typeof createOrganization>[2], string]>([
    ['without JIT provisioning', {}, 'email_jit_provisioning_not_allowed'],
    [
      'for other domains',
      { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['other.example'] },
      'invalid_email_for_jit_provisioning',
    ],
    [
      'if the organization does not allow magic links',
      { auth_methods: 'RESTRICTED', allowed_auth_methods: ['google_oauth'] },
      'operation_restricted_by_organization_auth_methods',
    ],
  ])('are not sent to new people %s', async (_case, options, errorType) => {
    await acme(options);
    emulator().messages.clear();
    expect(await loginOrSignup({ organization_id: 'acme', email_address: 'bob@acme.example' })).toEqual(
      b2bRefusal(400, errorType),
    );
    expect(emulator().messages.list()).toEqual([]);
  });
});

describe('invitations', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const invite = (body: object) => call(emulator(), 'POST /v1/b2b/magic_links/email/invite', body);

  it('create an invited member, who becomes active in any browser within a week', async () => {
    const { member_id, organization } = await createOrganization(emulator(), 'ada@acme.example', {
      organization_name: 'Acme',
    });
    const invited = await client().magicLinks.email.invite({
      organization_id: 'acme',
      email_address: 'bob@example.com',
      invited_by_member_id: member_id,
      name: 'Bob',
      roles: ['stytch_admin'],
    });
    expect(invited).toEqual({
      member: expect.objectContaining({ status: 'invited', name: 'Bob', is_admin: true }),
      member_id: id('member'),
      organization,
      request_id: id('request-id'),
      status_code: 200,
    });
    expect(emulator().messages.latest()).toMatchObject({
      to: 'bob@example.com',
      type: 'magic_link_invite',
      subject: 'You have been invited to Acme',
      organization: { name: 'Acme', slug: 'acme' },
    });

    emulator().clock.advance({ hours: 24 * 6 });
    const magic_links_token = latestToken(emulator(), 'bob@example.com');
    const accepted = await client().magicLinks.authenticate({ magic_links_token });
    expect(accepted).toMatchObject({ member_authenticated: true, member: { status: 'active' } });
  });

  it('are sent for a member who has the permission to create members', async () => {
    await emulator().organizations.create({ name: 'Acme' });
    const inviteAs = async (roles: string[]) => {
      const { session_jwt } = await emulator().sessions.create({
        organization: 'acme',
        email: 'ada@acme.example',
        roles,
      });
      return client().magicLinks.email.invite(
        { organization_id: 'acme', email_address: 'bob@example.com' },
        { authorization: { session_jwt } },
      );
    };
    await expect(inviteAs([])).rejects.toMatchObject({ error_type: 'session_authorization_error' });
    expect(await inviteAs(['stytch_admin'])).toMatchObject({ member: { status: 'invited' } });
  });

  it('make a pending member invited, and are refused for an active one', async () => {
    await createOrganization(emulator(), 'ada@acme.example', {
      organization_name: 'Acme',
      email_jit_provisioning: 'RESTRICTED',
      email_allowed_domains: ['acme.example'],
    });
    const organization_id = 'acme';
    await client().magicLinks.email.loginOrSignup({ organization_id, email_address: 'bob@acme.example' });

    const { body } = await invite({ organization_id, email_address: 'bob@acme.example' });
    expect(body).toMatchObject({ member: { status: 'invited' } });
    expect(await invite({ organization_id, email_address: 'ada@acme.example' })).toEqual(
      b2bRefusal(400, 'duplicate_member_email'),
    );
  });

  it.each([
    ['NOT_ALLOWED', 'bob@acme.example'],
    ['RESTRICTED', 'bob@example.com'],
  ])('are refused if email_invites is %s, for %s', async (email_invites, email_address) => {
    await createOrganization(emulator(), 'ada@acme.example', {
      organization_name: 'Acme',
      email_invites,
      email_allowed_domains: ['acme.example'],
    });
    expect(await invite({ organization_id: 'acme', email_address })).toEqual(
      b2bRefusal(400, 'invalid_email_for_invites'),
    );
  });

  it('appear in the discovery of the invited person, who accepts by joining', async () => {
    await createOrganization(emulator(), 'ada@acme.example', { organization_name: 'Acme' });
    await invite({ organization_id: 'acme', email_address: 'bob@example.com' });
    const { intermediate_session_token, discovered_organizations } = await discover(
      emulator(),
      'bob@example.com',
    );
    expect(discovered_organizations).toEqual([
      expect.objectContaining({
        member_authenticated: true,
        membership: expect.objectContaining({ type: 'invited_member' }),
      }),
    ]);
    const joined = await client().discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'acme',
    });
    expect(joined).toMatchObject({ member_authenticated: true, member: { status: 'active' } });
  });
});
