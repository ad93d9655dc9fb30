import {
  basic,
  call,
  callOAuth,
  claimsOf,
  emulatorUnderTest,
  oauthRefusal,
  refusal,
  sdkClient,
} from './emulator.js';

describe('connected apps', () => {
  const emulator = emulatorUnderTest();
  const create = async (app: object) => {
    const { body } = await call(emulator(), 'POST /v1/connected_apps/clients', app);
    return body.connected_app;
  };
  const secretsPath = (clientId: string) => `/v1/connected_apps/clients/${clientId}/secrets/rotate`;

  it('have a secret unless they are public', async () => {
    const { client_secret, ...confidential } = await create({
      client_type: 'first_party',
      client_name: 'Mobile',
      full_access_allowed: true,
      redirect_urls: ['https://app.example.com/callback'],
    });
    expect(client_secret).toMatch(/^[\w-]{44}$/);
    expect(confidential).toEqual({
      access_token_custom_audience: '',
      access_token_expiry_minutes: 60,
      access_token_template_content: '',
      bypass_consent_for_offline_access: false,
      client_description: '',
      client_id: expect.stringMatching(/^connected-app-test-[0-9a-f-]{36}$/),
      client_id_metadata_url: '',
      client_name: 'Mobile',
      client_secret_last_four: client_secret.slice(-4),
      client_type: 'first_party',
      full_access_allowed: true,
      id_token_template_content: '',
      logo_url: '',
      next_client_secret_last_four: null,
      post_logout_redirect_urls: [],
      redirect_urls: ['https://app.example.com/callback'],
      status: 'active',
    });
    const { body } = await call(emulator(), `GET /v1/connected_apps/clients/${confidential.client_id}`);
    expect(body.connected_app).toEqual({ ...confidential, creation_method: 'api' });

    const publicApp = await create({ client_type: 'third_party_public' });
    expect(publicApp).not.toHaveProperty('client_secret');
    for (const step of ['/start', '/cancel', '']) {
      expect(await call(emulator(), `POST ${secretsPath(publicApp.client_id)}${step}`, {})).toEqual(
        refusal(400, 'public_connected_apps_do_not_have_secrets'),
      );
    }
  });

  it.each([
    [{}, 400, 'invalid_connected_app_type'],
    [{ client_type: 'public' }, 400, 'invalid_connected_app_type'],
    [{ client_type: 'first_party', redirect_urls: ['x'] }, 400, 'connected_app_invalid_redirect_url'],
    [
      { client_type: 'first_party', access_token_expiry_minutes: 0 },
      400,
      'idp_invalid_access_token_expiry_minutes',
    ],
    [
      { client_type: 'third_party', full_access_allowed: true },
      400,
      'third_party_clients_cannot_use_full_access',
    ],
    [
      { client_type: 'third_party_public', bypass_consent_for_offline_access: true },
      400,
      'third_party_clients_require_consent_for_offline_access',
    ],
    [
      { client_type: 'first_party', access_token_template_content: '{"a":1}' },
      501,
      'emulator_not_implemented',
    ],
  ])('are not created with %j', async (app, status, errorType) => {
    expect(await call(emulator(), 'POST /v1/connected_apps/clients', app)).toEqual(
      refusal(status, errorType),
    );
    const { body } = await call(emulator(), 'POST /v1/connected_apps/clients/search', {});
    expect(body.connected_apps).toEqual([]);
  });

  it('are updated, found in pages and deleted', async () => {
    const { client_id } = await create({ client_type: 'third_party' });
    await create({ client_type: 'third_party' });
    const path = `/v1/connected_apps/clients/${client_id}`;
    const { body: updated } = await call(emulator(), `PUT ${path}`, { client_name: 'Partner' });
    expect(updated.connected_app.client_name).toBe('Partner');
    const { body: page } = await call(emulator(), 'POST /v1/connected_apps/clients/search', { limit: 1 });
    expect(page.connected_apps).toEqual([updated.connected_app]);
    expect(page.results_metadata).toEqual({ total: 2, next_cursor: expect.any(String) });

    expect((await call(emulator(), `DELETE ${path}`, {})).body.client_id).toBe(client_id);
    expect(await call(emulator(), `GET ${path}`)).toEqual(refusal(404, 'connected_app_not_found'));
  });

  it('rotate their secret', async () => {
    const { client_id, client_secret_last_four } = await create({ client_type: 'third_party' });
    const rotate = (step: string) => call(emulator(), `POST ${secretsPath(client_id)}${step}`, {});
    expect(await rotate('')).toEqual(refusal(400, 'connected_app_not_rotating_secret'));
    await rotate('/start');
    expect(await rotate('/start')).toEqual(refusal(400, 'connected_app_already_rotating_secret'));
    expect((await rotate('/cancel')).body.connected_app.next_client_secret_last_four).toBeNull();
    const { next_client_secret } = (await rotate('/start')).body.connected_app;
    const { body } = await rotate('');
    expect(body.connected_app.client_secret_last_four).toBe(next_client_secret.slice(-4));
    expect(body.connected_app.client_secret_last_four).not.toBe(client_secret_last_four);
  });
});

