import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { jwtCookie, tokenCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { Browser, type TimedResponse } from './browser.js';
import { median, percentile } from './measure.js';
import {
  startApplication,
  startEmulator,
  type RunningApplication,
  type RunningEmulator,
} from './processes.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

/** A JWT expires after 10 s instead of 300 s in all processes; the latency of Stytch is unaffected. */
const timesFaster = 30;
const jwtLifetimeMs = 300_000 / timesFaster;
const stytchLatencyMs = 200;
const users = 12;
/** Each user opens a page every 15 s of the accelerated calendar. */
const pageEveryMs = 500;
const requestsPerPage = 4;
const measuredForMs = 21_000;
const warmUpMs = 3_000;
/** A p99 is decided by few responses, and processes of the same program differ in speed. */
const rounds = 3;

const ours = 'nestjs-stytch';
const oursForMembers = 'nestjs-stytch, members';
const byHand = 'SDK authenticateJwt, by hand';
const names = ['no guard', ours, byHand, oursForMembers] as const satisfies readonly AlternativeName[];

/** One alternative, and the Stytch that it calls. */
interface Side {
  readonly name: AlternativeName;
  readonly emulator: RunningEmulator;
  readonly application: RunningApplication;
  readonly pool: Pool;
}

interface User {
  readonly name: AlternativeName;
  readonly browser: Browser;
}

/** By alternative, the response times of one round. */
type Round = ReadonlyMap<AlternativeName, readonly TimedResponse[]>;

/** Response times of active sessions while their JWTs expire, twice in each round. */
export async function tail(): Promise<PartOfReport> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measure());
  return { tables: [tableOf(measured)], figures: figuresOf(measured) };
}

async function measure(): Promise<Round> {
  const emulators = { consumer: await startDistantStytch('consumer'), b2b: await startDistantStytch('b2b') };
  const sides = await Promise.all(
    names.map((name) => startSide(name, name === oursForMembers ? emulators.b2b : emulators.consumer)),
  );
  const responses = new Map<AlternativeName, TimedResponse[]>(names.map((name) => [name, []]));

  await Promise.all(
    Array.from({ length: users }, async (_, number) => {
      // Spread over the lifetime of a JWT, so that they do not all expire at the same time.
      await delay((number * jwtLifetimeMs) / users);
      const sessions = await Promise.all(
        sides.map(async (side) => ({ name: side.name, browser: await signedIn(side) })),
      );
      await browse(sessions, number, responses);
    }),
  );
  for (const { pool, application } of sides) {
    await pool.destroy();
    application.close();
  }
  emulators.consumer.close();
  emulators.b2b.close();
  return responses;
}

async function startDistantStytch(product: 'consumer' | 'b2b'): Promise<RunningEmulator> {
  const emulator = await startEmulator({ product, timesFaster });
  await emulator.control('POST', 'faults', {
    kind: 'delay',
    ms: stytchLatencyMs,
    path: `${emulator.sessionsPath}/authenticate`,
  });
  return emulator;
}

async function startSide(name: AlternativeName, emulator: RunningEmulator): Promise<Side> {
  const application = await startApplication({ name, project: emulator.project, timesFaster });
  return { name, emulator, application, pool: new Pool(application.url, { connections: 64 }) };
}

async function signedIn({ emulator, pool }: Side): Promise<Browser> {
  const session = await emulator.createSession({ email: 'ada@example.com', durationMinutes: 600 });
  return new Browser(
    pool,
    new Map([
      [jwtCookie, session.sessionJwt],
      [tokenCookie, session.sessionToken],
    ]),
  );
}

/** Repeatedly loads a page of each application in turn, so that load on the machine affects all equally. */
async function browse(
  sessions: readonly User[],
  turn: number,
  responses: ReadonlyMap<AlternativeName, TimedResponse[]>,
): Promise<void> {
  const endMs = performance.now() + warmUpMs + measuredForMs;
  const countsFromMs = performance.now() + warmUpMs;
  for (let page = turn; performance.now() < endMs; page += 1) {
    const nextPage = delay(pageEveryMs);
    for (let at = 0; at < sessions.length; at += 1) {
      const user = sessions[(page + at) % sessions.length];
      if (user === undefined) continue;
      const counts = performance.now() >= countsFromMs;
      const pageResponses = await Promise.all(
        Array.from({ length: requestsPerPage }, () => user.browser.get('/dashboard')),
      );
      if (counts) responses.get(user.name)?.push(...pageResponses);
    }
    await nextPage;
  }
}

function tableOf(measured: readonly Round[]): Table {
  return {
    title: `Active sessions across JWT expiry, Stytch ${stytchLatencyMs} ms away`,
    columns: ['', 'p50, ms', 'p99, ms', 'p99 of unguarded', 'longest, ms', 'requests', 'not 200'],
    rows: names.map((name) => {
      const all = measured.flatMap((round) => round.get(name) ?? []);
      return [
        name,
        number(median(measured.map((round) => msOf(round, name, 50)))),
        number(median(measured.map((round) => msOf(round, name, 99)))),
        number(ofUnguarded(measured, name)),
        number(Math.max(...all.map(({ ms }) => ms))),
        String(all.length),
        String(all.filter(({ status }) => status !== 200).length),
      ];
    }),
  };
}

function figuresOf(measured: readonly Round[]): Figure[] {
  return [
    {
      name: `p99 of active sessions across expiry, Stytch ${stytchLatencyMs} ms away / p99 unguarded`,
      wanted: { atMost: 1.5 },
      measured: ofUnguarded(measured, ours),
      beside: { 'SDK guard / unguarded': ofUnguarded(measured, byHand) },
    },
    {
      name: `p99 of active sessions of members across expiry, Stytch ${stytchLatencyMs} ms away / p99 unguarded`,
      wanted: { atMost: 1.5 },
      measured: ofUnguarded(measured, oursForMembers),
    },
  ];
}

/** The median of the ratios per round. */
const ofUnguarded = (measured: readonly Round[], name: AlternativeName): number =>
  median(measured.map((round) => msOf(round, name, 99) / msOf(round, 'no guard', 99)));

const msOf = (round: Round, name: AlternativeName, percent: number): number =>
  percentile(
    (round.get(name) ?? []).map(({ ms }) => ms),
    percent,
  );
