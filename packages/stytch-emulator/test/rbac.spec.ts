import { call, emulatorUnderTest, refusal, sdkClient } from './emulator.js';

const policy = {
  resources: [
    { resource_id: 'documents', description: 'Texts', actions: ['read', 'write', 'delete'] },
    { resource_id: 'invoices', actions: ['read'] },
  ],
  roles: [
    { role_id: 'stytch_user', permissions: [{ resource_id: 'documents', actions: ['read'] }] },
    { role_id: 'editor', permissions: [{ resource_id: 'documents', actions: ['read', 'write'] }] },
    { role_id: 'owner', description: 'All', permissions: [{ resource_id: 'documents', actions: ['*'] }] },
  ],
  scopes: [{ scope: 'read:documents', permissions: [{ resource_id: 'documents', actions: ['read'] }] }],
};

describe('the RBAC policy', () => {
  const emulator = emulatorUnderTest();
  const current = async () => (await call(emulator(), 'GET /v1/rbac/policy')).body.policy;

  it('has only the default role at first', async () => {
    expect(await current()).toEqual({
      resources: [],
      roles: [{ role_id: 'stytch_user', description: '', permissions: [] }],
      scopes: [],
    });
  });

  it('is replaced while the emulator runs', async () => {
    const set = await emulator().rbac.setPolicy(policy);
    expect(await current()).toEqual(set);
    expect(emulator().rbac.policy()).toEqual(set);
    expect(set.resources).toEqual([policy.resources[0], { ...policy.resources[1], description: '' }]);
    expect(set.roles.map(({ role_id, description }) => [role_id, description])).toEqual([
      ['stytch_user', ''],
      ['editor', ''],
      ['owner', 'All'],
    ]);
    expect(await emulator().rbac.setPolicy(set)).toEqual(set);

    await emulator().rbac.setPolicy({ roles: [{ role_id: 'auditor', permissions: [] }] });
    expect((await current()).roles.map(({ role_id }) => role_id)).toEqual(['stytch_user', 'auditor']);
    expect((await current()).resources).toEqual([]);
  });

  it('is not changed through objects that were passed or returned', async () => {
    const mutable = structuredClone(policy);
    const returned = await emulator().rbac.setPolicy(mutable);
    const before = await current();
    mutable.roles[1]!.permissions[0]!.actions.push('delete');
    returned.roles[1]!.permissions[0]!.actions.push('delete');
    emulator().rbac.policy().roles.pop();
    expect(await current()).toEqual(before);
  });

  const invalid: [policy: unknown, problem: string][] = [
    [[], 'policy must be an object'],
    [{ rules: [] }, 'policy.rules is unknown'],
    [{ roles: {} }, 'policy.roles must be a list'],
    [{ roles: ['admin'] }, 'policy.roles[0] must be an object'],
    [{ roles: [{ role_id: 'a', permissions: [], name: 'x' }] }, 'policy.roles[0].name is unknown'],
    [{ roles: [{ permissions: [] }] }, 'policy.roles[0].role_id must be a non-empty string'],
    [
      { roles: [{ role_id: 'a', description: 5, permissions: [] }] },
      'policy.roles[0].description must be a string',
    ],
    [{ roles: [{ role_id: 'a' }] }, 'policy.roles[0].permissions must be a list'],
    [
      { roles: ['a', 'a'].map((role_id) => ({ role_id, permissions: [] })) },
      'policy.roles[1].role_id must be unique',
    ],
    [
      { roles: [{ role_id: 'stytch_admin', permissions: [] }] },
      'policy.roles[0].role_id must not start with stytch, which is reserved',
    ],
    [
      { resources: [{ resource_id: 'stytch.self', actions: ['read'] }] },
      'policy.resources[0].resource_id must not start with stytch, which is reserved',
    ],
    [
      { resources: [{ resource_id: 'a', actions: [] }] },
      'policy.resources[0].actions must be a non-empty list of non-empty strings',
    ],
    [
      { resources: [{ resource_id: 'a', actions: ['*'] }] },
      'policy.resources[0].actions must not contain *, which is for permissions',
    ],
    [
      { scopes: [{ scope: 'read documents', permissions: [] }] },
      'policy.scopes[0].scope must not contain spaces, quotes or backslashes',
    ],
    [
      { roles: [{ role_id: 'a', permissions: [{ resource_id: '*', actions: ['*'] }] }] },
      'policy.roles[0].permissions[0].resource_id must be that of a resource of the policy',
    ],
    [
      {
        resources: policy.resources,
        roles: [{ role_id: 'a', permissions: [{ resource_id: 'invoices', actions: ['write'] }] }],
      },
      'policy.roles[0].permissions[0].actions must be actions of the resource, or *',
    ],
    [
      {
        resources: policy.resources,
        scopes: [{ scope: 'a', permissions: [{ resource_id: 'invoices', actions: ['read'], scope: 'b' }] }],
      },
      'policy.scopes[0].permissions[0].scope is unknown',
    ],
    [{ rules: [], roles: {} }, 'policy.rules is unknown; policy.roles must be a list'],
  ];
  it.each(invalid)('is not set to %j', async (value, problem) => {
    const before = await current();
    await expect(emulator().rbac.setPolicy(value as never)).rejects.toMatchObject({
      code: 'emulator_options_invalid',
      message: `The RBAC policy is invalid: ${problem}.`,
    });
    expect(await current()).toEqual(before);
  });
});

