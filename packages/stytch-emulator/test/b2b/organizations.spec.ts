import { b2bEmulatorUnderTest, b2bRefusal, b2bSdkClient, call } from '../emulator.js';

const emulator = b2bEmulatorUnderTest({
  seed: {
    organizations: [
      {
        name: 'Acme',
        slug: 'acme',
        externalId: 'crm-1',
        settings: { email_jit_provisioning: 'RESTRICTED', email_allowed_domains: ['acme.example'] },
        members: [{ email: 'ada@acme.example', roles: ['stytch_admin'] }, { email: 'bob@acme.example' }],
      },
      { name: 'Globex', slug: 'globex', settings: { claimed_email_domains: ['globex.example'] } },
    ],
  },
});

const defaults = {
  allowed_auth_methods: [],
  allowed_first_party_connected_apps: [],
  allowed_mfa_methods: [],
  allowed_oauth_tenants: {},
  allowed_third_party_connected_apps: [],
  auth_methods: 'ALL_ALLOWED',
  claimed_email_domains: [],
  custom_roles: [],
  email_allowed_domains: [],
  email_invites: 'ALL_ALLOWED',
  email_jit_provisioning: 'NOT_ALLOWED',
  first_party_connected_apps_allowed_type: 'ALL_ALLOWED',
  mfa_methods: 'ALL_ALLOWED',
  mfa_policy: 'OPTIONAL',
  oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
  organization_external_id: null,
  organization_logo_url: '',
  rbac_email_implicit_role_assignments: [],
  scim_active_connection: null,
  sso_active_connections: [],
  sso_default_connection_id: null,
  sso_jit_provisioning: 'ALL_ALLOWED',
  sso_jit_provisioning_allowed_connections: [],
  third_party_connected_apps_allowed_type: 'ALL_ALLOWED',
  trusted_metadata: {},
};

const create = (body: object) => call(emulator(), 'POST /v1/b2b/organizations', body);
const update = (organization: string, body: object, headers: Record<string, string> = {}) =>
  call(emulator(), `PUT /v1/b2b/organizations/${organization}`, body, headers);

