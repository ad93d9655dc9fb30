import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call } from '../emulator.js';
import { choose } from '../oauth-flow.js';
import { discover, discoveryOAuthToken, latestCode, latestToken, startOAuth } from './sign-in-flow.js';

const bob = 'bob@acme.example';

describe('what an organization requires of people who sign in', () => {
  const emulator = b2bEmulatorUnderTest();
  const client = () => b2bSdkClient(emulator());
  const acme = (settings: object, members: object[] = []) =>
    emulator().organizations.create({ name: 'Acme', settings, members } as { name: string });
  const signIn = async (options: { intermediate_session_token?: string } = {}) => {
    await client().magicLinks.email.loginOrSignup({ organization_id: 'acme', email_address: bob });
    return client().magicLinks.authenticate({
      magic_links_token: latestToken(emulator(), bob),
      ...options,
    });
  };
  const exchange = async () => {
    const { intermediate_session_token } = await discover(emulator(), bob);
    return client().discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'acme',
    });
  };

  it('lets somebody join by an email domain of which a member has a verified address', async () => {
    const settings = { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['acme.example'] };
    await acme(settings);
    expect((await discover(emulator(), bob)).discovered_organizations).toEqual([]);

    await emulator().sessions.create({ organization: 'acme', email: 'ada@acme.example' });
    expect((await discover(emulator(), bob)).discovered_organizations).toEqual([
      {
        member_authenticated: true,
        membership: {
          type: 'eligible_to_join_by_email_domain',
          details: { domain: 'acme.example' },
          member: null,
        },
        mfa_required: null,
        organization: expect.objectContaining({ organization_slug: 'acme' }),
        primary_required: null,
      },
    ]);
    expect(await exchange()).toMatchObject({
      member_authenticated: true,
      member: { email_address: bob, status: 'active', email_address_verified: true },
    });
    expect((await discover(emulator(), bob)).discovered_organizations).toMatchObject([
      { membership: { type: 'active_member' } },
    ]);
  });

  it('lets somebody join by the workspace of an account, after the address was verified', async () => {
    await acme({
      oauth_tenant_jit_provisioning: 'RESTRICTED',
      allowed_oauth_tenants: { slack: ['T1'] },
    });
    const discovered = await client().oauth.discovery.authenticate({
      discovery_oauth_token: await discoveryOAuthToken(emulator(), bob, { tenant: 'T1' }, 'slack'),
    });
    expect(discovered).toMatchObject({
      provider_type: 'Slack',
      provider_tenant_id: 'T1',
      provider_tenant_ids: ['T1'],
      discovered_organizations: [
        {
          member_authenticated: false,
          membership: {
            type: 'eligible_to_join_by_oauth_tenant',
            details: { provider: 'slack', tenant_id: 'T1' },
          },
          primary_required: {
            allowed_auth_methods: ['magic_link', 'email_otp', 'google_oauth', 'microsoft_oauth'],
          },
        },
      ],
    });
    const { intermediate_session_token } = discovered;
    const exchanged = await client().discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'acme',
    });
    expect(exchanged).toMatchObject({
      member_authenticated: false,
      intermediate_session_token,
      member: { status: 'pending' },
    });
    expect(await signIn({ intermediate_session_token })).toMatchObject({
      member_authenticated: true,
      member: { status: 'active', oauth_registrations: [{ provider_type: 'Slack' }] },
    });
  });

  it.each([
    [
      'no workspaces',
      { oauth_tenant_jit_provisioning: 'NOT_ALLOWED' },
      'oauth_tenant_jit_provisioning_not_allowed',
    ],
    [
      'other workspaces',
      { oauth_tenant_jit_provisioning: 'RESTRICTED', allowed_oauth_tenants: { slack: ['T2'] } },
      'invalid_oauth_tenant_for_jit_provisioning',
    ],
  ])('refuses people of a workspace if it allows %s', async (_case, settings, errorType) => {
    await acme(settings);
    const page = await startOAuth(emulator(), 'start', { slug: 'acme' }, 'slack');
    const redirect = await choose(page, { email: bob, tenant: 'T1' });
    const oauth_token = redirect.searchParams.get('token');
    expect(await call(emulator(), 'POST /v1/b2b/oauth/authenticate', { oauth_token })).toEqual(
      b2bRefusal(400, errorType),
    );
  });

  it('asks for one of its methods, and keeps what was proven until then', async () => {
    await acme({ auth_methods: 'RESTRICTED', allowed_auth_methods: ['google_oauth', 'password'] }, [
      { email: bob },
    ]);
    const incomplete = await exchange();
    expect(incomplete).toMatchObject({
      member_authenticated: false,
      session_token: '',
      session_jwt: '',
      member_session: null,
      primary_required: { allowed_auth_methods: ['google_oauth', 'password'] },
      mfa_required: null,
    });
    expect(emulator().sessions.list()).toEqual([]);

    const redirect = await choose(await startOAuth(emulator(), 'start', { slug: 'acme' }), { email: bob });
    const completed = await client().oauth.authenticate({
      oauth_token: redirect.searchParams.get('token') ?? '',
      intermediate_session_token: incomplete.intermediate_session_token,
    });
    expect(completed).toMatchObject({ member_authenticated: true, intermediate_session_token: '' });
    expect(completed.member_session?.authentication_factors.map(({ type }) => type)).toEqual([
      'magic_link',
      'oauth',
    ]);
  });

  it('asks for a second factor, except of somebody who has a session', async () => {
    await acme({ mfa_policy: 'REQUIRED_FOR_ALL' }, [{ email: bob, mfaPhoneNumber: '+12025550123' }]);
    expect(await signIn()).toMatchObject({
      member_authenticated: false,
      session_token: '',
      primary_required: null,
      mfa_required: {
        member_options: { mfa_phone_number: '+12025550123', totp_registration_id: '' },
        secondary_auth_initiated: null,
      },
    });
    expect((await discover(emulator(), bob)).discovered_organizations).toMatchObject([
      { member_authenticated: false, primary_required: null },
    ]);

    const { session_token } = await emulator().sessions.create({ organization: 'acme', email: bob });
    await client().magicLinks.email.loginOrSignup({ organization_id: 'acme', email_address: bob });
    const renewed = await client().magicLinks.authenticate({
      magic_links_token: latestToken(emulator(), bob),
      session_token,
    });
    expect(renewed).toMatchObject({ member_authenticated: true, session_token });
  });

  it('lets members in emergencies sign in with any method', async () => {
    await acme({ auth_methods: 'RESTRICTED', allowed_auth_methods: ['sso'] }, [
      { email: bob, isBreakglass: true },
    ]);
    expect((await signIn()).member_authenticated).toBe(true);
  });

  it('refuses everybody while it is suspended', async () => {
    await acme({}, [{ email: bob }]);
    const { intermediate_session_token } = await discover(emulator(), bob);
    await emulator().organizations.update('acme', { suspended: true });
    const suspended = b2bRefusal(403, 'organization_suspended');
    const ofBob = { organization_id: 'acme', email_address: bob };
    expect(await call(emulator(), 'POST /v1/b2b/magic_links/email/login_or_signup', ofBob)).toEqual(
      suspended,
    );
    expect(await call(emulator(), 'POST /v1/b2b/otps/email/login_or_signup', ofBob)).toEqual(suspended);
    expect(
      await call(emulator(), 'POST /v1/b2b/discovery/intermediate_sessions/exchange', {
        intermediate_session_token,
        organization_id: 'acme',
      }),
    ).toEqual(suspended);
  });

  it('does not accept the intermediate session of another person', async () => {
    await acme({}, [{ email: bob }]);
    const { intermediate_session_token } = await discover(emulator(), 'eve@example.com');
    await client().magicLinks.email.loginOrSignup({ organization_id: 'acme', email_address: bob });
    expect(
      await call(emulator(), 'POST /v1/b2b/magic_links/authenticate', {
        magic_links_token: latestToken(emulator(), bob),
        intermediate_session_token,
      }),
    ).toEqual(b2bRefusal(400, 'invalid_intermediate_session_token_for_organization'));
  });

  it('adds a factor to a session of the member, and ignores the session of another one', async () => {
    await acme({}, [{ email: bob }]);
    const own = await emulator().sessions.create({ organization: 'acme', email: bob });
    const other = await emulator().sessions.create({ organization: 'acme', email: 'ada@acme.example' });
    const authenticate = async (session_token: string) => {
      const ofBob = { organization_id: 'acme', email_address: bob };
      await client().otps.email.loginOrSignup(ofBob);
      return client().otps.email.authenticate({
        ...ofBob,
        code: latestCode(emulator(), bob),
        session_token,
      });
    };
    const extended = await authenticate(own.session_token);
    expect(extended.session_token).toBe(own.session_token);
    expect(extended.member_session?.authentication_factors.map(({ type }) => type)).toEqual([
      'magic_link',
      'email_otp',
    ]);
    const separate = await authenticate(other.session_token);
    expect([own.session_token, other.session_token]).not.toContain(separate.session_token);
    expect(separate.member_id).toBe(own.member_id);
  });
});