describe('authorization_check', () => {
  const emulator = emulatorUnderTest({ seed: { rbacPolicy: policy } });
  const check = async (roles: string[], authorization_check: unknown) => {
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com', roles });
    return call(emulator(), 'POST /v1/sessions/authenticate', { session_token, authorization_check });
  };

  it.each([
    [[], 'documents', 'read', ['stytch_user']],
    [['editor'], 'documents', 'read', ['stytch_user', 'editor']],
    [['editor'], 'documents', 'write', ['editor']],
    [['owner', 'editor'], 'documents', 'write', ['editor', 'owner']],
    [['owner'], 'documents', 'not defined', ['owner']],
  ])(
    'permits users with the roles %j on %s the action %s',
    async (roles, resource_id, action, granting_roles) => {
      const { status, body } = await check(roles, { resource_id, action });
      expect([status, body.verdict]).toEqual([200, { authorized: true, granting_roles }]);
    },
  );

  it.each([
    [[], 'documents', 'write'],
    [['editor'], 'documents', 'delete'],
    [['editor'], 'documents', '*'],
    [['owner'], 'invoices', 'read'],
    [['owner'], '*', 'read'],
    [['owner'], 'Documents', 'read'],
    [['Owner', 'owner '], 'documents', 'delete'],
    [['undefined role'], 'documents', 'delete'],
  ])('refuses users with the roles %j on %s the action %s', async (roles, resource_id, action) => {
    expect(await check(roles, { resource_id, action })).toEqual(
      refusal(403, 'consumer_session_authorization_error'),
    );
  });

  it('does not extend the session of a user who is refused', async () => {
    const { session_token, session } = await emulator().sessions.create({ email: 'ada@example.com' });
    emulator().clock.advance({ minutes: 1 });
    await call(emulator(), 'POST /v1/sessions/authenticate', {
      session_token,
      session_duration_minutes: 500,
      authorization_check: { resource_id: 'documents', action: 'write' },
    });
    expect(emulator().sessions.list()).toEqual([session]);
  });

  it('uses the current policy and the current roles of the user', async () => {
    const { session_token, user_id } = await emulator().sessions.create({ email: 'ada@example.com' });
    const mayWrite = async () => {
      const authorization_check = { resource_id: 'documents', action: 'write' };
      const response = await call(emulator(), 'POST /v1/sessions/authenticate', {
        session_token,
        authorization_check,
      });
      return response.status;
    };
    expect(await mayWrite()).toBe(403);
    await call(emulator(), `PUT /v1/users/${user_id}`, { roles: ['editor'] });
    expect(await mayWrite()).toBe(200);
    await emulator().rbac.setPolicy({ ...policy, roles: [] });
    expect(await mayWrite()).toBe(403);
    await emulator().reset();
    expect(
      emulator()
        .rbac.policy()
        .roles.map(({ role_id }) => role_id),
    ).toContain('editor');
  });

  it.each([
    [{ resource_id: 'documents' }],
    [{ action: 'read' }],
    [{ resource_id: 1, action: 'read' }],
    ['documents'],
  ])('refuses the malformed check %j', async (authorization_check) => {
    expect(await check([], authorization_check)).toEqual(refusal(400, 'bad_request'));
  });

  it('agrees with the local check of Stytch’s SDK', async () => {
    const { session_jwt } = await emulator().sessions.create({ email: 'ada@example.com', roles: ['editor'] });
    const sdk = sdkClient(emulator());
    const authenticate = (action: string) =>
      sdk.sessions.authenticateJwt({
        session_jwt,
        authorization_check: { resource_id: 'documents', action },
      });
    expect((await authenticate('write')).session_jwt).toBe(session_jwt);
    await expect(authenticate('delete')).rejects.toMatchObject({
      error_type: 'consumer_session_authorization_error',
    });
  });
});