describe('an organization', () => {
  it('is created with the documented defaults', async () => {
    const { status, body } = await create({ organization_name: 'Initech', organization_slug: 'initech' });
    expect(status).toBe(200);
    expect(body.organization).toEqual({
      ...defaults,
      organization_id: expect.stringMatching(/^organization-test-[0-9a-f-]{36}$/),
      organization_name: 'Initech',
      organization_slug: 'initech',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
  });

  it('cannot be joined by invitation by default if another way of adding members is set', async () => {
    const { body } = await create({
      organization_name: 'Initech',
      email_jit_provisioning: 'RESTRICTED',
      email_allowed_domains: ['Initech.example'],
    });
    expect(body.organization).toMatchObject({
      email_invites: 'NOT_ALLOWED',
      email_allowed_domains: ['initech.example'],
    });
  });

  it.each(['id', 'slug', 'external id'])('is found by its %s', async (by) => {
    const [acme] = emulator().organizations.list();
    const id = { id: acme!.organization_id, slug: 'acme', 'external id': 'crm-1' }[by]!;
    const { body } = await call(emulator(), `GET /v1/b2b/organizations/${id}`);
    expect(body.organization).toEqual(acme);
  });

  it('is updated, where metadata is merged and other fields stay', async () => {
    await update('acme', { trusted_metadata: { plan: 'pro', seats: 3 } });
    emulator().clock.advance({ minutes: 1 });
    const { body } = await update('acme', {
      organization_slug: 'acme-inc',
      mfa_policy: 'REQUIRED_FOR_ALL',
      trusted_metadata: { seats: null },
    });
    expect(body.organization).toMatchObject({
      organization_name: 'Acme',
      organization_slug: 'acme-inc',
      mfa_policy: 'REQUIRED_FOR_ALL',
      email_allowed_domains: ['acme.example'],
      trusted_metadata: { plan: 'pro' },
    });
    expect(body.organization.updated_at).not.toBe(body.organization.created_at);
    expect(await call(emulator(), 'GET /v1/b2b/organizations/acme')).toEqual(
      b2bRefusal(404, 'organization_not_found'),
    );
  });

  it('is deleted with its members and their sessions', async () => {
    await emulator().sessions.create({ organization: 'acme', email: 'ada@acme.example' });
    const { status } = await call(emulator(), 'DELETE /v1/b2b/organizations/acme', {});
    expect(status).toBe(200);
    expect(emulator().organizations.list()).toHaveLength(1);
    expect(emulator().members.list()).toEqual([]);
    expect(emulator().sessions.list()).toEqual([]);
  });

  it('counts its members', async () => {
    const { body } = await call(emulator(), 'GET /v1/b2b/organizations/acme/metrics');
    expect(body).toMatchObject({ member_count: 2 });
  });

  it('loses its external id', async () => {
    const { body } = await call(emulator(), 'DELETE /v1/b2b/organizations/crm-1/external_id', {});
    expect(body.organization.organization_external_id).toBeNull();
  });

  it.each([
    [{}, 400, 'organization_name_missing'],
    [{ organization_name: 'x'.repeat(129) }, 400, 'invalid_organization_name'],
    [{ organization_slug: 'a' }, 400, 'invalid_organization_slug'],
    [{ organization_slug: 'a/b' }, 400, 'invalid_organization_slug'],
    [{ organization_slug: 'ACME' }, 400, 'organization_slug_already_used'],
    [{ organization_external_id: 'a b' }, 400, 'invalid_organization_external_id'],
    [{ organization_external_id: 'crm-1' }, 400, 'organization_external_id_already_used'],
    [{ auth_methods: 'NONE' }, 400, 'invalid_organization_auth_method_settings'],
    [{ auth_methods: 'RESTRICTED' }, 400, 'allowed_auth_methods_required_for_restricted'],
    [{ allowed_auth_methods: ['carrier_pigeon'] }, 400, 'invalid_organization_allowed_auth_methods'],
    [{ mfa_methods: 'RESTRICTED' }, 400, 'allowed_mfa_methods_required_for_restricted'],
    [{ mfa_policy: 'NEVER' }, 400, 'invalid_organization_mfa_policy'],
    [{ email_invites: 'RESTRICTED' }, 400, 'invalid_restricted_email_setting'],
    [
      { email_jit_provisioning: 'ALL_ALLOWED' },
      400,
      'invalid_organization_auth_factor_setting_for_email_jit_provisioning',
    ],
    [{ sso_jit_provisioning: 'NOT_ALLOWED' }, 400, 'invalid_organization_auth_factor_setting'],
    [{ oauth_tenant_jit_provisioning: 'RESTRICTED' }, 400, 'invalid_restricted_oauth_tenants_setting'],
    [{ email_allowed_domains: ['nope'] }, 400, 'organization_settings_invalid_domain'],
    [{ email_allowed_domains: ['gmail.com'] }, 400, 'organization_settings_domain_too_common'],
    [{ email_allowed_domains: ['a.example', 'A.example'] }, 400, 'organization_settings_duplicate_domain'],
    [{ claimed_email_domains: ['globex.example'] }, 400, 'organization_settings_duplicate_claimed_domain'],
    [{ rbac_email_implicit_role_assignments: [{}] }, 400, 'invalid_rbac_role_assignment'],
    [
      { rbac_email_implicit_role_assignments: [{ domain: 'a.example', role_id: 'nobody' }] },
      400,
      'invalid_role',
    ],
    [{ trusted_metadata: 'x' }, 400, 'metadata_invalid_format'],
  ])('is not created with %j', async (body, status, errorType) => {
    const name = Object.keys(body).length === 0 ? {} : { organization_name: 'Initech' };
    expect(await create({ ...name, ...body })).toEqual(b2bRefusal(status, errorType));
    expect(emulator().organizations.list()).toHaveLength(2);
  });
});

describe('organizations/search', () => {
  const found = async (query?: object) => {
    const { body } = await call(emulator(), 'POST /v1/b2b/organizations/search', { ...(query && { query }) });
    return body.organizations.map(({ organization_slug }) => organization_slug);
  };
  const by = (filter_name: string, filter_value: unknown) => ({
    operator: 'AND',
    operands: [{ filter_name, filter_value }],
  });

  it('returns all organizations without a query, page by page', async () => {
    expect(await found()).toEqual(['acme', 'globex']);
    const first = await call(emulator(), 'POST /v1/b2b/organizations/search', { limit: 1 });
    const { next_cursor } = first.body.results_metadata;
    const second = await call(emulator(), 'POST /v1/b2b/organizations/search', {
      limit: 1,
      cursor: next_cursor,
    });
    expect([...first.body.organizations, ...second.body.organizations]).toEqual(
      emulator().organizations.list(),
    );
    expect(second.body.results_metadata).toEqual({ next_cursor: null, total: 2 });
  });

  it.each([
    ['organization_ids', ['crm-1'], ['acme']],
    ['organization_slugs', ['globex', 'other'], ['globex']],
    ['organization_name_fuzzy', 'lobe', ['globex']],
    ['organization_slug_fuzzy', 'acm', ['acme']],
    ['member_emails', ['BOB@acme.example'], ['acme']],
    ['member_email_fuzzy', 'bob', ['acme']],
    ['allowed_domains', ['acme.example'], ['acme']],
    ['allowed_domain_fuzzy', 'acme', ['acme']],
    ['claimed_email_domains', ['globex.example'], ['globex']],
    ['has_active_sso_connection', false, ['acme', 'globex']],
    ['sso_connection_id', 'x', []],
  ])('filters by %s', async (name, value, slugs) => {
    expect(await found(by(name, value))).toEqual(slugs);
  });

  it.each([
    [by('color', 'red'), 'organization_search_filter_name_not_recognized'],
    [by('organization_slugs', 'acme'), 'organization_search_expected_array_of_strings'],
    [by('organization_name_fuzzy', 'ac'), 'organization_search_organization_name_fuzzy_too_short'],
    [by('organization_slug_fuzzy', 1), 'organization_search_expected_string'],
    [by('has_active_sso_connection', 'no'), 'organization_search_expected_boolean'],
    [{ operator: 'AND', operands: [{ filter_name: 'x' }] }, 'organization_search_missing_filter_value'],
    [{ operator: 'AND', operands: [{}] }, 'organization_search_missing_filter_name'],
    [{ operator: 'XOR', operands: [] }, 'bad_request'],
  ])('refuses %j', async (query, errorType) => {
    expect(await call(emulator(), 'POST /v1/b2b/organizations/search', { query })).toEqual(
      b2bRefusal(400, errorType),
    );
  });
});

describe('the organization’s own roles', () => {
  const policy = (roles: unknown) =>
    call(emulator(), 'PUT /v1/b2b/rbac/organizations/acme', { org_policy: { roles } });
  const auditor = {
    role_id: 'auditor',
    description: 'Reads members.',
    permissions: [{ resource_id: 'stytch.member', actions: ['search'] }],
  };

  it('can be assigned to its members, and permit what they say', async () => {
    expect(await policy([auditor])).toMatchObject({
      status: 200,
      body: { org_policy: { roles: [auditor] } },
    });
    expect(await call(emulator(), 'GET /v1/b2b/rbac/organizations/acme')).toMatchObject({
      body: { org_policy: { roles: [auditor] } },
    });
    await call(emulator(), 'POST /v1/b2b/organizations/acme/members', {
      email_address: 'eve@acme.example',
      roles: ['auditor'],
    });
    const { session_token } = await emulator().sessions.create({
      organization: 'acme',
      email: 'eve@acme.example',
    });
    const search = await call(
      emulator(),
      'POST /v1/b2b/organizations/members/search',
      { organization_ids: ['acme'] },
      { 'x-stytch-member-session': session_token },
    );
    expect(search.body.members).toHaveLength(3);
  });

  it.each([
    [undefined, 'invalid_rbac_custom_role'],
    [[{ role_id: 'stytch_owner', permissions: [] }], 'invalid_rbac_custom_role'],
    [[{ role_id: 'a', permissions: [{ resource_id: 'x', actions: ['*'] }] }], 'invalid_rbac_custom_role'],
    [[{ ...auditor, role_id: 'stytch_admin' }], 'rbac_role_duplicate'],
  ])('are not %j', async (roles, errorType) => {
    expect(await policy(roles)).toEqual(b2bRefusal(400, errorType));
  });
});

describe('an update on behalf of a member', () => {
  const as = async (email: string, organization = 'acme') => {
    const { session_jwt } = await emulator().sessions.create({ organization, email });
    return { authorization: { session_jwt } };
  };
  const byClient = async (email: string, changes: object, organization?: string) =>
    b2bSdkClient(emulator()).organizations.update(
      { organization_id: 'acme', ...changes },
      await as(email, organization),
    );

  it('is allowed to an admin', async () => {
    const { organization } = await byClient('ada@acme.example', {
      organization_name: 'Acme Inc.',
      email_invites: 'RESTRICTED',
    });
    expect(organization).toMatchObject({ organization_name: 'Acme Inc.', email_invites: 'RESTRICTED' });
  });

  it.each([
    ['another member', 'bob@acme.example', { organization_name: 'x' }, 'acme', 'session_authorization_error'],
    [
      'a member of another organization',
      'ada@acme.example',
      { organization_name: 'x' },
      'globex',
      'session_authorization_tenancy_error',
    ],
    [
      'anybody who changes trusted metadata',
      'ada@acme.example',
      { trusted_metadata: {} },
      'acme',
      'bad_request',
    ],
  ])('is refused to %s', async (_, email, changes, organization, error_type) => {
    await expect(byClient(email, changes, organization)).rejects.toMatchObject({ error_type });
    expect(emulator().organizations.list()[0]).toMatchObject({ organization_name: 'Acme' });
  });
});
