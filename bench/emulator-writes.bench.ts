import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { alternate, medianOf, ratioOf, type Contestant } from './measure.js';
import { number, type Figure, type PartOfReport } from './report.js';

const [few, many] = [1_000, 10_000];
const schedule = { rounds: 60, warmUp: 10 };
const writesPerRound = 25;

interface WritingEmulator extends Contestant<Write> {
  close(): Promise<void>;
}

const writes = {
  'update a user': {
    method: 'PUT',
    path: (userId: string) => `/v1/users/${userId}`,
    body: () => ({ name: {} }),
  },
  'request a magic link': {
    method: 'POST',
    path: () => '/v1/magic_links/email/login_or_create',
    body: (email: string) => ({ email }),
  },
} as const;
type Write = keyof typeof writes;
const kinds = Object.keys(writes) as Write[];

/** What a write to the emulator costs with 1,000 and with 10,000 stored users, with a data directory. */
export async function emulatorWrites(): Promise<PartOfReport> {
  const emulators = [await startWith(few), await startWith(many)] as const;
  const measured = await alternate(emulators, schedule);
  await Promise.all(emulators.map((emulator) => emulator.close()));
  const [withFew, withMany] = measured;
  if (withFew === undefined || withMany === undefined) throw new Error('Nothing was measured.');
  const ratios = kinds.map((kind) => ratioOf(withMany, withFew, kind));
  return {
    tables: [
      {
        title: 'A write to the emulator with a data directory, us',
        columns: ['', ...measured.map(({ name }) => name), 'ratio'],
        rows: kinds.map((kind, at) => [
          kind,
          ...measured.map((one) => number(medianOf(one, kind))),
          number(ratios[at] ?? NaN),
        ]),
      },
    ],
    figures: kinds.map((kind, at): Figure => ({
      name: `emulator, ${kind}: ${many} users / ${few} users`,
      wanted: { atMost: 1.5 },
      measured: ratios[at] ?? NaN,
    })),
  };
}

async function startWith(count: number): Promise<WritingEmulator> {
  const directory = mkdtempSync(join(tmpdir(), 'stytch-emulator-bench-'));
  const seed = join(directory, 'seed.json');
  const users = Array.from({ length: count }, (_, at) => ({
    email: `user-${at}@example.com`,
    userId: `user-test-${at}`,
  }));
  writeFileSync(seed, JSON.stringify({ users }));
  const command = fileURLToPath(new URL('command/main.js', import.meta.resolve('stytch-emulator')));
  const args = ['--json', '--port', '0', '--data', join(directory, 'data'), '--seed', seed];
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, projectId, secret } = JSON.parse(line) as { url: string; projectId: string; secret: string };
  const pool = new Pool(url, { connections: 1 });
  const headers = {
    authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
    'content-type': 'application/json',
  };

  const write = async (kind: Write, at: number) => {
    const { method, path, body } = writes[kind];
    const response = await pool.request({
      method,
      path: path(`user-test-${at}`),
      headers,
      body: JSON.stringify(body(`user-${at}@example.com`)),
    });
    await response.body.dump();
    if (response.statusCode !== 200) throw new Error(`Expected status 200, got ${response.statusCode}.`);
  };
  let next = 0;
  const costOf = async (kind: Write) => {
    const startedAtMs = performance.now();
    // Users in the whole range, because the emulator may search for them.
    for (let done = 0; done < writesPerRound; done += 1) await write(kind, (next += 997) % count);
    return ((performance.now() - startedAtMs) * 1000) / writesPerRound;
  };
  return {
    name: `${count} users`,
    round: async () => ({
      'update a user': await costOf('update a user'),
      'request a magic link': await costOf('request a magic link'),
    }),
    async close() {
      await pool.destroy();
      child.kill();
      await once(child, 'exit');
      rmSync(directory, { recursive: true });
    },
  };
}
