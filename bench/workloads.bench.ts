import { jwtCookie, tokenCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { costPerRequest, Load } from './load.js';
import { alternate, medianOf, ratioOf, type Rounds } from './measure.js';
import {
  startApplications,
  startEmulator,
  type CreatedSession,
  type Platform,
  type RunningEmulator,
} from './processes.js';
import { number, type PartOfReport } from './report.js';

const connections = 16;
const people = 50;
const requestsPerRound = 400;
const warmUpRequests = 64;
const schedule = { rounds: 20, warmUp: 10 };
const names = ['no guard', 'nestjs-stytch'] as const satisfies readonly AlternativeName[];
const platforms: readonly Platform[] = ['Express', 'Fastify'];

interface Workload {
  readonly title: string;
  readonly path: string;
  cookiesOf(emulator: RunningEmulator): Promise<string[]>;
}

const query: Workload = {
  title: 'a handler that waits 1 ms for a query',
  path: '/dashboard/query',
  cookiesOf: async (emulator) =>
    (await createSessions(emulator)).map(({ sessionJwt }) => `${jwtCookie}=${sessionJwt}`),
};

/** A JWT of this size fits no cookie, so browsers send the opaque token only. */
const largeTokens: Workload = {
  title: 'session JWTs of 5.4 KB, by their opaque tokens',
  path: '/dashboard',
  cookiesOf: async (emulator) =>
    (await createSessions(emulator, { permissions: 'x'.repeat(3000) })).map(
      ({ sessionToken }) => `${tokenCookie}=${sessionToken}`,
    ),
};

type Cost = 'wallUs' | 'cpuUs';

/** What the guard costs in applications that are closer to real ones than a handler that returns a constant. */
export async function workloads(): Promise<PartOfReport> {
  const emulator = await startEmulator();
  const rows: string[][] = [];
  for (const workload of [query, largeTokens]) {
    const cookies = await workload.cookiesOf(emulator);
    for (const platform of platforms) {
      rows.push(rowOf(workload, platform, await measure(workload, platform, cookies, emulator)));
    }
  }
  emulator.close();
  const columns = ['', 'requests a second', 'unguarded', 'of unguarded', 'CPU a request, of unguarded'];
  const title = `Guarded beside unguarded: ${people} people in turn, ${connections} connections`;
  return { tables: [{ title, columns, rows }], figures: [] };
}

async function measure(
  { path }: Workload,
  platform: Platform,
  cookies: readonly string[],
  emulator: RunningEmulator,
): Promise<Rounds<Cost>[]> {
  const running = await startApplications({ names, platform, project: emulator.project });
  const loads = running.urls.map((url) => new Load(url, path, ...cookies));
  for (const load of loads) await load.open(connections);
  const rounds = await alternate(
    loads.map((load, at) => ({
      name: names[at] ?? '',
      async round() {
        await load.send(warmUpRequests);
        return costPerRequest(load, requestsPerRound, running);
      },
    })),
    schedule,
  );
  for (const load of loads) load.close();
  running.close();
  return rounds;
}

function rowOf({ title }: Workload, platform: Platform, rounds: readonly Rounds<Cost>[]): string[] {
  const [unguarded, guarded] = rounds;
  if (unguarded === undefined || guarded === undefined) throw new Error('Nothing was measured.');
  return [
    `${title}, ${platform}`,
    number(1e6 / medianOf(guarded, 'wallUs')),
    number(1e6 / medianOf(unguarded, 'wallUs')),
    number(1 / ratioOf(guarded, unguarded, 'wallUs')),
    number(ratioOf(guarded, unguarded, 'cpuUs')),
  ];
}

async function createSessions(
  { createSession }: RunningEmulator,
  customClaims = {},
): Promise<CreatedSession[]> {
  const sessions: CreatedSession[] = [];
  for (let person = 0; person < people; person += 1) {
    sessions.push(await createSession({ email: `person-${person}@example.com`, customClaims }));
  }
  return sessions;
}
