import { startStytchEmulator } from 'stytch-emulator';
import { call, claimsOf, emulatorUnderTest, mailedToken } from './emulator.js';

describe('the control API for other processes', () => {
  const emulator = emulatorUnderTest({
    seed: {
      users: [{ email: 'ada@example.com', name: { firstName: 'Ada' }, roles: ['admin'] }],
    },
  });
  const control = async (operation: string, body?: unknown) => {
    const [method = '', path = ''] = operation.split(' ');
    const response = await fetch(`${emulator().url}/__emulator/v1${path}`, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };

  it('responds to a health check', async () => {
    expect(await control('GET /health')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('lists messages, returns the latest, and deletes all', async () => {
    await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'grace@example.com');
    const [toAda, toGrace] = emulator().messages.list();

    expect(await control('GET /messages')).toEqual({ status: 200, body: { messages: [toAda, toGrace] } });
    expect(await control('GET /messages?to=ADA@example.com')).toEqual({
      status: 200,
      body: { messages: [toAda] },
    });
    expect(await control('GET /messages/latest?to=ada%40example.com')).toEqual({
      status: 200,
      body: toAda,
    });
    expect(await control('GET /messages?kind=link')).toEqual({
      status: 200,
      body: { messages: [toAda, toGrace] },
    });
    expect(await control('GET /messages?kind=code')).toEqual({ status: 200, body: { messages: [] } });
    expect(await control('DELETE /messages')).toEqual({ status: 204, body: null });
    expect(await control('GET /messages/latest')).toEqual({
      status: 404,
      body: { code: 'emulator_no_message', message: 'No message matches.' },
    });
  });

  it('waits for a message that has not arrived yet', async () => {
    const waiting = control('GET /messages/wait?to=grace@example.com&timeoutMs=5000');
    await mailedToken(emulator(), 'ada@example.com');
    await mailedToken(emulator(), 'grace@example.com');
    expect((await waiting).body).toEqual(emulator().messages.latest({ to: 'grace@example.com' }));
  });

  it('responds 404 when no message arrives within the timeout', async () => {
    expect(await control('GET /messages/wait?to=grace@example.com&timeoutMs=1')).toEqual({
      status: 404,
      body: {
        code: 'emulator_no_message',
        message: 'No new message to grace@example.com arrived within 1 ms. The mailbox is empty.',
      },
    });
    expect(await control('GET /messages/wait?to=grace@example.com&kind=code&timeoutMs=1')).toMatchObject({
      body: { message: expect.stringMatching(/^No new message with a code to grace@example.com arrived/) },
    });
    expect((await control('GET /messages/wait?timeoutMs=soon')).status).toBe(400);
    expect((await control('GET /messages/latest?kind=letter')).status).toBe(400);
  });

  it('creates a session', async () => {
    const { status, body: received } = await control('POST /sessions', {
      email: 'ada@example.com',
      durationMinutes: 5,
      customClaims: { tenant: 't1' },
    });

    expect(status).toBe(201);
    expect(received).toEqual({
      userId: received.user.user_id,
      sessionId: received.session.session_id,
      sessionToken: expect.stringMatching(/^[\w-]{44}$/),
      sessionJwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      session: expect.objectContaining({ custom_claims: { tenant: 't1' }, roles: ['stytch_user', 'admin'] }),
      user: expect.objectContaining({ name: { first_name: 'Ada', middle_name: '', last_name: '' } }),
    });
    const checked = await call(emulator(), 'POST /v1/sessions/authenticate', {
      session_token: received.sessionToken,
    });
    expect(checked.body.session.session_id).toBe(received.sessionId);
    expect((await control('GET /sessions')).body).toEqual({ sessions: [checked.body.session] });
  });

  it.each([
    ['neither email nor userId', {}, 400, 'emulator_options_invalid'],
    ['both email and userId', { email: 'a@example.com', userId: 'x' }, 400, 'emulator_options_invalid'],
    ['a malformed email address', { email: 'ada' }, 400, 'emulator_options_invalid'],
    ['an unknown user', { userId: 'user-test-1' }, 404, 'emulator_user_not_found'],
    ['a duration of zero', { email: 'a@example.com', durationMinutes: 0 }, 400, 'emulator_options_invalid'],
    [
      'a reserved claim',
      { email: 'a@example.com', customClaims: { exp: 1 } },
      400,
      'emulator_options_invalid',
    ],
    ['a number as email address', { email: 5 }, 400, 'emulator_options_invalid'],
    ['a body that is not JSON', 'x', 400, 'emulator_options_invalid'],
  ])('does not create a session with %s', async (_case, body, status, code) => {
    expect(await control('POST /sessions', body)).toEqual({
      status,
      body: { code, message: expect.any(String) },
    });
    expect((await control('GET /sessions')).body).toEqual({ sessions: [] });
  });

  it('creates an M2M client and issues a token to it', async () => {
    const { status, body: client } = await control('POST /m2m/clients', {
      scopes: ['read:users', 'write:users'],
      clientId: 'partner',
      clientSecret: 'correct horse',
      name: 'Partner',
      description: 'Synchronizes users',
      trustedMetadata: { tier: 'gold' },
    });
    expect([status, client]).toEqual([
      201,
      {
        clientId: 'partner',
        clientSecret: 'correct horse',
        client: {
          client_id: 'partner',
          client_name: 'Partner',
          client_description: 'Synchronizes users',
          client_secret_last_four: 'orse',
          next_client_secret_last_four: null,
          scopes: ['read:users', 'write:users'],
          status: 'active',
          trusted_metadata: { tier: 'gold' },
        },
      },
    ]);

    const options = { clientId: 'partner', scopes: ['read:users'], customClaims: { tenant: 't1' } };
    const { status: tokenStatus, body: token } = await control('POST /m2m/tokens', options);
    expect([tokenStatus, token]).toEqual([
      201,
      { clientId: 'partner', accessToken: expect.any(String), expiresInSeconds: 3600 },
    ]);
    expect(claimsOf(String(token.accessToken))).toMatchObject({
      sub: 'partner',
      scope: 'read:users',
      tenant: 't1',
    });
  });

  it('issues a token to a new M2M client when none is named', async () => {
    const { body: token } = await control('POST /m2m/tokens', { scopes: ['read:users'] });
    expect(token.clientId).toMatch(/^m2m-client-test-/);
    expect(claimsOf(String(token.accessToken))).toMatchObject({ sub: token.clientId, scope: 'read:users' });
    const { body: received } = await call(emulator(), `GET /v1/m2m/clients/${token.clientId}`);
    expect(received.m2m_client.scopes).toEqual(['read:users']);
  });

  it.each([
    ['POST /m2m/clients', {}, 400, 'emulator_options_invalid'],
    ['POST /m2m/clients', { scopes: ['a b'] }, 400, 'emulator_options_invalid'],
    ['POST /m2m/clients', { scopes: [], clientSecret: 'short' }, 400, 'emulator_options_invalid'],
    ['POST /m2m/tokens', { clientId: 'unknown' }, 404, 'emulator_client_not_found'],
    ['POST /m2m/tokens', { clientId: 'partner', scopes: ['admin'] }, 400, 'emulator_options_invalid'],
    ['POST /m2m/tokens', { scopes: ['a b'] }, 400, 'emulator_options_invalid'],
    ['POST /m2m/tokens', { customClaims: { sub: 'x' } }, 400, 'emulator_options_invalid'],
    ['POST /m2m/tokens', { customClaims: { scope: 'x' } }, 400, 'emulator_options_invalid'],
    [
      'POST /m2m/tokens',
      { customClaims: { 'https://stytch.com/session': {} } },
      400,
      'emulator_options_invalid',
    ],
    ['PUT /rbac/policy', { roles: 'admin' }, 400, 'emulator_options_invalid'],
    ['PUT /rbac/policy', '[]', 400, 'emulator_options_invalid'],
  ])('refuses %s with %j', async (operation, body, status, code) => {
    await emulator().m2m.createClient({ clientId: 'partner', scopes: ['read:users'] });
    expect(await control(operation, body)).toEqual({ status, body: { code, message: expect.any(String) } });
    const { body: received } = await call(emulator(), 'POST /v1/m2m/clients/search', {});
    expect(received.m2m_clients.map(({ client_id }) => client_id)).toEqual(['partner']);
  });

  it('reads and replaces the RBAC policy', async () => {
    const permissions = [{ resource_id: 'documents', actions: ['*'] }];
    const policy = {
      resources: [{ resource_id: 'documents', description: '', actions: ['read'] }],
      roles: [{ role_id: 'stytch_user', description: 'Everyone', permissions }],
      scopes: [{ scope: 'read:documents', description: '', permissions }],
    };
    expect(await control('PUT /rbac/policy', policy)).toEqual({ status: 200, body: policy });
    expect(await control('GET /rbac/policy')).toEqual({ status: 200, body: policy });
  });

  it('moves the clock', async () => {
    const before = (await control('GET /clock')).body.nowMs;
    const { body: received } = await control('POST /clock', { advanceSeconds: 3600 });
    expect(received.nowMs - before).toBeGreaterThanOrEqual(3_600_000);
    expect((await control('POST /clock', { advanceSeconds: 'x' })).status).toBe(400);
    expect((await control('POST /clock', { advanceSeconds: 1e15 })).status).toBe(400);
  });

  it('sends the moved time in the Date header of the API, also of errors', async () => {
    emulator().clock.advance({ hours: 5 });
    const { url, projectId } = emulator();
    for (const path of [`/v1/sessions/jwks/${projectId}`, '/v1/users/nobody', '/v1/nowhere']) {
      const { headers } = await fetch(url + path);
      const behindMs = emulator().clock.nowMs() - Date.parse(headers.get('date') ?? '');
      expect([path, behindMs >= 0 && behindMs < 60_000]).toEqual([path, true]);
    }
  });

  it('leaves a Date header that a fault sets', async () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    emulator().faults.add({ kind: 'status', status: 503, headers: { date } });

    expect((await fetch(`${emulator().url}/v1/sessions/jwks/any`)).headers.get('date')).toBe(date);
  });

  it('adds, lists and deletes faults', async () => {
    const fault = { kind: 'status', status: 503, path: '/v1/sessions/*', times: 2 };
    expect(await control('POST /faults', fault)).toEqual({ status: 201, body: { faults: [fault] } });
    expect(
      (await call(emulator(), 'POST /v1/sessions/authenticate', {}).catch(() => null)) ?? 'not JSON',
    ).toBe('not JSON');
    expect((await control('GET /faults')).body).toEqual({ faults: [{ ...fault, times: 1 }] });
    await control('DELETE /faults');
    expect((await control('GET /faults')).body).toEqual({ faults: [] });
    expect((await control('POST /faults', { kind: 'explode' })).status).toBe(400);
  });

  it('lists the recorded requests without their credentials', async () => {
    await call(emulator(), 'POST /v1/users/search?x=1', { limit: 3 });
    expect((await control('GET /requests')).body).toEqual({
      requests: [
        {
          method: 'POST',
          path: '/v1/users/search',
          query: { x: '1' },
          status: 200,
          atMs: expect.any(Number),
          body: { limit: 3 },
          headers: expect.objectContaining({ authorization: 'Basic', 'content-type': 'application/json' }),
        },
      ],
    });
    await control('DELETE /requests');
    expect((await control('GET /requests')).body).toEqual({ requests: [] });
  });

  it('rotates the keys', async () => {
    const { body: received } = await control('POST /keys/rotate', { withdrawOld: true });
    const jwks = await fetch(`${emulator().url}/v1/sessions/jwks/${emulator().projectId}`);
    expect(await jwks.json()).toMatchObject({ keys: [{ kid: received.kid }] });
  });

  it('resets all state and loads the seed', async () => {
    await call(emulator(), 'POST /v1/users', { email: 'grace@example.com' });
    const { session_token } = await emulator().sessions.create({ email: 'ada@example.com' });
    await mailedToken(emulator(), 'ada@example.com');
    emulator().faults.add({ kind: 'status', status: 500, path: '/v1/nowhere' });
    emulator().clock.advance({ hours: 5 });
    const { projectId, secret } = emulator();

    expect(await control('POST /reset')).toEqual({ status: 204, body: null });

    expect(emulator().messages.list()).toEqual([]);
    expect(emulator().requests.list()).toEqual([]);
    expect(emulator().faults.list()).toEqual([]);
    expect(Math.abs(emulator().clock.nowMs() - Date.now())).toBeLessThan(1000);
    expect((await call(emulator(), 'POST /v1/sessions/authenticate', { session_token })).status).toBe(404);
    const { body: received } = await call(emulator(), 'POST /v1/users/search', {});
    expect(received.results.map(({ name }) => name.first_name)).toEqual(['Ada']);
    expect(emulator()).toMatchObject({ projectId, secret });
  });

  it('responds 404 to an unknown route', async () => {
    expect(await control('GET /nothing')).toEqual({
      status: 404,
      body: { code: 'emulator_route_not_found', message: 'The control API has no such route.' },
    });
  });
});

describe('messages.wait', () => {
  const emulator = emulatorUnderTest();

  it('returns each message once', async () => {
    const first = await mailedToken(emulator(), 'ada@example.com');
    expect((await emulator().messages.wait({ to: 'ada@example.com' })).token).toBe(first);

    const waiting = emulator().messages.wait({ to: 'ada@example.com' });
    const second = await mailedToken(emulator(), 'ada@example.com');
    expect((await waiting).token).toBe(second);

    await expect(emulator().messages.wait({ to: 'ada@example.com', timeoutMs: 1 })).rejects.toMatchObject({
      code: 'emulator_no_message',
    });
  });

  it('returns a message to every caller that is waiting for it', async () => {
    const filter = { to: 'ada@example.com' };
    const waiting = Promise.all([emulator().messages.wait(filter), emulator().messages.wait(filter)]);
    const token = await mailedToken(emulator(), 'ada@example.com');
    expect((await waiting).map((message) => message.token)).toEqual([token, token]);
  });

  it('rejects when the emulator is closed', async () => {
    const closing = await startStytchEmulator();
    const waiting = expect(closing.messages.wait()).rejects.toMatchObject({ code: 'emulator_closed' });
    await closing.close();
    await waiting;
  });
});

describe('startStytchEmulator', () => {
  it('uses the key pair of a closed emulator again under another key id, and never that of a running one', async () => {
    const start = async () => {
      const emulator = await startStytchEmulator();
      const response = await fetch(`${emulator.url}/v1/sessions/jwks/${emulator.projectId}`);
      const { keys } = (await response.json()) as { keys: { kid: string; n: string }[] };
      return { ...emulator, key: keys[0]! };
    };
    const closed = await start();
    await closed.close();
    await closed.close();

    const [next, another] = [await start(), await start()];
    await Promise.all([next.close(), another.close()]);

    expect(next.key.n).toBe(closed.key.n);
    expect(next.key.kid).not.toBe(closed.key.kid);
    expect(another.key.n).not.toBe(next.key.n);
  });

  it.each([
    [
      'a live project',
      { projectId: 'project-live-11111111-1111-4111-8111-111111111111' },
      'emulator_options_invalid',
    ],
    ['a malformed project id', { projectId: 'my project' }, 'emulator_options_invalid'],
    ['an empty secret', { secret: '' }, 'emulator_options_invalid'],
    ['a seed that is an array', { seed: [] as never }, 'emulator_seed_invalid'],
    ['an invalid port', { port: 70_000 }, 'emulator_cannot_listen'],
    ['an invalid host', { host: '256.256.256.256' }, 'emulator_cannot_listen'],
  ])('rejects %s', async (_case, options, code) => {
    await expect(startStytchEmulator(options)).rejects.toMatchObject({ name: 'EmulatorError', code });
  });

  it('names every problem of a seed', async () => {
    const seed = { users: [{ email: 'ada' }, { email: 'b@example.com', role: 'x', roles: 'y' }] } as never;
    await expect(startStytchEmulator({ seed })).rejects.toThrow(
      'The seed is invalid: users[0].email must be an email address; users[1].role is unknown; users[1].roles must be a list of strings.',
    );
  });

  it('creates seeded M2M clients that do not exist', async () => {
    const client = {
      clientId: 'partner',
      clientSecret: 'correct horse',
      scopes: ['read:users'],
      name: 'Partner',
    };
    const emulator = await startStytchEmulator({ seed: { m2mClients: [client, client] } });
    const { body: received } = await call(emulator, 'POST /v1/m2m/clients/search', {});
    expect(received.m2m_clients).toEqual([
      {
        client_id: 'partner',
        client_name: 'Partner',
        client_description: '',
        client_secret_last_four: 'orse',
        next_client_secret_last_four: null,
        scopes: ['read:users'],
        status: 'active',
        trusted_metadata: {},
      },
    ]);
    await emulator.close();
  });

  it('names every problem of seeded M2M clients and of a seeded RBAC policy', async () => {
    const seed = {
      m2mClients: [{ clientId: 'a b', clientSecret: 'short', scopes: ['x y'], secret: 'x' }],
      rbacPolicy: { roles: [{ role_id: 'stytch_x', permissions: [] }] },
      users: {},
    } as never;
    await expect(startStytchEmulator({ seed })).rejects.toMatchObject({
      code: 'emulator_seed_invalid',
      message:
        'The seed is invalid: m2mClients[0].secret is unknown; ' +
        'm2mClients[0].clientId must be 1 to 128 letters, digits, dots, hyphens and underscores; ' +
        'm2mClients[0].clientSecret must have 8 to 256 characters, 5 of them different; ' +
        'm2mClients[0].scopes must be a list of scopes; ' +
        'rbacPolicy.roles[0].role_id must not start with stytch, which is reserved; ' +
        'users must be a list.',
    });
  });

  it('rejects a seed whose users conflict', async () => {
    const users = ['ada@example.com', 'grace@example.com'].map((email) => ({ email, externalId: 'crm-1' }));
    await expect(startStytchEmulator({ seed: { users } })).rejects.toMatchObject({
      code: 'emulator_seed_invalid',
      message: 'The seed is invalid: grace@example.com: A user with this external_id already exists.',
    });
  });

  it('rejects a port that is in use', async () => {
    const first = await startStytchEmulator();
    const port = Number(new URL(first.url).port);
    await expect(startStytchEmulator({ port })).rejects.toMatchObject({ code: 'emulator_port_taken' });
    await first.close();
  });

  it('is refused in production', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    await expect(startStytchEmulator()).rejects.toMatchObject({ code: 'emulator_refuses_production' });
    process.env['NODE_ENV'] = before;
  });

  it('takes credentials as they are given', async () => {
    const given = { projectId: 'project-test-mine', secret: 'secret', publicToken: 'public' };
    const emulator = await startStytchEmulator(given);
    expect(emulator).toMatchObject(given);
    expect((await call(emulator, 'GET /v1/debug/whoami')).body.project_id).toBe('project-test-mine');
    await emulator.close();
    await emulator.close();
  });
});
