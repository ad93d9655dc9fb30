import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerName } from './emulator-start-process.js';
import { alternate, medianOf, named, ratioOf, type Contestant } from './measure.js';
import { number, type PartOfReport } from './report.js';

/** The first start reads the files from disk. */
const schedule = { rounds: 25, warmUp: 1 };
const empty = 'empty hono server' satisfies ServerName;
const emulator = 'stytch-emulator' satisfies ServerName;
const server = fileURLToPath(new URL('emulator-start-process.js', import.meta.url));

type Cost = 'listeningMs' | 'canSignMs';

/** From the start of a new process until its server listens, and until the emulator can sign the first JWT. */
export async function emulatorStart(): Promise<PartOfReport> {
  const measured = await alternate([empty, emulator].map(contestant), schedule);
  const [without, ours] = [named(measured, empty), named(measured, emulator)];
  return {
    tables: [
      {
        title: 'Start of a process until its server listens',
        columns: ['', 'listens, ms', 'of an empty server', 'can sign, ms'],
        rows: measured.map((one) => [
          one.name,
          number(medianOf(one, 'listeningMs')),
          number(ratioOf(one, without, 'listeningMs')),
          one === ours ? number(medianOf(one, 'canSignMs')) : '',
        ]),
      },
    ],
    figures: [
      {
        name: 'start of the emulator / an empty hono server',
        wanted: { atMost: 1.5 },
        measured: ratioOf(ours, without, 'listeningMs'),
        beside: { 'until the first JWT, ms': medianOf(ours, 'canSignMs') },
      },
    ],
  };
}

const contestant = (name: string): Contestant<Cost> => ({
  name,
  async round() {
    const child = fork(server, [name], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [cost] = (await once(child, 'message')) as [Record<Cost, number>];
    child.kill();
    await once(child, 'exit');
    return cost;
  },
});