describe('access tokens of connected apps', () => {
  const emulator = emulatorUnderTest();
  const introspect = (form: Record<string, string>, headers = {}) =>
    callOAuth(emulator(), `/v1/public/${emulator().projectId}/oauth2/introspect`, form, headers);
  const isActive = async (client_id: string, token: string) =>
    (await introspect({ client_id, token })).body['active'];

  it('are issued for a user for one hour, and are no sessions', async () => {
    const token = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      scopes: ['openid', 'read:documents', 'openid'],
      customClaims: { tenant: 't1' },
    });
    expect(token).toEqual({
      access_token: expect.any(String),
      client_id: expect.stringMatching(/^connected-app-test-/),
      expires_in: 3600,
      token_type: 'bearer',
      user_id: expect.stringMatching(/^user-test-/),
    });
    const claims = claimsOf(token.access_token);
    expect(claims).toEqual({
      aud: [emulator().projectId],
      client_id: token.client_id,
      exp: claims.iat + 3600,
      iat: expect.any(Number),
      iss: `stytch.com/${emulator().projectId}`,
      jti: expect.stringMatching(/^[\w-]{44}$/),
      nbf: claims.iat,
      scope: 'openid read:documents',
      sub: token.user_id,
      tenant: 't1',
    });
    expect(
      await call(emulator(), 'POST /v1/sessions/authenticate', { session_jwt: token.access_token }),
    ).toEqual(refusal(400, 'jwt_invalid_claims'));
  });

  it('have the lifetime and the audience of their app, and possibly no scope', async () => {
    const { body } = await call(emulator(), 'POST /v1/connected_apps/clients', {
      client_type: 'first_party',
      access_token_expiry_minutes: 5,
      access_token_custom_audience: 'https://mcp.example.com',
    });
    const token = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      clientId: body.connected_app.client_id,
      scopes: [],
    });
    const claims = claimsOf(token.access_token);
    expect(claims).toMatchObject({
      aud: [emulator().projectId, 'https://mcp.example.com'],
      exp: claims.iat + 300,
      scope: '',
    });
  });

  it.each([
    [{ scopes: [] }, 'emulator_options_invalid'],
    [{ email: 'ada@example.com', scopes: ['a b'] }, 'emulator_options_invalid'],
    [{ email: 'ada@example.com', scopes: [], customClaims: { client_id: 'x' } }, 'emulator_options_invalid'],
    [{ email: 'ada@example.com', scopes: [], customClaims: { jti: 'x' } }, 'emulator_options_invalid'],
    [{ userId: 'user-test-1', scopes: [] }, 'emulator_user_not_found'],
    [{ email: 'ada@example.com', scopes: [], clientId: 'x' }, 'emulator_client_not_found'],
  ])('are not issued with %j', async (options, code) => {
    await expect(emulator().connectedApps.issueToken(options)).rejects.toMatchObject({ code });
    expect((await call(emulator(), 'POST /v1/users/search', {})).body.results).toEqual([]);
    const { body } = await call(emulator(), 'POST /v1/connected_apps/clients/search', {});
    expect(body.connected_apps).toEqual([]);
  });

  it('are issued by the control API', async () => {
    const response = await fetch(`${emulator().url}/__emulator/v1/connected-apps/tokens`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ada@example.com', scopes: ['read:documents'] }),
    });
    const token = (await response.json()) as Record<string, string>;
    expect([response.status, token]).toEqual([
      201,
      {
        accessToken: expect.any(String),
        clientId: expect.stringMatching(/^connected-app-test-/),
        expiresInSeconds: 3600,
        userId: expect.stringMatching(/^user-test-/),
      },
    ]);
    expect(await isActive(token['clientId']!, token['accessToken']!)).toBe(true);
  });

  it('are introspected with their claims by the app that has them', async () => {
    const { access_token, client_id, user_id } = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      scopes: ['read:documents'],
      customClaims: { tenant: 't1' },
    });
    const { aud, exp, iat, iss, nbf } = claimsOf(access_token);
    const envelope = { request_id: expect.stringMatching(/^request-id-test-/), status_code: 200 };
    expect(await introspect({ client_id, token: access_token })).toEqual({
      status: 200,
      body: {
        ...{ active: true, aud, client_id, exp, iat, iss, nbf, scope: 'read:documents', sub: user_id },
        ...{ tenant: 't1', token_type: 'access_token', ...envelope },
      },
    });
    const another = await emulator().connectedApps.issueToken({ email: 'ada@example.com', scopes: [] });
    const { session_jwt } = await emulator().sessions.create({ email: 'ada@example.com' });
    const m2m = await emulator().m2m.issueToken({ scopes: ['read:documents'] });
    for (const token of [another.access_token, session_jwt, m2m.access_token, `${access_token}x`, 'x']) {
      expect(await introspect({ client_id, token })).toEqual({
        status: 200,
        body: { active: false, ...envelope },
      });
    }
  });

  it('are introspected by confidential apps and M2M clients only with their secret', async () => {
    const { body } = await call(emulator(), 'POST /v1/connected_apps/clients', {
      client_type: 'third_party',
    });
    const app = body.connected_app;
    const client = await emulator().m2m.createClient({ scopes: ['read:documents'] });
    const appToken = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      clientId: app.client_id,
      scopes: ['read:documents'],
    });
    const m2mToken = await emulator().m2m.issueToken({ clientId: client.client_id });
    for (const [{ client_id, client_secret }, { access_token: token }] of [
      [app, appToken],
      [client, m2mToken],
    ] as const) {
      expect((await introspect({ client_id, client_secret, token })).body).toMatchObject({
        active: true,
        client_id,
      });
      const authorization = basic(client_id, client_secret);
      expect((await introspect({ token }, { authorization })).body['active']).toBe(true);
      expect(await introspect({ client_id, token })).toEqual(oauthRefusal(401, 'invalid_client'));
      expect(await introspect({ client_id, client_secret: 'x', token })).toEqual(
        oauthRefusal(401, 'invalid_client'),
      );
      expect(await introspect({ client_id, client_secret })).toEqual(oauthRefusal(400, 'invalid_request'));
    }
    expect(await introspect({ token: m2mToken.access_token })).toEqual(oauthRefusal(401, 'invalid_client'));
    await call(emulator(), `PUT /v1/m2m/clients/${client.client_id}`, { status: 'inactive' });
    const { client_id, client_secret } = client;
    expect(await introspect({ client_id, client_secret, token: m2mToken.access_token })).toEqual(
      oauthRefusal(401, 'invalid_client'),
    );
  });

  it('are inactive when they have expired', async () => {
    const { access_token, client_id } = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      scopes: [],
    });
    emulator().clock.advance({ minutes: 59 });
    expect(await isActive(client_id, access_token)).toBe(true);
    emulator().clock.advance({ minutes: 1 });
    expect(await isActive(client_id, access_token)).toBe(false);
  });

  it('are inactive when the user’s access is revoked, the user deleted, or the app deleted', async () => {
    const { connectedApps } = emulator();
    const first = await connectedApps.issueToken({ email: 'ada@example.com', scopes: ['a', 'b'] });
    const { client_id: clientId } = first;
    const second = await connectedApps.issueToken({ email: 'ada@example.com', clientId, scopes: ['b'] });
    const grace = await connectedApps.issueToken({ email: 'grace@example.com', clientId, scopes: ['a'] });
    const apps = async () =>
      (await call(emulator(), `GET /v1/users/${first.user_id}/connected_apps`)).body.connected_apps;
    expect(await apps()).toEqual([
      {
        client_type: 'third_party_public',
        connected_app_id: clientId,
        description: '',
        logo_url: '',
        name: '',
        scopes_granted: 'b',
      },
    ]);
    expect(await isActive(clientId, first.access_token)).toBe(true);

    await call(emulator(), `POST /v1/users/${first.user_id}/connected_apps/${clientId}/revoke`, {});
    expect(await apps()).toEqual([]);
    expect(await isActive(clientId, first.access_token)).toBe(false);
    expect(await isActive(clientId, second.access_token)).toBe(false);
    expect(await isActive(clientId, grace.access_token)).toBe(true);

    await call(emulator(), `DELETE /v1/users/${grace.user_id}`, {});
    expect(await isActive(clientId, grace.access_token)).toBe(false);
    await call(emulator(), `DELETE /v1/connected_apps/clients/${clientId}`, {});
    expect(await introspect({ client_id: clientId, token: grace.access_token })).toEqual(
      oauthRefusal(401, 'invalid_client'),
    );
  });

  it('are introspected by Stytch’s SDK, over the network and locally with the RBAC policy', async () => {
    const permissions = [{ resource_id: 'documents', actions: ['read'] }];
    await emulator().rbac.setPolicy({
      resources: [{ resource_id: 'documents', actions: ['read', 'write'] }],
      scopes: [{ scope: 'read:documents', permissions }],
    });
    const { access_token, client_id, user_id } = await emulator().connectedApps.issueToken({
      email: 'ada@example.com',
      scopes: ['read:documents'],
    });
    const sdk = sdkClient(emulator());
    const authorization_check = { resource_id: 'documents', action: 'read' };
    const overNetwork = await sdk.idp.introspectTokenNetwork(
      { token: access_token, client_id },
      { authorization_check },
    );
    expect(overNetwork).toMatchObject({ subject: user_id, scope: 'read:documents', custom_claims: {} });
    const locally = await sdk.idp.introspectTokenLocal(access_token, { authorization_check });
    expect(locally).toMatchObject({ subject: user_id, custom_claims: { client_id } });
    await expect(
      sdk.idp.introspectTokenLocal(access_token, {
        authorization_check: { resource_id: 'documents', action: 'write' },
      }),
    ).rejects.toMatchObject({ code: 'invalid_permissions' });
  });
});
