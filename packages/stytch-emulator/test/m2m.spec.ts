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

const secretPattern = /^[\w-]{44}$/;

describe('M2M clients', () => {
  const emulator = emulatorUnderTest();
  const create = async (client: object = {}) => {
    const { body } = await call(emulator(), 'POST /v1/m2m/clients', { scopes: ['read:users'], ...client });
    return body.m2m_client;
  };

  it('are created with a generated id and secret, of which only the last four characters remain', async () => {
    const { status, body } = await call(emulator(), 'POST /v1/m2m/clients', {
      scopes: ['read:users', 'write:users', 'read:users'],
      client_name: 'Partner',
      client_description: 'Synchronizes users',
      trusted_metadata: { tier: 'gold', none: null },
    });
    expect(status).toBe(200);
    const { client_secret, ...shown } = body.m2m_client;
    expect(client_secret).toMatch(secretPattern);
    expect(shown).toEqual({
      client_id: expect.stringMatching(/^m2m-client-test-[0-9a-f-]{36}$/),
      client_name: 'Partner',
      client_description: 'Synchronizes users',
      status: 'active',
      scopes: ['read:users', 'write:users'],
      trusted_metadata: { tier: 'gold' },
      client_secret_last_four: client_secret.slice(-4),
      next_client_secret_last_four: null,
    });
    expect((await call(emulator(), `GET /v1/m2m/clients/${shown.client_id}`)).body.m2m_client).toEqual(shown);
  });

  it('are imported with their id and secret', async () => {
    const client = await create({ client_id: 'partner-1', client_secret: 'correct horse' });
    expect(client).toMatchObject({
      client_id: 'partner-1',
      client_secret: 'correct horse',
      client_secret_last_four: 'orse',
    });
  });

  it.each([
    ['without scopes', { scopes: null }, 'invalid_m2m_client_scope'],
    ['with a scope that contains a space', { scopes: ['read users'] }, 'invalid_m2m_client_scope'],
    ['with an empty scope', { scopes: [''] }, 'invalid_m2m_client_scope'],
    ['with a scope that is a number', { scopes: [1] }, 'bad_request'],
    ['with a malformed id', { client_id: 'a b' }, 'm2m_client_invalid_client_id'],
    ['with the id of another client', { client_id: 'taken' }, 'duplicate_m2m_client_id'],
    ['with a short secret', { client_secret: 'abcdefg' }, 'insecure_m2m_client_secret'],
    ['with a secret of few characters', { client_secret: 'abababababab' }, 'insecure_m2m_client_secret'],
    ['with a secret that is too long', { client_secret: 'abcdefgh'.repeat(40) }, 'client_secret_too_long'],
    ['with metadata that is a list', { trusted_metadata: [] }, 'metadata_invalid_format'],
  ])('are not created %s', async (_case, client, errorType) => {
    await create({ client_id: 'taken' });
    const response = await call(emulator(), 'POST /v1/m2m/clients', { scopes: ['read:users'], ...client });
    expect(response).toEqual(refusal(400, errorType));
    const { body } = await call(emulator(), 'POST /v1/m2m/clients/search', {});
    expect(body.m2m_clients.map(({ client_id }) => client_id)).toEqual(['taken']);
  });

  it('are updated field by field', async () => {
    const { client_id } = await create({ client_name: 'Partner', trusted_metadata: { a: 1, b: 2 } });
    const { body } = await call(emulator(), `PUT /v1/m2m/clients/${client_id}`, {
      client_description: 'Changed',
      scopes: ['write:users'],
      status: 'inactive',
      trusted_metadata: { b: null, c: 3 },
    });
    expect(body.m2m_client).toMatchObject({
      client_name: 'Partner',
      client_description: 'Changed',
      scopes: ['write:users'],
      status: 'inactive',
      trusted_metadata: { a: 1, c: 3 },
    });
  });

  it('are not changed by an update with an invalid field', async () => {
    const { client_id } = await create({ client_name: 'Partner' });
    const path = `/v1/m2m/clients/${client_id}`;
    const { body: before } = await call(emulator(), `GET ${path}`);
    expect(await call(emulator(), `PUT ${path}`, { client_name: 'Changed', status: 'paused' })).toEqual(
      refusal(400, 'm2m_client_invalid_status'),
    );
    expect(await call(emulator(), `PUT ${path}`, { client_name: 'Changed', scopes: [' '] })).toEqual(
      refusal(400, 'invalid_m2m_client_scope'),
    );
    expect((await call(emulator(), `GET ${path}`)).body.m2m_client).toEqual(before.m2m_client);
  });

  it('are deleted', async () => {
    const { client_id } = await create();
    expect((await call(emulator(), `DELETE /v1/m2m/clients/${client_id}`, {})).body.client_id).toBe(
      client_id,
    );
    for (const operation of ['GET ', 'PUT ', 'DELETE ']) {
      expect(
        await call(
          emulator(),
          `${operation}/v1/m2m/clients/${client_id}`,
          operation === 'GET ' ? undefined : {},
        ),
      ).toEqual(refusal(404, 'm2m_client_not_found'));
    }
  });

  it('are found by id, exact name and scope, in pages', async () => {
    await create({ client_id: 'one', client_name: 'Partner', scopes: ['read:users'] });
    await create({ client_id: 'two', client_name: 'Partner 2', scopes: ['read:users', 'write:users'] });
    await create({ client_id: 'three', client_name: 'Billing', scopes: ['write:bills'] });
    const search = async (body: object) => {
      const { body: received } = await call(emulator(), 'POST /v1/m2m/clients/search', body);
      return [received.m2m_clients.map(({ client_id }) => client_id), received.results_metadata];
    };
    const query = (operator: string, ...operands: [string, string[]][]) => ({
      query: {
        operator,
        operands: operands.map(([filter_name, filter_value]) => ({ filter_name, filter_value })),
      },
    });
    const all = { total: 3, next_cursor: null };
    expect(await search({})).toEqual([['one', 'two', 'three'], all]);
    expect(await search({ query: {} })).toEqual([['one', 'two', 'three'], all]);
    expect(await search(query('AND', ['client_name', ['Partner']]))).toEqual([
      ['one'],
      { total: 1, next_cursor: null },
    ]);
    expect(
      (await search(query('AND', ['scopes', ['read:users']], ['client_id', ['two', 'three']])))[0],
    ).toEqual(['two']);
    expect((await search(query('OR', ['scopes', ['write:bills']], ['client_id', ['one']])))[0]).toEqual([
      'one',
      'three',
    ]);

    const [first, { next_cursor }] = (await search({ limit: 2 })) as [string[], { next_cursor: string }];
    expect(first).toEqual(['one', 'two']);
    expect(await search({ limit: 2, cursor: next_cursor })).toEqual([['three'], all]);
  });

  it.each([
    [{ limit: 1001 }, 'bad_request'],
    [{ cursor: 'x' }, 'bad_request'],
    [{ query: { operator: 'XOR', operands: [] } }, 'bad_request'],
    [{ query: { operator: 'AND', operands: {} } }, 'bad_request'],
    [{ query: { operator: 'AND', operands: ['x'] } }, 'bad_request'],
    [{ query: { operator: 'AND', operands: [{}] } }, 'm2m_search_missing_filter_name'],
    [{ query: { operator: 'AND', operands: [{ filter_name: 5 }] } }, 'm2m_search_filter_name_must_be_string'],
    [
      { query: { operator: 'AND', operands: [{ filter_name: 'scopes' }] } },
      'm2m_search_missing_filter_value',
    ],
    [
      { query: { operator: 'AND', operands: [{ filter_name: 'toString', filter_value: [] }] } },
      'm2m_search_filter_name_not_recognized',
    ],
    [
      { query: { operator: 'AND', operands: [{ filter_name: 'scopes', filter_value: 'read:users' }] } },
      'm2m_search_expected_array_of_strings',
    ],
  ])('are not searched with %j', async (body, errorType) => {
    expect(await call(emulator(), 'POST /v1/m2m/clients/search', body)).toEqual(refusal(400, errorType));
  });
});

