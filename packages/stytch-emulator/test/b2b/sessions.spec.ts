import { type StytchB2BEmulator } from 'stytch-emulator';
import { b2bEmulatorUnderTest, b2bRefusal, call, claimsOf } from '../emulator.js';

const emulator = b2bEmulatorUnderTest({
  seed: {
    organizations: [
      { name: 'Acme', slug: 'acme', members: [{ email: 'ada@example.com', name: 'Ada', roles: ['editor'] }] },
      { name: 'Globex', slug: 'globex', members: [{ email: 'ada@example.com', status: 'invited' }] },
      {
        name: 'Restricted',
        slug: 'restricted',
        settings: { auth_methods: 'RESTRICTED', allowed_auth_methods: ['google_oauth'] },
        members: [{ email: 'ada@example.com' }, { email: 'grace@example.com', isBreakglass: true }],
      },
      {
        name: 'Careful',
        slug: 'careful',
        settings: { mfa_policy: 'REQUIRED_FOR_ALL' },
        members: [
          { email: 'ada@example.com', mfaPhoneNumber: '+12025550123' },
          { email: 'grace@example.com' },
        ],
      },
    ],
    rbacPolicy: {
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      roles: [{ role_id: 'editor', permissions: [{ resource_id: 'documents', actions: ['write'] }] }],
    },
  },
});

const sessionOf = (email: string, organization = 'acme') =>
  emulator().sessions.create({ organization, email });

const exchange = (session_token: string, organization_id: string, extra: object = {}) =>
  call(emulator(), 'POST /v1/b2b/sessions/exchange', { session_token, organization_id, ...extra });

describe('the session of a member', () => {
  it('has a JWT with the member, the organization and the roles', async () => {
    const { session_jwt, member_session, member, organization } = await sessionOf('ada@example.com');
    const claims = claimsOf(session_jwt);
    expect(claims).toEqual({
      aud: [emulator().projectId],
      exp: claims.iat + 300,
      iat: claims.iat,
      iss: `stytch.com/${emulator().projectId}`,
      nbf: claims.iat,
      sub: member.member_id,
      'https://stytch.com/organization': { organization_id: organization.organization_id, slug: 'acme' },
      'https://stytch.com/session': {
        id: member_session.member_session_id,
        started_at: member_session.started_at,
        last_accessed_at: member_session.last_accessed_at,
        expires_at: member_session.expires_at,
        attributes: { ip_address: '', user_agent: '' },
        authentication_factors: [
          {
            type: 'magic_link',
            delivery_method: 'email',
            last_authenticated_at: member_session.started_at,
            email_factor: {
              email_id: expect.stringMatching(/^email-test-/),
              email_address: 'ada@example.com',
            },
          },
        ],
        roles: ['stytch_member', 'editor'],
      },
    });
    expect(member_session.member_session_id).toMatch(/^member-session-test-/);
    expect(member.member_id).toMatch(/^member-test-/);
  });

  it.each(['session_token', 'session_jwt'] as const)(
    'is authenticated and extended by its %s',
    async (field) => {
      const created = await sessionOf('ada@example.com');
      emulator().clock.advance({ minutes: 10 });
      const { status, body } = await call(emulator(), 'POST /v1/b2b/sessions/authenticate', {
        [field]: created[field],
        session_duration_minutes: 120,
        session_custom_claims: { plan: 'pro' },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        member: { member_id: created.member_id, name: 'Ada' },
        organization: { organization_slug: 'acme' },
        session_token: field === 'session_token' ? created.session_token : '',
        member_session: {
          member_session_id: created.member_session_id,
          organization_slug: 'acme',
          custom_claims: { plan: 'pro' },
        },
        verdict: null,
      });
      expect(minutesOf(body.member_session!)).toBe(120);
      expect(claimsOf(body.session_jwt)).toMatchObject({ plan: 'pro' });
    },
  );

  it('carries the new slug after the organization was renamed', async () => {
    const { session_token } = await sessionOf('ada@example.com');
    await emulator().organizations.update('acme', { slug: 'acme-inc' });
    const { body } = await call(emulator(), 'POST /v1/b2b/sessions/authenticate', { session_token });
    expect(body.member_session).toMatchObject({ organization_slug: 'acme-inc' });
    expect(claimsOf(body.session_jwt)).toMatchObject({
      'https://stytch.com/organization': { slug: 'acme-inc' },
    });
  });

  it('is refused while the organization is suspended', async () => {
    const { session_token } = await sessionOf('ada@example.com');
    await emulator().organizations.update('acme', { suspended: true });
    expect(await call(emulator(), 'POST /v1/b2b/sessions/authenticate', { session_token })).toEqual(
      b2bRefusal(403, 'organization_suspended'),
    );
  });

  it('is listed for its member', async () => {
    const { member_id, member_session } = await sessionOf('ada@example.com');
    await sessionOf('ada@example.com', 'globex');
    const { body } = await call(
      emulator(),
      `GET /v1/b2b/sessions?organization_id=acme&member_id=${member_id}`,
    );
    expect(body.member_sessions).toEqual([member_session]);
  });

  it.each([
    ['neither token nor JWT', {}, 400, 'no_session_arguments'],
    ['a malformed token', { session_token: 'x' }, 400, 'invalid_session_token'],
    ['an unknown token', { session_token: 'x'.repeat(44) }, 404, 'session_not_found'],
    ['a JWT of nobody', { session_jwt: 'a.b.c' }, 400, 'unable_to_parse_session_jwt'],
  ])('is not authenticated with %s', async (_, body, status, errorType) => {
    expect(await call(emulator(), 'POST /v1/b2b/sessions/authenticate', body)).toEqual(
      b2bRefusal(status, errorType),
    );
  });
});

