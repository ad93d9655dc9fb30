import { jwtCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { costPerRequest, Load } from './load.js';
import { alternate, median, medianOf, named, ratioOf, type Contestant, type Rounds } from './measure.js';
import { findNodes, type FoundNode } from './nodes.js';
import {
  startApplications,
  startEmulator,
  type Platform,
  type RunningApplications,
  type RunningEmulator,
} from './processes.js';
import { startRedis } from './redis-server.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const nodeVersions = [20, 24];
const platforms = { Fastify: { atMost: 0.1 }, Express: { atMost: 0.25 } } as const;
const connections = 16;
const requestsPerRound = { Express: 200, Fastify: 800 };
/** Untimed requests before each round, because the process was idle during the other rounds. */
const warmUpRequests = 64;
/** Compilation counts as CPU time of the process, so it has to be over. */
const schedule = { rounds: 20, warmUp: 40 };
/** Processes of the same program differ in speed (JIT, memory layout). */
const restarts = 3;

const unguarded = 'no guard' satisfies AlternativeName;
const emptyGuards = 'two guards that do nothing' satisfies AlternativeName;
const withoutVerifying = 'two guards that verify nothing' satisfies AlternativeName;
const findingTokens = 'two guards that find the token in a map' satisfies AlternativeName;
const ours = 'nestjs-stytch' satisfies AlternativeName;
const oursForMembers = 'nestjs-stytch, members' satisfies AlternativeName;
const withRequirements = 'nestjs-stytch, two requirements' satisfies AlternativeName;
const withRedis = 'nestjs-stytch, with Redis' satisfies AlternativeName;
const signature = 'crypto.verify';
const namesForUsers = [
  unguarded,
  emptyGuards,
  withoutVerifying,
  findingTokens,
  ours,
  withRequirements,
] as const;
/** On Fastify only: between the adapters, the guard differs in the same way for both products. */
const namesForMembers = [unguarded, oursForMembers] as const;

const namesWithRedis = [unguarded, ours, withRedis] as const;

type Measured = ReadonlyMap<string, Rounds<'cpuUs'>>;

/**
 * The CPU time that the guard adds to a request with a token seen before, as a share of the check of one
 * RS256 signature: the part that doesn't depend on what the handler costs.
 */
export async function guardCpu(): Promise<PartOfReport> {
  const emulator = await startEmulator();
  const b2bEmulator = await startEmulator({ product: 'b2b' });
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const node of findNodes(nodeVersions)) {
    for (const platform of ['Fastify', 'Express'] as const) {
      const measured = await measure(namesForUsers, node, platform, emulator);
      rows.push(...rowsOf(namesForUsers, node, platform, measured));
      figures.push(figureOf(node, platform, measured));
    }
    const measured = await measure(namesForMembers, node, 'Fastify', b2bEmulator);
    rows.push(...rowsOf(namesForMembers, node, 'Fastify', measured));
    figures.push(membersFigureOf(node, measured));
  }
  emulator.close();
  b2bEmulator.close();
  return { tables: [tableOf(rows)], figures };
}

/** The same for an application that shares its sign-outs and limits through Redis, on this Node. */
export async function guardRedis(): Promise<PartOfReport> {
  const redis = await startRedis();
  if (redis === undefined) {
    console.error('Skipped: redis-server is missing (apt-get install redis-server).');
    return { tables: [], figures: [] };
  }
  const emulator = await startEmulator();
  const rows: string[][] = [];
  const figures: Figure[] = [];
  for (const node of findNodes(nodeVersions.slice(0, 1))) {
    for (const platform of ['Fastify', 'Express'] as const) {
      const measured = await measure(namesWithRedis, node, platform, emulator, redis.url);
      rows.push(...rowsOf(namesWithRedis, node, platform, measured));
      figures.push(redisFigureOf(node, platform, measured));
    }
  }
  emulator.close();
  redis.close();
  return { tables: [tableOf(rows)], figures };
}

