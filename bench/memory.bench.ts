import { Pool } from 'undici';
import { jwtCookie, type StytchProject } from './alternatives/alternative.js';
import { Issuer } from './issuer.js';
import { startApplication, type Memory, type RunningApplication } from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

/** What is measured, and how much of verified tokens it may keep by its own account. */
const contestants = [
  { title: 'no guard', name: 'no guard' },
  { title: 'nestjs-stytch', name: 'nestjs-stytch', capMegabytes: 16 },
  { title: 'nestjs-stytch, a cap of 4 MB', name: 'nestjs-stytch', capMegabytes: 4 },
] as const;
type ContestantOfMemory = (typeof contestants)[number];
const sessions = 100_000;
/** Enough for code to be compiled and heaps to reach their size before the first look. */
const warmUp = { sessions: 100, visitsEach: 150 };
const atOnce = 100;
const bytesPerMegabyte = 1024 * 1024;

interface Growth {
  readonly contestant: ContestantOfMemory;
  readonly live: number;
  readonly resident: number;
}

/** What a process keeps of a hundred thousand different people, each of whom comes once. */
export async function memory(): Promise<PartOfReport> {
  const issuer = new Issuer();
  await issuer.publishKeys();
  const { project } = issuer;
  const applications = await Promise.all(contestants.map((one) => start(one, project)));
  const pools = applications.map(({ url }) => new Pool(url, { connections: 16 }));

  const few = await issuer.mint(warmUp.sessions);
  for (let time = 0; time < warmUp.visitsEach; time += 1) await visitAll(pools, few);
  const before = await Promise.all(applications.map((application) => application.memory()));
  await visitOfEverybody(issuer, pools);
  const after = await Promise.all(applications.map((application) => application.memory()));
  const growth = contestants.map((contestant, at) => growthOf(contestant, before[at], after[at]));

  for (const pool of pools) await pool.destroy();
  for (const application of applications) application.close();
  issuer.close();
  return { tables: [tableOf(growth)], figures: figuresOf(growth) };
}

function start(contestant: ContestantOfMemory, project: StytchProject): Promise<RunningApplication> {
  const { name } = contestant;
  return startApplication(
    'capMegabytes' in contestant
      ? { name, project: { ...project, session: { verifiedCacheMegabytes: contestant.capMegabytes } } }
      : { name, project },
  );
}

async function visitOfEverybody(issuer: Issuer, pools: readonly Pool[]): Promise<void> {
  let minted = issuer.mint(atOnce);
  for (let visited = 0; visited < sessions; visited += atOnce) {
    const jwts = await minted;
    if (visited + atOnce < sessions) minted = issuer.mint(atOnce);
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
  if (statusCode !== 200) throw new Error(`Somebody was answered ${statusCode}.`);
}

function growthOf(
  contestant: ContestantOfMemory,
  before: Memory | undefined,
  after: Memory | undefined,
): Growth {
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
              name: `growth over ${sessions} sessions, reachable, session.verifiedCacheMegabytes ${contestant.capMegabytes}`,
              wanted: { atMost: contestant.capMegabytes },
              measured: live,
              unit: 'MB',
            },
          ]
        : [],
    ),
  ];
}