describe('authorization_check', () => {
  const check = async (authorization_check: object) => {
    const { session_token } = await sessionOf('ada@example.com');
    return call(emulator(), 'POST /v1/b2b/sessions/authenticate', { session_token, authorization_check });
  };

  it('returns the roles that permit the action', async () => {
    const { body } = await check({ organization_id: 'acme', resource_id: 'documents', action: 'write' });
    expect(body.verdict).toEqual({ authorized: true, granting_roles: ['editor'] });
  });

  it.each([
    [
      'an action that no role permits',
      { resource_id: 'documents', action: 'read' },
      'session_authorization_error',
    ],
    ['an unknown resource', { resource_id: 'reports', action: 'read' }, 'session_authorization_error'],
    [
      'another organization',
      { organization_id: 'globex', resource_id: 'documents', action: 'write' },
      'session_authorization_tenancy_error',
    ],
  ])('refuses %s', async (_, wanted, errorType) => {
    expect(await check({ organization_id: 'acme', ...wanted })).toEqual(b2bRefusal(403, errorType));
  });
});

describe('sessions/revoke', () => {
  it.each(['member_session_id', 'session_token', 'session_jwt'] as const)(
    'revokes the session with the %s',
    async (field) => {
      const session = await sessionOf('ada@example.com');
      const other = await sessionOf('ada@example.com');
      expect(
        await call(emulator(), 'POST /v1/b2b/sessions/revoke', { [field]: session[field] }),
      ).toMatchObject({
        status: 200,
      });
      expect(sessionIds(emulator())).toEqual([other.member_session_id]);
    },
  );

  it('revokes all sessions of a member', async () => {
    const { member_id } = await sessionOf('ada@example.com');
    await sessionOf('ada@example.com');
    const other = await sessionOf('ada@example.com', 'globex');
    await call(emulator(), 'POST /v1/b2b/sessions/revoke', { member_id });
    expect(sessionIds(emulator())).toEqual([other.member_session_id]);
  });

  it.each([
    [{}, 400, 'no_session_revoke_arguments'],
    [{ member_id: 'member-test-1', session_token: 'x' }, 400, 'too_many_session_revoke_arguments'],
    [{ member_id: 'member-test-1' }, 404, 'member_not_found'],
    [{ member_session_id: 'session-test-1' }, 400, 'invalid_session_id'],
  ])('refuses %j', async (body, status, errorType) => {
    expect(await call(emulator(), 'POST /v1/b2b/sessions/revoke', body)).toEqual(
      b2bRefusal(status, errorType),
    );
  });

  it('needs a permission on behalf of a member, who may revoke its own sessions', async () => {
    const ada = await sessionOf('ada@example.com');
    const eve = await sessionOf('eve@example.com');
    const revokeAs = (session_token: string, body: object) =>
      call(emulator(), 'POST /v1/b2b/sessions/revoke', body, { 'x-stytch-member-session': session_token });
    expect(await revokeAs(eve.session_token, { member_id: ada.member_id })).toEqual(
      b2bRefusal(403, 'session_authorization_error'),
    );
    expect(await revokeAs(ada.session_token, { member_id: ada.member_id })).toMatchObject({ status: 200 });
    expect(sessionIds(emulator())).toEqual([eve.member_session_id]);
  });
});

