import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { jwtCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { Browser, type Answer } from './browser.js';
import { percentile } from './measure.js';
import { startApplication, startEmulator, type RunningEmulator } from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

/** 300 seconds of a JWT pass in ten, for all processes alike; the 200 ms to Stytch stay what they are. */
const timesFaster = 30;
const lifeOfJwtMs = 300_000 / timesFaster;
const stytchIsAwayMs = 200;
const people = 12;
/** Somebody who opens a page every 15 seconds by the fast calendar, and each page makes four requests. */
const pageEveryMs = 500;
const requestsOfAPage = 4;
const measuredForMs = 32_000;
const warmUpMs = 3_000;

const names = ['no guard', 'nestjs-stytch', 'SDK authenticateJwt, by hand'] as const;

interface Person {
  readonly name: AlternativeName;
  readonly browser: Browser;
}

/** How long people wait whose sessions go on while their JWTs expire, three times each. */
export async function tail(): Promise<PartOfReport> {
  const emulator = await startEmulator({ timesFaster });
  const { project } = emulator;
  const applications = await Promise.all(
    names.map((name) => startApplication({ name, project, timesFaster })),
  );
  await emulator.control('POST', 'faults', {
    kind: 'delay',
    ms: stytchIsAwayMs,
    path: '/v1/sessions/authenticate',
  });
  const pools = applications.map(({ url }) => new Pool(url, { connections: 64 }));
  const answers = new Map<AlternativeName, Answer[]>(names.map((name) => [name, []]));

  await Promise.all(
    Array.from({ length: people }, async (_, number) => {
      // Spread over a JWT's life, so that not all expire at one moment.
      await delay((number * lifeOfJwtMs) / people);
      const everywhere = await Promise.all(
        names.map(async (name, at) => ({ name, browser: await signedIn(emulator, pools[at]) })),
      );
      await browse(everywhere, number, answers);
    }),
  );
  for (const pool of pools) await pool.destroy();
  for (const application of applications) application.close();
  emulator.close();
  return { tables: [tableOf(answers)], figures: figuresOf(answers) };
}

async function signedIn(emulator: RunningEmulator, pool: Pool | undefined): Promise<Browser> {
  if (pool === undefined) throw new Error('There is no such application.');
  const session = await emulator.control('POST', 'sessions', {
    email: 'ada@example.com',
    durationMinutes: 600,
  });
  const { sessionJwt, sessionToken } = session as { sessionJwt: string; sessionToken: string };
  return new Browser(
    pool,
    new Map([
      [jwtCookie, sessionJwt],
      ['stytch_session', sessionToken],
    ]),
  );
}

/** Loads a page of each application in turn, again and again: the same moments for all of them. */
async function browse(
  everywhere: readonly Person[],
  turn: number,
  answers: ReadonlyMap<AlternativeName, Answer[]>,
): Promise<void> {
  const endMs = performance.now() + warmUpMs + measuredForMs;
  const countsFromMs = performance.now() + warmUpMs;
  for (let page = turn; performance.now() < endMs; page += 1) {
    const nextPage = delay(pageEveryMs);
    for (let at = 0; at < everywhere.length; at += 1) {
      const person = everywhere[(page + at) % everywhere.length];
      if (person === undefined) continue;
      const counts = performance.now() >= countsFromMs;
      const answered = await Promise.all(
        Array.from({ length: requestsOfAPage }, () => person.browser.get('/dashboard')),
      );
      if (counts) answers.get(person.name)?.push(...answered);
    }
    await nextPage;
  }
}

function tableOf(answers: ReadonlyMap<AlternativeName, Answer[]>): Table {
  const unguarded = waits(answers, 'no guard');
  return {
    title: `Active sessions across JWT expiry, Stytch ${stytchIsAwayMs} ms away`,
    columns: ['', 'p50, ms', 'p99, ms', 'of unguarded', 'longest, ms', 'requests', 'not 200'],
    rows: [...answers].map(([name, of]) => {
      const ms = waits(answers, name);
      return [
        name,
        number(percentile(ms, 50)),
        number(percentile(ms, 99)),
        number(percentile(ms, 99) / percentile(unguarded, 99)),
        number(Math.max(...ms)),
        String(of.length),
        String(of.filter(({ status }) => status !== 200).length),
      ];
    }),
  };
}

function figuresOf(answers: ReadonlyMap<AlternativeName, Answer[]>): Figure[] {
  const p99 = (name: AlternativeName) => percentile(waits(answers, name), 99);
  return [
    {
      name: `p99 of active sessions across expiry, Stytch ${stytchIsAwayMs} ms away / p99 unguarded`,
      wanted: { atMost: 1.5 },
      measured: p99('nestjs-stytch') / p99('no guard'),
      beside: { 'SDK guard / unguarded': p99('SDK authenticateJwt, by hand') / p99('no guard') },
    },
  ];
}

const waits = (answers: ReadonlyMap<AlternativeName, Answer[]>, name: AlternativeName) =>
  (answers.get(name) ?? []).map(({ ms }) => ms);
