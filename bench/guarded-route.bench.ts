import { alternatives, type AlternativeName } from './alternatives/index.js';
import { jwtCookie } from './alternatives/alternative.js';
import { Load } from './load.js';
import { alternate, medianOf, ratioOf, type Contestant, type Rounds } from './measure.js';
import { startApplication, startEmulator, type Platform, type RunningApplication } from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const connections = 16;
const requestsPerRound = { Express: 300, Fastify: 800 };
/** A call to Stytch costs so much more that fewer will do. */
const requestsWithCalls = 32;
/** Not timed: the process has been idle while it was the others' turn. */
const requestsToWake = 64;
const schedule = { rounds: 10, warmUp: 20 };
/** Two processes of one program differ, in what is compiled when and where: so each is started anew. */
const generations = 4;

type Cost = 'wallUs' | 'cpuUs';

/** What a guard costs a route, on both platforms; every application in a process of its own. */
export async function guardedRoute(): Promise<PartOfReport> {
  const parts = [await onPlatform('Express'), await onPlatform('Fastify')];
  return {
    tables: parts.map(({ table }) => table),
    figures: parts.map(({ figure }) => figure),
  };
}

async function onPlatform(platform: Platform): Promise<{ table: Table; figure: Figure }> {
  // The first once more: how far two equal applications differ is how much a ratio is worth.
  const names = [...namesOn(platform), 'no guard' as const];
  const rounds: Rounds<Cost>[] = names.map((name) => ({ name, costs: [] }));
  for (let generation = 0; generation < generations; generation += 1) {
    const measured = await roundsOf(names, platform);
    for (const [at, { costs }] of measured.entries()) rounds[at]?.costs.push(...costs);
  }

  const [unguarded, ...others] = rounds;
  if (unguarded === undefined) throw new Error('There is nothing to compare with.');
  const control = others.pop();
  if (control !== undefined) others.unshift({ ...control, name: 'no guard, a second one' });
  return { table: tableOf(platform, unguarded, others), figure: figureOf(platform, unguarded, others) };
}

async function roundsOf(names: readonly AlternativeName[], platform: Platform): Promise<Rounds<Cost>[]> {
  const emulator = await startEmulator();
  const { project } = emulator;
  const applications = await Promise.all(names.map((name) => startApplication({ name, platform, project })));
  const { sessionJwt } = (await emulator.control('POST', 'sessions', { email: 'ada@example.com' })) as {
    sessionJwt: string;
  };
  const contestants = await Promise.all(applications.map((one) => contestant(one, platform, sessionJwt)));
  const rounds = await alternate(contestants, schedule);
  for (const one of contestants) one.close();
  for (const one of applications) one.close();
  emulator.close();
  return rounds;
}

/** express-oauth2-jwt-bearer asks Express's request for things that Fastify's does not have. */
function namesOn(platform: Platform): AlternativeName[] {
  const names = Object.keys(alternatives) as AlternativeName[];
  return platform === 'Express' ? names : names.filter((name) => !name.startsWith('express-'));
}

async function contestant(
  application: RunningApplication,
  platform: Platform,
  sessionJwt: string,
): Promise<Contestant<Cost> & { close(): void }> {
  const { name, url } = application;
  const load = new Load(url, '/dashboard', `theme=dark; ${jwtCookie}=${sessionJwt}`);
  await load.open(connections);
  const requests = name.startsWith('quickstart') ? requestsWithCalls : requestsPerRound[platform];
  return {
    name,
    async round() {
      await load.send(Math.min(requests, requestsToWake));
      const cpuUsBefore = await application.cpuUs();
      const startedAtMs = performance.now();
      await load.send(requests);
      const wallMs = performance.now() - startedAtMs;
      const cpuUs = (await application.cpuUs()) - cpuUsBefore;
      return { wallUs: (wallMs * 1000) / requests, cpuUs: cpuUs / requests };
    },
    close() {
      load.close();
    },
  };
}

function tableOf(platform: Platform, unguarded: Rounds<Cost>, others: Rounds<Cost>[]): Table {
  return {
    title: `A guarded route on ${platform}: the same valid JWT, ${connections} connections`,
    columns: ['', 'requests a second', 'of unguarded', 'CPU a request, us', 'of unguarded'],
    rows: [unguarded, ...others].map((one) => [
      one.name,
      number(1e6 / medianOf(one, 'wallUs')),
      number(throughput(one, unguarded)),
      number(medianOf(one, 'cpuUs')),
      number(ratioOf(one, unguarded, 'cpuUs')),
    ]),
  };
}

function figureOf(platform: Platform, unguarded: Rounds<Cost>, others: Rounds<Cost>[]): Figure {
  const [control, empty, guarded] = others;
  if (control === undefined || empty === undefined || guarded === undefined)
    throw new Error('There is nothing to compare.');
  return {
    name: `guarded / unguarded throughput on ${platform}, repeat tokens`,
    wanted: { atLeast: 0.95 },
    measured: throughput(guarded, unguarded),
    beside: {
      'two unguarded ones': throughput(control, unguarded),
      'a guard that does nothing / unguarded': throughput(empty, unguarded),
      'guarded / a guard that does nothing': throughput(guarded, empty),
      'CPU a request, guarded / unguarded': ratioOf(guarded, unguarded, 'cpuUs'),
    },
  };
}

const throughput = (one: Rounds<Cost>, other: Rounds<Cost>) => 1 / ratioOf(one, other, 'wallUs');