describe('the rotation of the secret of an M2M client', () => {
  const emulator = emulatorUnderTest();
  const rotate = async (clientId: string, step: '' | '/start' | '/cancel') =>
    call(emulator(), `POST /v1/m2m/clients/${clientId}/secrets/rotate${step}`, {});
  const tokenStatus = async (clientId: string, clientSecret: string) => {
    const path = `/v1/public/${emulator().projectId}/oauth2/token`;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    return (await callOAuth(emulator(), path, form)).status;
  };

  it('accepts both secrets until it is completed, and then only the new one', async () => {
    const { client_id, client_secret } = await emulator().m2m.createClient({ scopes: ['read:users'] });

    const { body } = await rotate(client_id, '/start');
    const { next_client_secret, next_client_secret_last_four } = body.m2m_client;
    expect(next_client_secret).toMatch(secretPattern);
    expect(next_client_secret_last_four).toBe(next_client_secret.slice(-4));
    expect(await tokenStatus(client_id, client_secret)).toBe(200);
    expect(await tokenStatus(client_id, next_client_secret)).toBe(200);
    expect(await rotate(client_id, '/start')).toEqual(refusal(400, 'm2m_client_already_rotating_secret'));

    expect((await rotate(client_id, '')).body.m2m_client).toMatchObject({
      client_secret_last_four: next_client_secret.slice(-4),
      next_client_secret_last_four: null,
    });
    expect(await tokenStatus(client_id, client_secret)).toBe(401);
    expect(await tokenStatus(client_id, next_client_secret)).toBe(200);
  });

  it('accepts only the old secret after it was canceled', async () => {
    const { client_id, client_secret } = await emulator().m2m.createClient({ scopes: ['read:users'] });
    const { next_client_secret } = (await rotate(client_id, '/start')).body.m2m_client;

    expect((await rotate(client_id, '/cancel')).body.m2m_client.next_client_secret_last_four).toBeNull();

    expect(await tokenStatus(client_id, client_secret)).toBe(200);
    expect(await tokenStatus(client_id, next_client_secret)).toBe(401);
  });

  it.each(['', '/cancel'] as const)('is refused at the step "%s" before it was started', async (step) => {
    const { client_id } = await emulator().m2m.createClient({ scopes: [] });
    expect(await rotate(client_id, step)).toEqual(refusal(400, 'm2m_client_not_rotating_secret'));
    expect(await rotate('unknown', step)).toEqual(refusal(404, 'm2m_client_not_found'));
  });
});

