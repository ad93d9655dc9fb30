import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { jwtCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { percentile } from './measure.js';
import {
  startApplication,
  startEmulator,
  type RunningApplication,
  type RunningEmulator,
} from './processes.js';
import { Relay } from './relay.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const ours = 'nestjs-stytch' satisfies AlternativeName;
const oursForMembers = 'nestjs-stytch, members' satisfies AlternativeName;
const names: readonly AlternativeName[] = [ours, 'SDK authenticateJwt, by hand', oursForMembers];
/** Refreshes before the measurement, so that keys and compiled code are there. */
const warmUp = { people: 200, atOnce: 50 };
const herd = { people: 1000, stytchLatencyMs: 300, timeoutMs: 15_000 };
const recovery = { people: 2000, outageMs: 10_000, pollEveryMs: 5_000, giveUpAfterMs: 40_000 };

/** One alternative, and the connections it opens to Stytch. */
interface Side {
  readonly application: RunningApplication;
  readonly relay: Relay;
  readonly pool: Pool;
}

interface HerdResult {
  readonly served: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly connections: number;
}

interface RecoveryResult {
  /** From the end of the outage until everybody was served; `undefined` if somebody never was. */
  readonly recoveredAfterMs: number | undefined;
  /** Responses during the outage, by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/**
 * Many people whose JWTs expired while they were away: with a slow Stytch, and after an outage. The
 * alternatives take turns, because one that is busy would delay the other.
 */
export async function outage(): Promise<PartOfReport> {
  const herds = new Map<AlternativeName, HerdResult>();
  const recoveries = new Map<AlternativeName, RecoveryResult>();
  for (const name of names) {
    herds.set(name, await withSide(name, runHerd, herd.people, herd.stytchLatencyMs));
    recoveries.set(name, await withSide(name, runRecovery, recovery.people));
  }
  return { tables: [tableOf(herds, recoveries)], figures: figuresOf(herds, recoveries) };
}

async function withSide<Result>(
  name: AlternativeName,
  run: (side: Side, jwts: readonly string[]) => Promise<Result>,
  people: number,
  stytchLatencyMs = 0,
): Promise<Result> {
  const emulator = await startEmulator({ product: name === oursForMembers ? 'b2b' : 'consumer' });
  const side = await startSide(name, emulator);
  const jwts = await expiredJwts(emulator, people + warmUp.people);
  await warmUpWith(side, jwts.splice(people));
  if (stytchLatencyMs > 0) {
    const fault = { kind: 'delay', ms: stytchLatencyMs, path: `${emulator.sessionsPath}/authenticate` };
    await emulator.control('POST', 'faults', fault);
  }
  const result = await run(side, jwts);
  await side.pool.destroy();
  side.application.close();
  side.relay.close();
  emulator.close();
  return result;
}

async function startSide(name: AlternativeName, emulator: RunningEmulator): Promise<Side> {
  const relay = new Relay(new URL(emulator.project.apiUrl));
  const project = { ...emulator.project, apiUrl: await relay.start() };
  const application = await startApplication({ name, project });
  return { application, relay, pool: new Pool(application.url, { connections: herd.people }) };
}

async function warmUpWith(side: Side, jwts: string[]): Promise<void> {
  while (jwts.length > 0) await Promise.all(jwts.splice(0, warmUp.atOnce).map((jwt) => statusOf(side, jwt)));
}

async function expiredJwts(emulator: RunningEmulator, people: number): Promise<string[]> {
  const ageSeconds = 400;
  await emulator.control('POST', 'clock', { advanceSeconds: -ageSeconds });
  const jwts = await createJwts(emulator, people);
  await emulator.control('POST', 'clock', { advanceSeconds: ageSeconds });
  return jwts;
}

async function createJwts({ createSession }: RunningEmulator, people: number): Promise<string[]> {
  const jwts: string[] = [];
  for (let person = 0; person < people; person += 1) {
    jwts.push((await createSession({ email: `person-${person}@example.com` })).sessionJwt);
  }
  return jwts;
}

interface ReceivedResponse {
  readonly status: string;
  readonly retryAfterMs: number | undefined;
  readonly ms: number;
}

async function statusOf({ pool }: Side, jwt: string): Promise<ReceivedResponse> {
  const startedAtMs = performance.now();
  const signal = AbortSignal.timeout(herd.timeoutMs);
  const headers = { cookie: `${jwtCookie}=${jwt}` };
  try {
    const response = await pool.request({ method: 'GET', path: '/dashboard', headers, signal });
    await response.body.dump();
    const retryAfter = response.headers['retry-after'];
    return {
      status: String(response.statusCode),
      retryAfterMs: retryAfter === undefined ? undefined : Number(retryAfter) * 1000,
      ms: performance.now() - startedAtMs,
    };
  } catch {
    return { status: 'no response', retryAfterMs: undefined, ms: performance.now() - startedAtMs };
  }
}

async function runHerd(side: Side, jwts: readonly string[]): Promise<HerdResult> {
  const responses = await Promise.all(jwts.map((jwt) => statusOf(side, jwt)));
  return {
    served: responses.filter(({ status }) => status === '200').length / responses.length,
    statuses: countsOf(responses.map(({ status }) => status)),
    slowestMs: percentile(
      responses.map(({ ms }) => ms),
      100,
    ),
    connections: side.relay.maxOpen,
  };
}

function countsOf(statuses: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const asText = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ');

async function runRecovery(side: Side, jwts: readonly string[]): Promise<RecoveryResult> {
  side.relay.hang();
  const result = pollUntilServed(side, jwts, performance.now() + recovery.outageMs);
  await delay(recovery.outageMs);
  side.relay.resume();
  return result;
}

async function pollUntilServed(
  side: Side,
  jwts: readonly string[],
  outageEndsAtMs: number,
): Promise<RecoveryResult> {
  const statuses: string[] = [];
  const servedAtMs = await Promise.all(
    jwts.map(async (jwt, person) => {
      await delay((person * recovery.pollEveryMs) / jwts.length);
      while (performance.now() < outageEndsAtMs + recovery.giveUpAfterMs) {
        const isOutage = performance.now() < outageEndsAtMs;
        const { status, retryAfterMs } = await statusOf(side, jwt);
        if (status === '200') return performance.now();
        if (isOutage) statuses.push(status);
        await delay(retryAfterMs ?? recovery.pollEveryMs);
      }
      return Infinity;
    }),
  );
  const recoveredAfterMs = Math.max(...servedAtMs) - outageEndsAtMs;
  return {
    recoveredAfterMs: Number.isFinite(recoveredAfterMs) ? recoveredAfterMs : undefined,
    statuses: countsOf(statuses),
  };
}

function tableOf(
  herds: ReadonlyMap<AlternativeName, HerdResult>,
  recoveries: ReadonlyMap<AlternativeName, RecoveryResult>,
): Table {
  const herdRow = (title: string, cell: (result: HerdResult) => string) => [
    title,
    ...[...herds.values()].map(cell),
  ];
  const recoveryRow = (title: string, cell: (result: RecoveryResult) => string) => [
    title,
    ...[...recoveries.values()].map(cell),
  ];
  return {
    title: 'Many people with expired JWTs',
    columns: ['', ...names],
    rows: [
      herdRow(`${herd.people} at once, Stytch ${herd.stytchLatencyMs} ms away: share of 200`, ({ served }) =>
        number(served),
      ),
      herdRow('  responses', ({ statuses }) => asText(statuses)),
      herdRow('  slowest response, ms', ({ slowestMs }) => number(slowestMs)),
      herdRow('  connections opened', ({ connections }) => String(connections)),
      recoveryRow(
        `${recovery.people} polling, Stytch hangs for ${recovery.outageMs / 1000} s: everybody served after, s`,
        ({ recoveredAfterMs }) =>
          recoveredAfterMs === undefined ? 'never' : number(recoveredAfterMs / 1000),
      ),
      recoveryRow('  responses during the outage', ({ statuses }) => asText(statuses)),
    ],
  };
}

function figuresOf(
  herds: ReadonlyMap<AlternativeName, HerdResult>,
  recoveries: ReadonlyMap<AlternativeName, RecoveryResult>,
): Figure[] {
  return ([ours, oursForMembers] as const).flatMap((name) => {
    const [ourHerd, ourRecovery] = [herds.get(name), recoveries.get(name)];
    if (ourHerd === undefined || ourRecovery === undefined) throw new Error('Nothing was measured.');
    const people = name === ours ? 'people' : 'members';
    return [
      {
        name: `share of 200 for ${herd.people} expired sessions of ${people} at once, Stytch ${herd.stytchLatencyMs} ms away`,
        wanted: { atLeast: 1 },
        measured: ourHerd.served,
      },
      {
        name: `connections to Stytch for ${herd.people} expired sessions of ${people} at once, one of them for keys`,
        wanted: { atMost: 257 },
        measured: ourHerd.connections,
      },
      {
        name: `seconds until ${recovery.people} ${people} are served after an outage`,
        wanted: { atMost: 10 },
        measured: (ourRecovery.recoveredAfterMs ?? Infinity) / 1000,
      },
    ];
  });
}
