import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StartedName } from './cold-start-application.js';
import { Issuer } from './issuer.js';
import { alternate, medianOf, named, ratioOf, type Contestant, type Rounds } from './measure.js';
import { findNodes, type FoundNode } from './nodes.js';
import { number, type Figure, type PartOfReport } from './report.js';

const nodeVersions = [20, 24];
/** The first start reads the files from disk. */
const schedule = { rounds: 45, warmUp: 1 };
const bare = 'bare Nest' satisfies StartedName;
const ours = 'nestjs-stytch' satisfies StartedName;
const passport = 'passport-jwt + jwks-rsa' satisfies StartedName;
const names: readonly StartedName[] = [bare, ours, passport];
const application = fileURLToPath(new URL('cold-start-application.js', import.meta.url));

type Cost = 'wallMs' | 'cpuMs';

/** From the start of a new process until its application listens. */
export async function coldStart(): Promise<PartOfReport> {
  const issuer = new Issuer();
  await issuer.publishKeys();
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const node of findNodes(nodeVersions)) {
    const measured = await alternate(
      names.map((name) => contestant(name, node, issuer)),
      schedule,
    );
    rows.push(...measured.map((one) => rowOf(node, one, named(measured, bare))));
    figures.push(figureOf(node, measured));
  }
  issuer.close();
  const columns = ['', 'wall, ms', 'of bare Nest', 'CPU, ms', 'of bare Nest'];
  return { tables: [{ title: 'Start of a process until it listens', columns, rows }], figures };
}

const contestant = (name: StartedName, { execPath }: FoundNode, { project }: Issuer): Contestant<Cost> => ({
  name,
  async round() {
    const child = fork(application, [name, JSON.stringify(project)], {
      execPath,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [cost] = (await once(child, 'message')) as [Record<Cost, number>];
    child.kill();
    await once(child, 'exit');
    return cost;
  },
});

const rowOf = ({ version }: FoundNode, one: Rounds<Cost>, without: Rounds<Cost>): string[] => [
  `${one.name}, Node ${version}`,
  ...(['wallMs', 'cpuMs'] as const).flatMap((cost) => [
    number(medianOf(one, cost)),
    number(ratioOf(one, without, cost)),
  ]),
];

function figureOf({ version }: FoundNode, measured: readonly Rounds<Cost>[]): Figure {
  const without = named(measured, bare);
  return {
    name: `start with StytchModule / bare Nest, Node ${version}`,
    wanted: { atMost: 1.3 },
    measured: ratioOf(named(measured, ours), without, 'wallMs'),
    beside: {
      'CPU time': ratioOf(named(measured, ours), without, 'cpuMs'),
      [passport]: ratioOf(named(measured, passport), without, 'wallMs'),
    },
  };
}
