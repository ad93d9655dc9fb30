import { Pool } from 'undici';
import { jwtCookie, type StytchProject } from './alternatives/alternative.js';
import { Issuer } from './issuer.js';
import { startApplication, type Memory, type RunningApplication } from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

/** The applications, with the configured size of the cache of verified tokens. */
const contestants = [
  { title: 'no guard', name: 'no guard' },
  { title: 'nestjs-stytch', name: 'nestjs-stytch', capMegabytes: 32 },
  { title: 'nestjs-stytch, a cap of 4 MB', name: 'nestjs-stytch', capMegabytes: 4 },
] as const;
type Contestant = (typeof contestants)[number];
const sessions = 100_000;
/** Enough requests for the code to be compiled and the heaps to reach their size before the first measurement. */
const warmUp = { sessions: 100, visitsEach: 150 };
const concurrency = 100;
const bytesPerMegabyte = 1024 * 1024;

interface Growth {
  readonly contestant: Contestant;
  readonly live: number;
  readonly resident: number;
}

/** How much the memory of a process grows over 100,000 sessions with one request each. */
export async function memory(): Promise<PartOfReport> {
  const issuer = new Issuer();
  await issuer.publishKeys();
  const { project } = issuer;
  const applications = await Promise.all(contestants.map((one) => start(one, project)));
  const pools = applications.map(({ url }) => new Pool(url, { connections: 16 }));

  const warmUpJwts = await issuer.mint(warmUp.sessions);
  for (let visit = 0; visit < warmUp.visitsEach; visit += 1) await visitAll(pools, warmUpJwts);
  const before = await Promise.all(applications.map((application) => application.memory()));
  await visitWithAllSessions(issuer, pools);
  const after = await Promise.all(applications.map((application) => application.memory()));
  const growth = contestants.map((contestant, at) => growthOf(contestant, before[at], after[at]));

  for (const pool of pools) await pool.destroy();
  for (const application of applications) application.close();
  issuer.close();
  return { tables: [tableOf(growth)], figures: figuresOf(growth) };
}

function start(contestant: Contestant, project: StytchProject): Promise<RunningApplication> {
  const { name } = contestant;
  return startApplication(
    'capMegabytes' in contestant
      ? { name, project: { ...project, session: { cacheMegabytes: contestant.capMegabytes } } }
      : { name, project },
  );
}

async function visitWithAllSessions(issuer: Issuer, pools: readonly Pool[]): Promise<void> {
  let minted = issuer.mint(concurrency);
  for (let visited = 0; visited < sessions; visited += concurrency) {
    const jwts = await minted;
    if (visited + concurrency < sessions) minted = issuer.mint(concurrency);
    await visitAll(pools, jwts);
  }
}

async function visitAll(pools: readonly Pool[], jwts: readonly string[]): Promise<void> {
  await Promise.all(pools.flatMap((pool) => jwts.map((jwt) => visitOnce(pool, jwt))));
}

async function visitOnce(pool: Pool, jwt: string): Promise<void> {
  const headers = { cookie: `${jwtCookie}=${jwt}` };
  const { statusCode, body } = await pool.request({ method: 'GET', path: '/dashboard', headers });
  await body.dump();
  if (statusCode !== 200) throw new Error(`Expected status 200, got ${statusCode}.`);
}

function growthOf(contestant: Contestant, before: Memory | undefined, after: Memory | undefined): Growth {
  if (before === undefined || after === undefined) throw new Error('Nothing was measured.');
  return {
    contestant,
    live: (after.liveBytes - before.liveBytes) / bytesPerMegabyte,
    resident: (after.residentBytes - before.residentBytes) / bytesPerMegabyte,
  };
}

function tableOf(growth: readonly Growth[]): Table {
  return {
    title: `Memory: ${sessions} different sessions through one process`,
    columns: ['', 'reachable, MB more', 'resident, MB more'],
    rows: growth.map(({ contestant, live, resident }) => [contestant.title, number(live), number(resident)]),
  };
}

function figuresOf(growth: readonly Growth[]): Figure[] {
  const [unguarded, guarded] = growth;
  if (unguarded === undefined || guarded === undefined) throw new Error('Nothing was measured.');
  return [
    {
      name: `growth over ${sessions} sessions, resident`,
      wanted: { atMost: 64 },
      measured: guarded.resident,
      unit: 'MB',
      beside: { 'resident, unguarded': unguarded.resident },
    },
    ...growth.flatMap(({ contestant, live }) =>
      'capMegabytes' in contestant
        ? [
            {
              name: `growth over ${sessions} sessions, reachable, session.cacheMegabytes ${contestant.capMegabytes}`,
              wanted: { atMost: contestant.capMegabytes },
              measured: live,
              unit: 'MB',
            },
          ]
        : [],
    ),
  ];
}
