import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { oauthToken } from './oauth-flow.js';
import { call, callOAuth, mailedToken, refusal, sentCode } from './emulator.js';

describe('an emulator with a data directory', () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = join(mkdtempSync(join(tmpdir(), 'stytch-emulator-')), 'data');
  });
  afterEach(() => {
    rmSync(join(dataDirectory, '..'), { recursive: true });
  });
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const lockFile = () => join(dataDirectory, 'lock');
  const stateFile = () => join(dataDirectory, 'state.jsonl');

  it('restores credentials, keys, users, sessions, links, codes and messages after a restart', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    const { session_token, session_jwt, user_id } = await first.sessions.create({ email: 'ada@example.com' });
    const token = await mailedToken(first, 'grace@example.com');
    const passcode = await sentCode(first, 'sms', '+12025550123');
    const { kid } = await first.keys.rotate();
    await first.close();

    const second = await startStytchEmulator({ dataDirectory });
    expect(second).toMatchObject({
      projectId: first.projectId,
      secret: first.secret,
      publicToken: first.publicToken,
    });
    const [linkMessage, codeMessage] = second.messages.list();
    expect(codeMessage).toEqual(first.messages.latest({ kind: 'code' }));
    expect(linkMessage).toEqual({
      ...first.messages.latest({ kind: 'link' }),
      link: expect.stringMatching(new RegExp(`^${second.url}/v1/`)),
    });
    const byToken = await call(second, 'POST /v1/sessions/authenticate', { session_token });
    expect(byToken.body.user.user_id).toBe(user_id);
    expect((await call(second, 'POST /v1/sessions/authenticate', { session_jwt })).status).toBe(200);
    expect((await call(second, 'POST /v1/magic_links/authenticate', { token })).status).toBe(200);
    expect((await call(second, 'POST /v1/otps/authenticate', passcode)).status).toBe(200);
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

  it('restores OAuth tokens that were not used, and the accounts at providers', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    const used = await oauthToken(first, 'ada@example.com');
    const { body: signedIn } = await call(first, 'POST /v1/oauth/authenticate', { token: used });
    const token = await oauthToken(first, 'ada@example.com');
    await first.close();

    const second = await startStytchEmulator({ dataDirectory });
    expect(await call(second, 'POST /v1/oauth/authenticate', { token: used })).toEqual(
      refusal(400, 'oauth_token_not_found'),
    );
    expect((await call(second, 'POST /v1/oauth/authenticate', { token })).body).toMatchObject({
      user_id: signedIn.user_id,
      oauth_user_registration_id: signedIn.oauth_user_registration_id,
    });
    await second.close();
  });

  it('restores passwords, of which it contains only hashes', async () => {
    const credentials = { email: 'ada@example.com', password: 'a long and unusual sentence' };
    const first = await startStytchEmulator({ dataDirectory });
    await call(first, 'POST /v1/passwords', credentials);
    await first.close();
    expect(readFileSync(stateFile(), 'utf8')).not.toContain(credentials.password);

    const second = await startStytchEmulator({ dataDirectory });
    expect((await call(second, 'POST /v1/passwords/authenticate', credentials)).status).toBe(200);
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
    const copy = join(dataDirectory, '..', 'copy');
    mkdirSync(copy);
    copyFileSync(stateFile(), join(copy, 'state.jsonl'));

    const second = await startStytchEmulator({ dataDirectory: copy });
    const { body: received } = await call(second, 'POST /v1/users/search', {});
    expect(received.results.map(({ emails }) => emails[0]?.email)).toEqual(['ada@example.com']);
    await Promise.all([first.close(), second.close()]);
  });

  it('stores one file that only its owner can read and git ignores', async () => {
    const emulator = await startStytchEmulator({ dataDirectory });
    await emulator.sessions.create({ email: 'ada@example.com' });
    await emulator.close();

    expect(readdirSync(dataDirectory).sort()).toEqual(['.gitignore', 'state.jsonl']);
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

  describe('refuses to start, and leaves the file unchanged, if the state file', () => {
    const damages: Record<string, (state: string) => string> = {
      'is empty': () => '',
      'is of another format': () => '{"version":2}\n',
      'was changed inside an entry': (state) => state.replace('ada@example.com', 'eve@example.com'),
      'lacks a line': (state) => state.split('\n').slice(1).join('\n'),
      'has bytes of another file': (state) => state.replace('\n', '\n\0\0\0\n'),
    };
    it.each(Object.entries(damages))('%s', async (_, damage) => {
      const emulator = await startStytchEmulator({ dataDirectory });
      await emulator.sessions.create({ email: 'ada@example.com' });
      await emulator.close();
      const damaged = damage(readFileSync(stateFile(), 'utf8'));
      writeFileSync(stateFile(), damaged);

      await expect(startStytchEmulator({ dataDirectory })).rejects.toMatchObject({
        code: 'emulator_state_unreadable',
        message: `${stateFile()} is damaged, or not a state file of this version of the emulator. It was left unchanged. Delete it to start over.`,
      });
      expect(readFileSync(stateFile(), 'utf8')).toBe(damaged);
      expect(readdirSync(dataDirectory).sort()).toEqual(['.gitignore', 'state.jsonl']);
    });
  });

  it('ignores the end of a line that was not written completely, because nobody got a response', async () => {
    const first = await startStytchEmulator({ dataDirectory });
    await first.sessions.create({ email: 'ada@example.com' });
    await first.close();
    const complete = readFileSync(stateFile(), 'utf8');
    writeFileSync(stateFile(), `${complete}${complete.slice(0, 50)}`);

    const second = await startStytchEmulator({ dataDirectory });
    expect(second.sessions.list()).toHaveLength(1);
    await second.sessions.create({ email: 'grace@example.com' });
    await second.close();

    const third = await startStytchEmulator({ dataDirectory });
    expect(third.sessions.list()).toHaveLength(2);
    await third.close();
  });

  it('appends as much for a change, however much is stored', async () => {
    const emulator = await startStytchEmulator({ dataDirectory });
    // With the signing key.
    await emulator.sessions.create({ email: 'ada@example.com' });
    const sizes = [statSync(stateFile()).size];
    for (let at = 0; at < 100; at += 1) {
      await emulator.sessions.create({ email: `person-${String(at).padStart(3, '0')}@example.com` });
      sizes.push(statSync(stateFile()).size);
    }
    const written = sizes.slice(1).map((size, at) => size - (sizes[at] ?? 0));
    expect(new Set(written).size).toBe(1);
    await emulator.close();
  });

  it('rewrites the file without superseded lines when most of it is superseded', async () => {
    const emulator = await startStytchEmulator({ dataDirectory });
    const trusted_metadata = { note: 'x'.repeat(3000) };
    const { body } = await call(emulator, 'POST /v1/users', { email: 'ada@example.com' });
    let largest = 0;
    for (let at = 0; at < 500; at += 1) {
      await call(emulator, `PUT /v1/users/${body.user_id}`, {
        trusted_metadata: { ...trusted_metadata, at },
      });
      largest = Math.max(largest, statSync(stateFile()).size);
    }
    expect(largest).toBeLessThan(1.1 * 1024 * 1024);
    expect(statSync(stateFile()).size).toBeLessThan(largest);
    await emulator.close();

    const restarted = await startStytchEmulator({ dataDirectory });
    const { body: restored } = await call(restarted, `GET /v1/users/${body.user_id}`);
    expect(restored).toMatchObject({ trusted_metadata: { ...trusted_metadata, at: 499 } });
    await restarted.close();
  });

  describe('locks the directory', () => {
    it('against a second emulator, which says who uses it', async () => {
      const running = await startStytchEmulator({ dataDirectory });
      const before = readFileSync(stateFile(), 'utf8');
      await expect(
        startStytchEmulator({ dataDirectory, seed: { users: [{ email: 'x@example.com' }] } }),
      ).rejects.toMatchObject({
        code: 'emulator_data_directory_in_use',
        message: `Another emulator uses this data directory: process ${process.pid} on ${hostname()}. Stop it, or use another directory. If it no longer runs, delete ${lockFile()}.`,
      });
      expect(readFileSync(stateFile(), 'utf8')).toBe(before);
      await running.close();

      await (await startStytchEmulator({ dataDirectory })).close();
    });

    it('and releases it if the start fails', async () => {
      const other = await startStytchEmulator();
      const port = Number(new URL(other.url).port);
      await expect(startStytchEmulator({ dataDirectory, port })).rejects.toMatchObject({
        code: 'emulator_port_taken',
      });
      await (await startStytchEmulator({ dataDirectory })).close();
      await other.close();
    });

    const ended = spawnSync(process.execPath, ['--version']).pid;
    const aMinuteAgo = () => new Date(Date.now() - 60_000);
    it.each([
      ['of a process that has ended', { pid: ended, host: hostname() }, undefined],
      [
        'of an earlier process with the same id, as in a container',
        { pid: process.pid, host: hostname() },
        undefined,
      ],
      ['of another machine that no longer renews it', { pid: 1, host: 'other' }, aMinuteAgo()],
      ['that is not a lock', {}, undefined],
    ])('and takes over a lock %s', async (_, holder, renewedAt) => {
      mkdirSync(dataDirectory);
      writeFileSync(lockFile(), JSON.stringify({ id: 'x', processStartedAtMs: 0, ...holder }));
      if (renewedAt) utimesSync(lockFile(), renewedAt, renewedAt);

      const emulator = await startStytchEmulator({ dataDirectory });
      expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid });
      await emulator.close();
      expect(readdirSync(dataDirectory).sort()).toEqual(['.gitignore', 'state.jsonl']);
    });

    it.each([
      ['a process that runs', { pid: process.ppid, host: hostname() }],
      ['another machine that has renewed it', { pid: 1, host: 'other' }],
    ])('and respects the lock of %s', async (_, holder) => {
      mkdirSync(dataDirectory);
      writeFileSync(lockFile(), JSON.stringify({ id: 'x', processStartedAtMs: 0, ...holder }));

      await expect(startStytchEmulator({ dataDirectory })).rejects.toMatchObject({
        code: 'emulator_data_directory_in_use',
      });
      expect(readdirSync(dataDirectory)).toEqual(['lock']);
    });
  });

  it('refuses to start with a clear message if the directory cannot be written', async () => {
    mkdirSync(join(dataDirectory, '..'), { recursive: true });
    writeFileSync(dataDirectory, 'a file');
    await expect(startStytchEmulator({ dataDirectory })).rejects.toMatchObject({
      code: 'emulator_state_not_written',
      message: `The emulator cannot write to ${dataDirectory} (EEXIST).`,
    });
  });
});
