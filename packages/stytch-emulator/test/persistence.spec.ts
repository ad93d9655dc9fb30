import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { call, callOAuth, mailedToken, refusal } from './emulator.js';

describe('an emulator with a data directory', () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = join(mkdtempSync(join(tmpdir(), 'stytch-emulator-')), 'data');
  });
  afterEach(() => {
    rmSync(join(dataDirectory, '..'), { recursive: true });
  });
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const stateFile = () => join(dataDirectory, 'state.json');

  it('restores credentials, keys, users, sessions, links and messages after a restart', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    const { session_token, session_jwt, user_id } = await first.sessions.create({ email: 'ada@example.com' });
    const token = await mailedToken(first, 'grace@example.com');
    const { kid } = await first.keys.rotate();
    await first.close();

    const second = await startStytchEmulator({ dataDirectory });
    expect(second).toMatchObject({
      projectId: first.projectId,
      secret: first.secret,
      publicToken: first.publicToken,
    });
    const [message] = second.messages.list();
    expect(message).toEqual({
      ...first.messages.latest(),
      link: expect.stringMatching(new RegExp(`^${second.url}/v1/`)),
    });
    const byToken = await call(second, 'POST /v1/sessions/authenticate', { session_token });
    expect(byToken.body.user.user_id).toBe(user_id);
    expect((await call(second, 'POST /v1/sessions/authenticate', { session_jwt })).status).toBe(200);
    expect((await call(second, 'POST /v1/magic_links/authenticate', { token })).status).toBe(200);
    const jwks = await fetch(`${second.url}/v1/sessions/jwks/${second.projectId}`);
    expect(await jwks.json()).toMatchObject({ keys: [{ kid }, {}] });
    await second.close();
  });

  it('restores used links and revoked sessions after a restart', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    const { session_token, session_id } = await first.sessions.create({ email: 'ada@example.com' });
    const token = await mailedToken(first, 'ada@example.com');
    await call(first, 'POST /v1/magic_links/authenticate', { token });
    await call(first, 'POST /v1/sessions/revoke', { session_id });
    await first.close();

    const second = await startStytchEmulator({ dataDirectory });
    expect(await call(second, 'POST /v1/magic_links/authenticate', { token })).toEqual(
      refusal(401, 'unable_to_auth_magic_link'),
    );
    expect(await call(second, 'POST /v1/sessions/authenticate', { session_token })).toEqual(
      refusal(404, 'session_not_found'),
    );
    await second.close();
  });

  it('restores M2M clients, whose secrets it does not contain, and the RBAC policy', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    const client = await first.m2m.createClient({ scopes: ['read:users'] });
    const { body } = await call(first, `POST /v1/m2m/clients/${client.client_id}/secrets/rotate/start`, {});
    const policy = await first.rbac.setPolicy({ roles: [{ role_id: 'auditor', permissions: [] }] });
    await first.close();
    const state = readFileSync(stateFile(), 'utf8');
    expect(state).toContain(client.client_id);
    expect(state).not.toContain(client.client_secret);
    expect(state).not.toContain(body.m2m_client.next_client_secret);

    const second = await startStytchEmulator({ dataDirectory });
    expect(second.rbac.policy()).toEqual(policy);
    for (const client_secret of [client.client_secret, body.m2m_client.next_client_secret]) {
      const form = { grant_type: 'client_credentials', client_id: client.client_id, client_secret };
      expect((await callOAuth(second, '/v1/oauth2/token', form)).status).toBe(200);
    }
    await second.close();
  });

  it('restores connected apps and the tokens that users have permitted', async () => {
    const seed = {
      connectedApps: [{ clientId: 'connected-app-test-1', clientType: 'third_party_public' as const }],
    };
    const first = await startStytchEmulator({ dataDirectory, seed });
    const clientId = 'connected-app-test-1';
    const issue = (email: string) => first.connectedApps.issueToken({ email, clientId, scopes: ['a'] });
    const [ada, grace] = [await issue('ada@example.com'), await issue('grace@example.com')];
    await call(first, `POST /v1/users/${grace.user_id}/connected_apps/${clientId}/revoke`, {});
    await first.close();

    const second = await startStytchEmulator({ dataDirectory, seed });
    for (const [{ access_token }, active] of [
      [ada, true],
      [grace, false],
    ] as const) {
      const form = { client_id: clientId, token: access_token };
      expect((await callOAuth(second, '/v1/oauth2/introspect', form)).body['active']).toBe(active);
    }
    await second.reset();
    const { body } = await call(second, 'GET /v1/connected_apps/clients/connected-app-test-1');
    expect(body.connected_app.client_id).toBe(clientId);
    await second.close();
  });

  it('takes the RBAC policy from the seed unless another was set', async () => {
    const seed = (role_id: string) => ({ rbacPolicy: { roles: [{ role_id, permissions: [] }] } });
    const roleIds = (emulator: StytchEmulator) => emulator.rbac.policy().roles.map(({ role_id }) => role_id);
    await (await startStytchEmulator({ dataDirectory, seed: seed('first') })).close();

    const second = await startStytchEmulator({ dataDirectory, seed: seed('second') });
    expect(roleIds(second)).toEqual(['stytch_user', 'second']);
    await second.rbac.setPolicy({ roles: [{ role_id: 'set', permissions: [] }] });
    await second.close();

    const third = await startStytchEmulator({ dataDirectory, seed: seed('third') });
    expect(roleIds(third)).toEqual(['stytch_user', 'set']);
    await third.reset();
    expect(roleIds(third)).toEqual(['stytch_user', 'third']);
    await third.close();
  });

  it('writes each change before it responds', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    await call(first, 'POST /v1/users', { email: 'ada@example.com' });

    const second = await startStytchEmulator({ dataDirectory });
    const { body: received } = await call(second, 'POST /v1/users/search', {});
    expect(received.results.map(({ emails }) => emails[0]?.email)).toEqual(['ada@example.com']);
    await Promise.all([first.close(), second.close()]);
  });

  it('stores one file that only its owner can read and git ignores', async () => {
    const emulator = await startStytchEmulator({ dataDirectory });
    await emulator.sessions.create({ email: 'ada@example.com' });
    await emulator.close();

    expect(readdirSync(dataDirectory).sort()).toEqual(['.gitignore', 'state.json']);
    expect(mode(dataDirectory)).toBe('700');
    expect(mode(stateFile())).toBe('600');
    expect(readFileSync(join(dataDirectory, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('creates only those seeded users that do not exist', async () => {
    const seed = { users: [{ email: 'ada@example.com' }] };
    const first = await startStytchEmulator({ dataDirectory, seed });
    const { user_id } = await first.sessions.create({ email: 'ada@example.com' });
    await first.close();

    const second = await startStytchEmulator({ dataDirectory, seed });
    expect((await second.sessions.create({ email: 'ada@example.com' })).user_id).toBe(user_id);
    await second.close();
  });

  it.each(['', '{"version":1', '{"version":2}', '[]'])('rejects the state file %j', async (text) => {
    await (await startStytchEmulator({ dataDirectory })).close();
    chmodSync(stateFile(), 0o600);
    writeFileSync(stateFile(), text);
    await expect(startStytchEmulator({ dataDirectory })).rejects.toMatchObject({
      code: 'emulator_state_unreadable',
      message: `${stateFile()} is not a state file of this version of the emulator. Delete it to start over.`,
    });
  });

  it('does not overwrite the state of a running emulator when it fails to start', async () => {
    const running = await startStytchEmulator({ dataDirectory });
    const before = readFileSync(stateFile(), 'utf8');
    const port = Number(new URL(running.url).port);
    await expect(
      startStytchEmulator({ dataDirectory, port, seed: { users: [{ email: 'x@example.com' }] } }),
    ).rejects.toMatchObject({ code: 'emulator_port_taken' });
    expect(readFileSync(stateFile(), 'utf8')).toBe(before);
    await running.close();
  });
});