describe('sessions/exchange', () => {
  it('starts a session in another organization, where it accepts an invitation', async () => {
    const { session_token, member_session_id } = await sessionOf('ada@example.com');
    const { body } = await exchange(session_token, 'globex', { session_duration_minutes: 30 });
    expect(body).toMatchObject({
      member_authenticated: true,
      intermediate_session_token: '',
      organization: { organization_slug: 'globex' },
      member: { status: 'active', email_address_verified: true },
      primary_required: null,
      mfa_required: null,
    });
    expect(body.session_token).toHaveLength(44);
    expect(minutesOf(body.member_session!)).toBe(30);
    expect(sessionIds(emulator())).toEqual([member_session_id, body.member_session!.member_session_id]);
  });

  it('asks for another method if the organization does not allow the one that was used', async () => {
    const { session_token } = await sessionOf('ada@example.com');
    const { body } = await exchange(session_token, 'restricted');
    expect(body).toMatchObject({
      member_authenticated: false,
      session_token: '',
      session_jwt: '',
      member_session: null,
      primary_required: { allowed_auth_methods: ['google_oauth'] },
      mfa_required: null,
    });
    expect(body.intermediate_session_token).toHaveLength(44);
  });

  it('lets a break glass member use any method', async () => {
    const { session_token } = await sessionOf('grace@example.com');
    const { body } = await exchange(session_token, 'restricted');
    expect(body).toMatchObject({ member_authenticated: true });
  });

  it.each([
    ['ada@example.com', { mfa_phone_number: '+12025550123', totp_registration_id: '' }],
    ['grace@example.com', null],
  ])('asks %s for a second factor if the organization requires one', async (email, member_options) => {
    const { session_token } = await sessionOf(email);
    const { body } = await exchange(session_token, 'careful');
    expect(body).toMatchObject({
      member_authenticated: false,
      session_token: '',
      primary_required: null,
      mfa_required: { member_options, secondary_auth_initiated: null },
    });
  });

  it.each([
    ['an organization that the person is no member of', 'acme', 404, 'member_does_not_exist_in_organization'],
    ['an unknown organization', 'nowhere', 404, 'organization_not_found'],
  ])('refuses %s', async (_, organization, status, errorType) => {
    await emulator().organizations.create({ name: 'Other', slug: 'other' });
    const { session_token } = await sessionOf('eve@example.com', 'other');
    expect(await exchange(session_token, organization)).toEqual(b2bRefusal(status, errorType));
  });
});

function sessionIds({ sessions }: StytchB2BEmulator): string[] {
  return sessions.list().map(({ member_session_id }) => member_session_id);
}

/** How long the session lasts after its last access, which is exact. */
function minutesOf(session: { last_accessed_at: string; expires_at: string }): number {
  return (Date.parse(session.expires_at) - Date.parse(session.last_accessed_at)) / 60_000;
}
