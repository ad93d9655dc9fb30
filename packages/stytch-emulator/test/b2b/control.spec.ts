import { startStytchEmulator } from 'stytch-emulator';
import { b2bEmulatorUnderTest, callOAuth, claimsOf } from '../emulator.js';

const emulator = b2bEmulatorUnderTest({
  seed: {
    organizations: [
      {
        name: 'Acme Inc.',
        settings: { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['acme.example'] },
        members: [{ email: 'ada@acme.example', name: 'Ada', roles: ['stytch_admin'], password: 'anything' }],
      },
      { name: 'Globex', slug: 'globex', suspended: true },
    ],
  },
});

describe('the seed of a B2B project', () => {
  it('creates organizations with members', () => {
    expect(emulator().organizations.list()).toMatchObject([
      {
        organization_name: 'Acme Inc.',
        organization_slug: 'acme-inc',
        email_jit_provisioning: 'RESTRICTED',
        email_invites: 'ALL_ALLOWED',
        email_allowed_domains: ['acme.example'],
      },
      { organization_slug: 'globex' },
    ]);
    expect(emulator().members.list()).toMatchObject([
      {
        email_address: 'ada@acme.example',
        email_address_verified: true,
        status: 'active',
        is_admin: true,
        member_password_id: expect.stringMatching(/^member-password-test-/),
        roles: [
          { role_id: 'stytch_member', sources: [{ type: 'direct_assignment', details: {} }] },
          { role_id: 'stytch_admin', sources: [{ type: 'direct_assignment', details: {} }] },
        ],
      },
    ]);
  });

  it.each([
    [[{}], 'organizations[0].name must be a non-empty string'],
    [[{ name: 'A', memebers: [] }], 'organizations[0].memebers is unknown'],
    [
      [{ name: 'A', members: [{ email: 'x' }] }],
      'organizations[0].members[0].email must be an email address',
    ],
    [[{ name: 'A', slug: 'a b' }], 'A: organization_slug must be'],
    [
      [{ name: 'A', settings: { email_allowed_domains: ['gmail.com'] } }],
      'A: Anybody can have an address of gmail.com',
    ],
    [
      [
        { name: 'A', slug: 'aa', externalId: 'x' },
        { name: 'B', externalId: 'x' },
      ],
      'B: Another organization has',
    ],
  ])('is refused if it is %j', async (organizations, problem) => {
    const seed = { organizations: organizations as [] };
    await expect(startStytchEmulator({ product: 'b2b', seed })).rejects.toMatchObject({
      code: 'emulator_seed_invalid',
      message: expect.stringContaining(problem),
    });
  });

  it('is loaded again by a reset', async () => {
    await emulator().organizations.create({ name: 'Other' });
    await emulator().members.create({ organization: 'globex', email: 'eve@example.com' });
    await emulator().reset();
    expect(emulator().organizations.list()).toHaveLength(2);
    expect(emulator().members.list()).toHaveLength(1);
  });
});

describe('the controls of a B2B project', () => {
  it('create organizations, each with another slug', async () => {
    const slugs = [];
    for (const name of ['Über Café', 'Über Café', '!']) {
      slugs.push((await emulator().organizations.create({ name })).organization_slug);
    }
    expect(slugs).toEqual(['uber-cafe', 'uber-cafe-2', 'organization']);
  });

  it('create no organization if one of its members is invalid', async () => {
    const members = [
      { email: 'a@example.com', externalId: 'x' },
      { email: 'b@example.com', externalId: 'x' },
    ];
    await expect(emulator().organizations.create({ name: 'Other', members })).rejects.toMatchObject({
      code: 'emulator_options_invalid',
      message: 'b@example.com: A member with this external_id already exists.',
    });
    expect(emulator().organizations.list()).toHaveLength(2);
    expect(emulator().members.list()).toHaveLength(1);
  });

  it('issue access tokens of connected apps, which name the organization', async () => {
    const token = await emulator().connectedApps.issueToken({
      organization: 'acme-inc',
      email: 'ada@acme.example',
      scopes: ['read:documents'],
    });
    const [acme] = emulator().organizations.list();
    expect(claimsOf(token.access_token)).toMatchObject({
      sub: token.member_id,
      client_id: token.client_id,
      scope: 'read:documents',
      'https://stytch.com/organization': { organization_id: acme!.organization_id, slug: 'acme-inc' },
    });
    const introspected = await callOAuth(emulator(), '/v1/oauth2/introspect', {
      client_id: token.client_id,
      token: token.access_token,
    });
    expect(introspected.body).toMatchObject({ active: true, sub: token.member_id });
  });

  it('list the members of an organization', async () => {
    await emulator().members.create({ organization: 'globex', email: 'eve@example.com', status: 'invited' });
    expect(emulator().members.list({ organization: 'globex' })).toMatchObject([
      { email_address: 'eve@example.com', status: 'invited' },
    ]);
  });

  it.each([
    ['sessions.create', { organization: 'nowhere', email: 'a@b.example' }, 'emulator_organization_not_found'],
    ['sessions.create', { organization: 'globex', memberId: 'member-test-1' }, 'emulator_member_not_found'],
    ['sessions.create', { organization: 'globex' }, 'emulator_options_invalid'],
    ['sessions.create', { organization: 'globex', email: 'x' }, 'emulator_options_invalid'],
    ['members.create', { organization: 'globex', email: 'x' }, 'emulator_options_invalid'],
    ['members.create', { organization: 'acme-inc', email: 'ada@acme.example' }, 'emulator_options_invalid'],
    ['organizations.create', { name: '' }, 'emulator_options_invalid'],
    ['organizations.create', { name: 'Acme', slug: 'globex' }, 'emulator_options_invalid'],
  ])('refuse %s(%j)', async (name, options, code) => {
    const calls: Record<string, (options: never) => Promise<unknown>> = {
      'sessions.create': emulator().sessions.create,
      'members.create': emulator().members.create,
      'organizations.create': emulator().organizations.create,
    };
    await expect(calls[name]!(options as never)).rejects.toMatchObject({ code });
  });

  it('can be used by other processes', async () => {
    const control = (method: string, path: string, body?: object) =>
      fetch(`${emulator().url}/__emulator/v1${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await control('POST', '/organizations', { name: 'Initech' })).status).toBe(201);
    const updated = await control('PUT', '/organizations/initech', {
      settings: { mfa_policy: 'REQUIRED_FOR_ALL' },
    });
    expect(await updated.json()).toMatchObject({ mfa_policy: 'REQUIRED_FOR_ALL' });
    expect(
      (await control('POST', '/members', { organization: 'initech', email: 'bo@example.com' })).status,
    ).toBe(201);
    const session = await control('POST', '/sessions', {
      organization: 'initech',
      email: 'bo@example.com',
      roles: ['editor'],
    });
    expect(await session.json()).toMatchObject({
      sessionId: expect.stringMatching(/^member-session-test-/),
      session: { roles: ['stytch_member', 'editor'] },
      organization: { organization_slug: 'initech' },
    });
    expect(await (await control('GET', '/members?organization=initech')).json()).toMatchObject({
      members: [{ email_address: 'bo@example.com' }],
    });
    expect((await control('POST', '/members', { email: 'bo@example.com' })).status).toBe(400);
    expect(
      (await control('POST', '/members/unlock', { organization: 'initech', email: 'no@example.com' })).status,
    ).toBe(404);
  });
});
