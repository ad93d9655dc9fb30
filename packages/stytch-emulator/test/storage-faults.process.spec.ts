import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startStytchEmulator, type StytchEmulator } from 'stytch-emulator';
import { call } from './emulator.js';

const command = fileURLToPath(new URL('../bin/stytch-emulator.mjs', import.meta.url));

type Ready = Pick<StytchEmulator, 'url' | 'projectId' | 'secret'>;

describe('the emulator as a separate process', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'stytch-emulator-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  });

  const startWith = async (program: string, args: string[]) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    const exited = once(child, 'exit');
    const output = { stderr: '' };
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    return { kill, output, emulator: JSON.parse(line) as Ready };
  };
  const commandLine = () => [command, '--port', '0', '--json', '--data', directory];
  const addresses = async (emulator: Ready) => {
    const { body } = await call(emulator, 'POST /v1/users/search', { limit: 1000 });
    return body.results.map(({ emails }) => emails[0]?.email);
  };

  it('undoes a change that it cannot write, says so, and stores the next one that it can', async () => {
    // Writes beyond the limit fail, as on a full disk.
    const script = `trap '' XFSZ; ulimit -f 12; exec "$0" "$@"`;
    const { kill, output, emulator } = await startWith('sh', [
      '-c',
      script,
      process.execPath,
      ...commandLine(),
    ]);
    const create = (email: string, note = '') =>
      call(emulator, 'POST /v1/users', { email, trusted_metadata: { note } });
    await create('ada@example.com');
    const refused = await create('grace@example.com', 'x'.repeat(3_500));
    const stored = await create('edsger@example.com');

    const reason = `The emulator cannot write to ${directory} (EFBIG). The change was undone.`;
    expect(refused.status).toBe(500);
    expect(refused.body).toMatchObject({ error_type: 'internal_server_error', error_message: reason });
    expect(output.stderr).toBe(`stytch-emulator: ${reason}\n`);
    expect(stored.status).toBe(201);
    expect(await addresses(emulator)).toEqual(['ada@example.com', 'edsger@example.com']);

    await kill();
    const restarted = await startStytchEmulator({ dataDirectory: directory });
    expect(await addresses(restarted)).toEqual(['ada@example.com', 'edsger@example.com']);
    await restarted.close();
  });

  it('has stored its signing key before it responds with the first JWT', async () => {
    const { kill, emulator } = await startWith(process.execPath, commandLine());
    const created = await fetch(`${emulator.url}/__emulator/v1/sessions`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ada@example.com' }),
    });
    const { sessionJwt: session_jwt } = (await created.json()) as { sessionJwt: string };
    await kill();

    const restarted = await startStytchEmulator({ dataDirectory: directory });
    expect((await call(restarted, 'POST /v1/sessions/authenticate', { session_jwt })).status).toBe(200);
    await restarted.close();
  });

  it('has stored everything that it responded to when it is killed during a burst', async () => {
    const { kill, emulator } = await startWith(process.execPath, commandLine());
    const acknowledged: string[] = [];
    const burst = Array.from({ length: 60 }, async (_, at) => {
      const email = `person-${at}@example.com`;
      const { status } = await call(emulator, 'POST /v1/users', { email });
      if (status === 201) acknowledged.push(email);
      if (acknowledged.length === 20) await kill();
    });
    await Promise.allSettled(burst);

    const restarted = await startStytchEmulator({ dataDirectory: directory });
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    expect(await addresses(restarted)).toEqual(expect.arrayContaining(acknowledged));
    await restarted.close();
  });
});
