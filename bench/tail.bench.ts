import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { jwtCookie, tokenCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { Browser, type TimedResponse } from './browser.js';
import { percentile } from './measure.js';
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
const measuredForMs = 32_000;
const warmUpMs = 3_000;

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

/** Response times of active sessions while their JWTs expire, three times each. */
export async function tail(): Promise<PartOfReport> {
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
  return { tables: [tableOf(responses)], figures: figuresOf(responses) };
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

function tableOf(responses: ReadonlyMap<AlternativeName, TimedResponse[]>): Table {
  const unguarded = durations(responses, 'no guard');
  return {
    title: `Active sessions across JWT expiry, Stytch ${stytchLatencyMs} ms away`,
    columns: ['', 'p50, ms', 'p99, ms', 'of unguarded', 'longest, ms', 'requests', 'not 200'],
    rows: [...responses].map(([name, of]) => {
      const ms = durations(responses, name);
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

function figuresOf(responses: ReadonlyMap<AlternativeName, TimedResponse[]>): Figure[] {
  const p99 = (name: AlternativeName) => percentile(durations(responses, name), 99);
  return [
    {
      name: `p99 of active sessions across expiry, Stytch ${stytchLatencyMs} ms away / p99 unguarded`,
      wanted: { atMost: 1.5 },
      measured: p99(ours) / p99('no guard'),
      beside: { 'SDK guard / unguarded': p99(byHand) / p99('no guard') },
    },
    {
      name: `p99 of active sessions of members across expiry, Stytch ${stytchLatencyMs} ms away / p99 unguarded`,
      wanted: { atMost: 1.5 },
      measured: p99(oursForMembers) / p99('no guard'),
    },
  ];
}

const durations = (responses: ReadonlyMap<AlternativeName, TimedResponse[]>, name: AlternativeName) =>
  (responses.get(name) ?? []).map(({ ms }) => ms);
