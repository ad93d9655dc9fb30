import { alternatives, type AlternativeName } from './alternatives/index.js';
import { jwtCookie } from './alternatives/alternative.js';
import { costPerRequest, Load } from './load.js';
import { alternate, medianOf, ratioOf, type Contestant, type Rounds } from './measure.js';
import {
  startApplications,
  startEmulator,
  type Platform,
  type RunningApplications,
  type RunningEmulator,
} from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const connections = 16;
const requestsPerRound = { Express: 300, Fastify: 800 };
/** Requests per round of the alternative that calls Stytch on every request and is therefore slower. */
const requestsWithCalls = 32;
/** Untimed requests before each round, because the process was idle during the other rounds. */
const warmUpRequests = 64;
const schedule = { rounds: 10, warmUp: 20 };
/** Processes of the same program differ in speed (JIT, memory layout), so each pair is restarted several times. */
const restarts = { forFigures: 3, forOthers: 1 };

type Cost = 'wallUs' | 'cpuUs';

/** An alternative, and the unguarded route measured in the same process and at the same time. */
interface Pair {
  readonly guarded: Rounds<Cost>;
  readonly unguarded: Rounds<Cost>;
}

/** Compared with itself, shows the measurement error of a ratio. */
const control = 'no guard' satisfies AlternativeName;
const emptyGuardName = 'a guard that does nothing' satisfies AlternativeName;
const ours = 'nestjs-stytch' satisfies AlternativeName;

/** The cost of a guard on both platforms, relative to an unguarded route in the same process. */
export async function guardedRoute(): Promise<PartOfReport> {
  const parts = [await onPlatform('Express'), await onPlatform('Fastify')];
  return {
    tables: parts.map(({ table }) => table),
    figures: parts.map(({ figure }) => figure),
  };
}

async function onPlatform(platform: Platform): Promise<{ table: Table; figure: Figure }> {
  const emulator = await startEmulator();
  const pairs: Pair[] = [];
  for (const name of namesOn(platform)) pairs.push(await pairOf(name, platform, emulator));
  emulator.close();
  return { table: tableOf(platform, pairs), figure: figureOf(platform, pairs) };
}

async function pairOf(name: AlternativeName, platform: Platform, emulator: RunningEmulator): Promise<Pair> {
  const isInFigures = [control, emptyGuardName, ours].some((one) => one === name);
  const pair: Pair = { guarded: { name, costs: [] }, unguarded: { name: control, costs: [] } };
  const runs = isInFigures ? restarts.forFigures : restarts.forOthers;
  for (let run = 0; run < runs; run += 1) {
    // The order of creation affects speed, so it alternates.
    const names: AlternativeName[] = run % 2 === 0 ? [control, name] : [name, control];
    const rounds = await roundsOf(names, platform, emulator);
    const [unguarded, guarded] = run % 2 === 0 ? rounds : rounds.reverse();
    pair.unguarded.costs.push(...(unguarded?.costs ?? []));
    pair.guarded.costs.push(...(guarded?.costs ?? []));
  }
  return pair;
}

async function roundsOf(
  names: readonly AlternativeName[],
  platform: Platform,
  emulator: RunningEmulator,
): Promise<Rounds<Cost>[]> {
  const running = await startApplications({ names, platform, project: emulator.project });
  const { sessionJwt } = await emulator.createSession({ email: 'ada@example.com' });
  const contestants = await Promise.all(
    names.map((name, at) => contestant({ name, url: running.urls[at] ?? '', running, platform, sessionJwt })),
  );
  const rounds = await alternate(contestants, schedule);
  for (const one of contestants) one.close();
  running.close();
  return rounds;
}

/**
 * Those of a consumer project. express-oauth2-jwt-bearer uses properties of the request that only Express has.
 */
function namesOn(platform: Platform): AlternativeName[] {
  const names = (Object.keys(alternatives) as AlternativeName[]).filter((name) => !name.endsWith('members'));
  return platform === 'Express' ? names : names.filter((name) => !name.startsWith('express-'));
}

async function contestant({
  name,
  url,
  running,
  platform,
  sessionJwt,
}: {
  name: AlternativeName;
  url: string;
  running: RunningApplications;
  platform: Platform;
  sessionJwt: string;
}): Promise<Contestant<Cost> & { close(): void }> {
  const load = new Load(url, '/dashboard', `theme=dark; ${jwtCookie}=${sessionJwt}`);
  await load.open(connections);
  const requests = name.startsWith('quickstart') ? requestsWithCalls : requestsPerRound[platform];
  return {
    name,
    async round() {
      await load.send(Math.min(requests, warmUpRequests));
      return costPerRequest(load, requests, running);
    },
    close() {
      load.close();
    },
  };
}

function tableOf(platform: Platform, pairs: readonly Pair[]): Table {
  return {
    title: `A guarded route on ${platform}, beside an unguarded one: the same valid JWT, ${connections} connections`,
    columns: ['', 'requests a second', 'of unguarded', 'CPU a request, us', 'of unguarded'],
    rows: pairs.map(({ guarded, unguarded }) => [
      guarded.name === control ? 'no guard, beside another' : guarded.name,
      number(1e6 / medianOf(guarded, 'wallUs')),
      number(throughput({ guarded, unguarded })),
      number(medianOf(guarded, 'cpuUs')),
      number(ratioOf(guarded, unguarded, 'cpuUs')),
    ]),
  };
}

function figureOf(platform: Platform, pairs: readonly Pair[]): Figure {
  const named = (name: AlternativeName): Pair => {
    const found = pairs.find(({ guarded }) => guarded.name === name);
    if (found === undefined) throw new Error(`${name} was not measured.`);
    return found;
  };
  const { guarded, unguarded } = named(ours);
  return {
    name: `guarded / unguarded throughput on ${platform}, repeat tokens`,
    wanted: { atLeast: 0.95 },
    measured: throughput({ guarded, unguarded }),
    beside: {
      'two unguarded ones': throughput(named(control)),
      'a guard that does nothing / unguarded': throughput(named(emptyGuardName)),
      'CPU a request, guarded / unguarded': ratioOf(guarded, unguarded, 'cpuUs'),
      'CPU a request, guarded less unguarded, us': medianOf(guarded, 'cpuUs') - medianOf(unguarded, 'cpuUs'),
    },
  };
}

const throughput = ({ guarded, unguarded }: Pair) => 1 / ratioOf(guarded, unguarded, 'wallUs');
