import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStytchEmulator } from 'stytch-emulator';
import { basic } from './emulator.js';

const command = fileURLToPath(new URL('../bin/stytch-emulator.mjs', import.meta.url));

interface Ready {
  url: string;
  inboxUrl: string;
  projectId: string;
  secret: string;
  publicToken: string;
}

describe('the command stytch-emulator', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  const run = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...env } });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, ...output }));
    const printed = (until: RegExp) =>
      new Promise<string>((found, missing) => {
        const look = () => {
          if (until.test(output.stdout)) found(output.stdout);
        };
        child.stdout.on('data', look);
        void ended.then(() => {
          missing(new Error(output.stderr));
        });
      });
    return { child, ended, printed };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line with --json when it is ready, and exits with code 0 on %s',
    async (signal) => {
      const { child, ended, printed } = run(['--port', '0', '--json']);

      const ready = JSON.parse(await printed(/\n/)) as Ready;
      expect(ready).toEqual({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        inboxUrl: `${ready.url}/`,
        projectId: expect.stringMatching(/^project-test-/),
        secret: expect.stringMatching(/^secret-test-[\w-]{35}=$/),
        publicToken: expect.stringMatching(/^public-token-test-/),
      });
      const whoami = await fetch(`${ready.url}/v1/debug/whoami`, {
        headers: { authorization: basic(ready.projectId, ready.secret) },
      });
      expect(whoami.status).toBe(200);

      child.kill(signal);
      expect(await ended).toEqual({ code: 0, stdout: `${JSON.stringify(ready)}\n`, stderr: '' });
    },
  );

  it('prints the URLs and the lines for the .env file', async () => {
    const { child, ended, printed } = run(['--port', '0']);
    const text = await printed(/Ctrl\+C/);
    child.kill();
    await ended;

    const url = /http:\S+/.exec(text)?.[0];
    expect(text).toContain(`Inbox            ${url}/\n`);
    expect(text).toContain(`STYTCH_API_URL="${url}"\n`);
    expect(text).toMatch(/^STYTCH_PROJECT_ID="project-test-.+"$/m);
    expect(text).toMatch(/^STYTCH_SECRET="secret-test-.+"$/m);
    expect(text).toMatch(/^STYTCH_PUBLIC_TOKEN="public-token-test-.+"$/m);
  });

  it('applies --data, --seed and --redirect-url', async () => {
    const seedFile = join(directory, 'seed.json');
    writeFileSync(seedFile, JSON.stringify({ users: [{ email: 'ada@example.com', roles: ['admin'] }] }));
    const args = ['--port', '0', '--json', '--data', join(directory, 'data'), '--seed', seedFile];
    const start = async () => {
      const { child, ended, printed } = run([...args, '--redirect-url', 'https://app.example/in']);
      const ready = JSON.parse(await printed(/\n/)) as Ready;
      const authorization = basic(ready.projectId, ready.secret);
      const post = (path: string, body: object) =>
        fetch(ready.url + path, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) });
      return { ready, post, stop: () => (child.kill(), ended) };
    };

    const first = await start();
    const sent = await first.post('/v1/magic_links/email/send', {
      email: 'ada@example.com',
      login_magic_link_url: 'https://app.example/in',
    });
    expect(sent.status).toBe(200);
    const elsewhere = await first.post('/v1/magic_links/email/send', {
      email: 'ada@example.com',
      login_magic_link_url: 'http://localhost:3000/',
    });
    expect(elsewhere.status).toBe(400);
    await first.stop();

    const second = await start();
    expect(second.ready).toMatchObject({ projectId: first.ready.projectId, secret: first.ready.secret });
    await second.stop();
  });

  it.each([
    ['the option --product', ['--product', 'b2b'], {}],
    ['the seed', [], { product: 'b2b', organizations: [{ name: 'Acme' }] }],
  ])('serves a B2B project by %s', async (_, args, seed) => {
    const seedFile = join(directory, 'b2b-seed.json');
    writeFileSync(seedFile, JSON.stringify(seed));
    const { child, ended, printed } = run(['--port', '0', '--json', '--seed', seedFile, ...args]);
    const { url, projectId } = JSON.parse(await printed(/\n/)) as Ready;
    expect((await fetch(`${url}/v1/b2b/sessions/jwks/${projectId}`)).status).toBe(200);
    child.kill();
    await ended;
  });

  it('sends webhooks to --webhook-url, and prints the secret that signs them', async () => {
    const url = 'http://localhost:3000/auth/webhooks';
    const secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const withSecret = run(['--port', '0', '--json', '--webhook-url', url, '--webhook-secret', secret]);
    const ready = JSON.parse(await withSecret.printed(/\n/)) as Ready & { webhookSecret: string };
    const response = await fetch(`${ready.url}/__emulator/v1/webhooks`);
    expect(await response.json()).toEqual({ endpoint: { url, secret } });
    expect(ready.webhookSecret).toBe(secret);
    withSecret.child.kill();
    await withSecret.ended;

    const generated = run(['--port', '0', '--webhook-url', url]);
    const text = await generated.printed(/Ctrl\+C/);
    expect(text).toContain(`\nWebhooks         ${url}\n`);
    expect(text).toMatch(/^STYTCH_WEBHOOK_SECRET="whsec_.{44}"$/m);
    generated.child.kill();
    await generated.ended;
  });

  it.each([
    ['an unknown flag', ['--prot', '1'], 2, /Unknown option '--prot'/],
    ['a malformed port', ['--port', 'http'], 2, /--port must be a number from 0 to 65535, not "http"\./],
    ['a port out of range', ['--port', '65536'], 2, /--port must be a number/],
    ['an unknown product', ['--product', 'x'], 2, /--product must be consumer or b2b, not "x"\./],
    ['a positional argument', ['start'], 2, /Unexpected argument 'start'/],
    ['a missing seed file', ['--seed', 'nowhere.json'], 2, /Cannot read the seed file nowhere\.json\./],
    [
      'a seed file with unknown keys',
      ['--seed', 'package.json'],
      2,
      /The seed is invalid: "name" is unknown/,
    ],
    [
      'a seed file that is not JSON',
      ['--seed', 'LICENSE'],
      2,
      /The seed is invalid: it is not a JSON object\./,
    ],
    [
      'a malformed redirect URL',
      ['--redirect-url', 'x'],
      2,
      /redirectUrls: "x" is not an http or https URL\./,
    ],
    [
      'a webhook URL that is not loopback',
      ['--webhook-url', 'http://app.example'],
      2,
      /must be an http URL with a loopback host/,
    ],
    [
      'a webhook secret without a URL',
      ['--webhook-secret', 'x'],
      2,
      /--webhook-secret needs --webhook-url\./,
    ],
    ['a malformed origin', ['--allowed-origin', 'x'], 2, /allowedOrigins: "x" is not an origin/],
  ])('exits with an explanation of %s', async (_case, args, code, message) => {
    expect(await run(args).ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('exits with an explanation of a port that is in use', async () => {
    const emulator = await startStytchEmulator();
    const { port } = new URL(emulator.url);
    expect(await run(['--port', port]).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `stytch-emulator: Port ${port} on 127.0.0.1 is already in use.\n`,
    });
    await emulator.close();
  });

  it('does not run with NODE_ENV=production', async () => {
    expect(await run(['--port', '0'], { NODE_ENV: 'production' }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('does not run with NODE_ENV=production'),
    });
  });

  it('prints its version and its options', async () => {
    expect((await run(['--version']).ended).stdout).toMatch(/^\d+\.\d+\.\d+.*\n$/);
    const { stdout, code } = await run(['--help']).ended;
    expect(code).toBe(0);
    for (const flag of [
      '--port',
      '--host',
      '--allowed-host',
      '--allowed-origin',
      '--data',
      '--seed',
      '--redirect-url',
      '--webhook-url',
      '--webhook-secret',
      '--json',
    ]) {
      expect(stdout).toContain(flag);
    }
  });
});