async function measure(
  names: readonly AlternativeName[],
  node: FoundNode,
  platform: Platform,
  emulator: RunningEmulator,
  redisUrl?: string,
): Promise<Measured> {
  const measured = new Map<string, Rounds<'cpuUs'>>();
  for (let run = 0; run < restarts; run += 1) {
    // The order of creation affects speed, so it rotates.
    const rotated = [...names.slice(run % names.length), ...names.slice(0, run % names.length)];
    for (const { name, costs } of await roundsOf(rotated, node, platform, emulator, redisUrl)) {
      measured.set(name, { name, costs: [...(measured.get(name)?.costs ?? []), ...costs] });
    }
  }
  return measured;
}

async function roundsOf(
  rotated: readonly AlternativeName[],
  { execPath }: FoundNode,
  platform: Platform,
  { project, createSession }: RunningEmulator,
  redisUrl = '',
): Promise<Rounds<'cpuUs'>[]> {
  const running = await startApplications({ names: rotated, platform, project, redisUrl, execPath });
  const { sessionJwt } = await createSession({ email: 'ada@example.com' });
  const loads = running.urls.map(
    (url) => new Load(url, '/dashboard', `theme=dark; ${jwtCookie}=${sessionJwt}`),
  );
  for (const load of loads) await load.open(connections);
  const rounds = await alternate(
    [
      { name: signature, round: async () => ({ cpuUs: await running.verifyUs() }) },
      ...loads.map((load, at) => contestant(rotated[at] ?? unguarded, load, running, platform)),
    ],
    schedule,
  );
  for (const load of loads) load.close();
  running.close();
  return rounds;
}

function contestant(
  name: AlternativeName,
  load: Load,
  running: RunningApplications,
  platform: Platform,
): Contestant<'cpuUs'> {
  const requests = requestsPerRound[platform];
  return {
    name,
    async round() {
      await load.send(warmUpRequests);
      const { cpuUs } = await costPerRequest(load, requests, running);
      return { cpuUs };
    },
  };
}

/** The median over the rounds of what one route costs more than the unguarded one. */
function addedUs(measured: Measured, name: AlternativeName): number {
  const without = named(measured.values(), unguarded).costs;
  return median(
    named(measured.values(), name).costs.map(({ cpuUs }, round) => cpuUs - (without[round]?.cpuUs ?? NaN)),
  );
}

const shareOf = (measured: Measured, name: AlternativeName) =>
  addedUs(measured, name) / medianOf(named(measured.values(), signature), 'cpuUs');

function rowsOf(
  names: readonly AlternativeName[],
  node: FoundNode,
  platform: Platform,
  measured: Measured,
): string[][] {
  const guarded = names.filter((name) => name !== unguarded);
  return guarded.map((name) => [
    `${name}, ${platform}, Node ${node.version}`,
    number(medianOf(named(measured.values(), unguarded), 'cpuUs')),
    number(addedUs(measured, name)),
    number(medianOf(named(measured.values(), signature), 'cpuUs')),
    number(shareOf(measured, name)),
  ]);
}

const tableOf = (rows: readonly string[][]): Table => ({
  title: 'CPU that a guard adds to a request with a token seen before',
  columns: ['', 'unguarded, us', 'added, us', 'crypto.verify, us', 'added / crypto.verify'],
  rows,
});

const figureOf = (node: FoundNode, platform: Platform, measured: Measured): Figure => ({
  name: `CPU that the guard adds / crypto.verify on ${platform}, Node ${node.version}`,
  wanted: platforms[platform],
  measured: shareOf(measured, ours),
  beside: {
    [emptyGuards]: shareOf(measured, emptyGuards),
    [withoutVerifying]: shareOf(measured, withoutVerifying),
    [findingTokens]: shareOf(measured, findingTokens),
  },
});

const membersFigureOf = (node: FoundNode, measured: Measured): Figure => ({
  name: `CPU that the guard adds for members / crypto.verify on Fastify, Node ${node.version}`,
  wanted: platforms.Fastify,
  measured: shareOf(measured, oursForMembers),
});

/** Requests do not use Redis. The difference is what the process does besides, and noise. */
const redisFigureOf = (node: FoundNode, platform: Platform, measured: Measured): Figure => ({
  name: `CPU of a guarded request with Redis / without, on ${platform}, Node ${node.version}`,
  wanted: { atMost: 1.05 },
  measured: ratioOf(named(measured.values(), withRedis), named(measured.values(), ours), 'cpuUs'),
});
