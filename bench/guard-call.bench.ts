import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { medianOf, named, ratioOf, type Rounds } from './measure.js';
import { findNodes, type FoundNode } from './nodes.js';
import { nextMessage, startEmulator, type RunningEmulator } from './processes.js';
import { number, type Figure, type PartOfReport } from './report.js';

const nodeVersions = [20, 24];
/** Processes of the same program differ in speed (JIT, memory layout). */
const restarts = 3;
const signature = 'crypto.verify';
const ours = 'nestjs-stytch';
const withRequirements = 'nestjs-stytch, two requirements';
const measuringProcess = fileURLToPath(new URL('guard-call-process.js', import.meta.url));

type Measured = readonly Rounds<'cpuUs'>[];

/**
 * The CPU time of a call of the guard for a new request with a token seen before, without the server. What Nest does to call
 * it, and writing the two headers, are not included: `guard-cpu` measures everything that a guard adds.
 */
export async function guardCall(): Promise<PartOfReport> {
  const emulator = await startEmulator();
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const node of findNodes(nodeVersions)) {
    const measured = await measure(node, emulator);
    rows.push(...[ours, withRequirements].map((name) => rowOf(node, name, measured)));
    figures.push(figureOf(node, measured));
  }
  emulator.close();
  const columns = ['', 'us', 'crypto.verify, us', 'of crypto.verify', 'without requirements'];
  return { tables: [{ title: 'CPU of one call of the guard, token seen before', columns, rows }], figures };
}

async function measure(node: FoundNode, emulator: RunningEmulator): Promise<Measured> {
  const { sessionJwt } = await emulator.createSession({ email: 'ada@example.com' });
  const runs: Measured[] = [];
  for (let run = 0; run < restarts; run += 1) runs.push(await measureOnce(node, emulator, sessionJwt));
  return [signature, ours, withRequirements].map((name) => ({
    name,
    costs: runs.flatMap((run) => named(run, name).costs),
  }));
}

async function measureOnce(
  { execPath }: FoundNode,
  { project }: RunningEmulator,
  sessionJwt: string,
): Promise<Measured> {
  const child = fork(measuringProcess, [JSON.stringify(project), sessionJwt], {
    execPath,
    // The SDK prints a warning about a custom API URL.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return (await nextMessage(child)) as Measured;
}

function rowOf({ version }: FoundNode, name: string, measured: Measured): string[] {
  const one = named(measured, name);
  return [
    `${name}, Node ${version}`,
    number(medianOf(one, 'cpuUs')),
    number(medianOf(named(measured, signature), 'cpuUs')),
    number(ratioOf(one, named(measured, signature), 'cpuUs')),
    number(ratioOf(one, named(measured, ours), 'cpuUs')),
  ];
}

/** A role and a permission, with a cached policy. */
const figureOf = ({ version }: FoundNode, measured: Measured): Figure => ({
  name: `CPU of the guard with two requirements / without, Node ${version}`,
  wanted: { atMost: 1.2 },
  measured: ratioOf(named(measured, withRequirements), named(measured, ours), 'cpuUs'),
});