describe('the token endpoint', () => {
  const emulator = emulatorUnderTest();
  const path = () => `/v1/public/${emulator().projectId}/oauth2/token`;
  const newClient = () => emulator().m2m.createClient({ scopes: ['read:users', 'write:users'] });
  const formOf = ({ client_id, client_secret }: { client_id: string; client_secret: string }) => ({
    grant_type: 'client_credentials',
    client_id,
    client_secret,
  });

  it('issues a token for one hour with all scopes of the client', async () => {
    const client = await newClient();
    const response = await callOAuth(emulator(), path(), formOf(client));
    expect(response).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expires_in: 3600,
        request_id: expect.stringMatching(/^request-id-test-/),
        status_code: 200,
        token_type: 'bearer',
      },
    });
    const claims = claimsOf(response.body.access_token);
    expect(claims).toEqual({
      aud: [emulator().projectId],
      exp: claims.iat + 3600,
      iat: expect.any(Number),
      iss: `stytch.com/${emulator().projectId}`,
      nbf: claims.iat,
      scope: 'read:users write:users',
      sub: client.client_id,
    });
    const [header] = response.body.access_token.split('.');
    expect(JSON.parse(Buffer.from(header!, 'base64url').toString())).toMatchObject({
      alg: 'RS256',
      typ: 'JWT',
    });
  });

  it('issues a token with the requested scopes only', async () => {
    const form = { ...formOf(await newClient()), scope: ' write:users  write:users' };
    const { body } = await callOAuth(emulator(), path(), form);
    expect(claimsOf(body.access_token)['scope']).toBe('write:users');
  });

  it('accepts JSON, HTTP Basic authorization, and the path at the domain of the project', async () => {
    const client = await newClient();
    const { client_id, client_secret } = client;
    const json = { 'content-type': 'application/json' };
    const grant = { grant_type: 'client_credentials' };
    const responses = [
      await callOAuth(emulator(), path(), JSON.stringify(formOf(client)), json),
      await callOAuth(emulator(), path(), grant, { authorization: basic(client_id, client_secret) }),
      await callOAuth(emulator(), '/v1/oauth2/token', formOf(client)),
      await callOAuth(emulator(), path(), { ...formOf(client), scope: '' }),
    ];
    for (const { status, body } of responses) {
      expect([status, claimsOf(body.access_token)['sub']]).toEqual([200, client_id]);
      expect(claimsOf(body.access_token)['scope']).toBe('read:users write:users');
    }
  });

  it('decodes credentials in HTTP Basic authorization like form fields', async () => {
    await emulator().m2m.createClient({ clientId: 'partner', clientSecret: 'p+q&r:s%', scopes: [] });
    const authorization = basic('partner', encodeURIComponent('p+q&r:s%'));
    const response = await callOAuth(
      emulator(),
      path(),
      { grant_type: 'client_credentials' },
      { authorization },
    );
    expect(response.status).toBe(200);
  });

  const refusals: [what: string, change: Record<string, string>, status: number, error: string][] = [
    ['a wrong secret', { client_secret: 'x'.repeat(44) }, 401, 'invalid_client'],
    ['no secret', { client_secret: '' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'm2m-client-test-1' }, 401, 'invalid_client'],
    ['no client', { client_id: '' }, 401, 'invalid_client'],
    ['a scope that the client does not have', { scope: 'read:users admin' }, 400, 'invalid_scope'],
    ['no grant type', { grant_type: '' }, 400, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['an authorization code', { grant_type: 'authorization_code' }, 501, 'emulator_not_implemented'],
    ['a refresh token', { grant_type: 'refresh_token' }, 501, 'emulator_not_implemented'],
  ];
  it.each(refusals)('refuses a request with %s', async (_case, change, status, error) => {
    const form = { ...formOf(await newClient()), ...change };
    expect(await callOAuth(emulator(), path(), form)).toEqual(oauthRefusal(status, error));
  });

  it('refuses repeated parameters, other bodies, and credentials in two places', async () => {
    const client = await newClient();
    const { client_id, client_secret } = client;
    const repeated = `${new URLSearchParams(formOf(client)).toString()}&scope=a&scope=b`;
    const both = { authorization: basic(client_id, client_secret) };
    const json = { 'content-type': 'application/json' };
    for (const [body, headers] of [
      [repeated, {}],
      ['[]', json],
      [JSON.stringify({ ...formOf(client), scope: ['read:users'] }), json],
      [formOf(client), both],
    ] as const) {
      expect(await callOAuth(emulator(), path(), body, headers)).toEqual(
        oauthRefusal(400, 'invalid_request'),
      );
    }
  });

  it('refuses an inactive client until it is active again, and a deleted client', async () => {
    const client = await newClient();
    const setStatus = (status: string) =>
      call(emulator(), `PUT /v1/m2m/clients/${client.client_id}`, { status });
    await setStatus('inactive');
    expect(await callOAuth(emulator(), path(), formOf(client))).toEqual(oauthRefusal(401, 'invalid_client'));
    await setStatus('active');
    expect((await callOAuth(emulator(), path(), formOf(client))).status).toBe(200);
    await call(emulator(), `DELETE /v1/m2m/clients/${client.client_id}`, {});
    expect(await callOAuth(emulator(), path(), formOf(client))).toEqual(oauthRefusal(401, 'invalid_client'));
  });

  it('does not accept another project, and other methods than POST', async () => {
    const another = '/v1/public/project-test-11111111-1111-4111-8111-111111111111/oauth2/token';
    expect(await callOAuth(emulator(), another, formOf(await newClient()))).toEqual(
      oauthRefusal(404, 'project_not_found'),
    );
    const response = await fetch(emulator().url + path());
    expect({ status: response.status, body: await response.json() }).toEqual(
      oauthRefusal(405, 'method_not_allowed'),
    );
  });

  it('sends responses that must not be cached', async () => {
    const response = await fetch(emulator().url + path(), { method: 'POST' });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('is recorded with the fields of the form', async () => {
    await callOAuth(emulator(), path(), { grant_type: 'client_credentials', client_id: 'partner' });
    expect(emulator().requests.list().at(-1)).toMatchObject({
      body: { grant_type: 'client_credentials', client_id: 'partner' },
      status: 401,
    });
  });

  it('works with Stytch’s SDK, which verifies the token and its scopes', async () => {
    const sdk = sdkClient(emulator());
    const { m2m_client } = await sdk.m2m.clients.create({ scopes: ['read:users', 'write:users'] });
    const { access_token } = await sdk.m2m.token({ ...m2m_client, scopes: ['read:users'] });
    expect(await sdk.m2m.authenticateToken({ access_token, required_scopes: ['read:users'] })).toEqual({
      client_id: m2m_client.client_id,
      scopes: ['read:users'],
      custom_claims: {},
    });
    await expect(
      sdk.m2m.authenticateToken({ access_token, required_scopes: ['write:users'] }),
    ).rejects.toMatchObject({ code: 'missing_scopes' });
    await expect(sdk.m2m.token({ ...m2m_client, client_secret: 'wrong' })).rejects.toMatchObject({
      status_code: 401,
      error_type: 'invalid_client',
    });
  });

  it('issues tokens that are no sessions', async () => {
    const { access_token } = await emulator().m2m.issueToken({ scopes: ['read:users'] });
    expect(await call(emulator(), 'POST /v1/sessions/authenticate', { session_jwt: access_token })).toEqual(
      refusal(400, 'jwt_invalid_claims'),
    );
  });
});
