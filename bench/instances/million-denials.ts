import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { redisRevocations } from 'nestjs-stytch/redis';
import { request } from 'undici';
import { jwtCookie } from '../alternatives/alternative.js';
import { startEmulator } from '../processes.js';
import { number, type Figure, type PartOfReport } from '../report.js';
import type { ApplicationArguments, ApplicationMessage } from './application.js';

const counts = [0, 1_000_000];
const noticesPerCall = 500;
/** Between two requests while the instance catches up. */
const pauseMs = 10;
/** Longer than the interval at which a deny list is cleaned up. */
const cleanupMs = 65_000;

interface Start {
  readonly denials: number;
  readonly listensAfterMs: number;
  readonly currentAfterMs: number;
  readonly liveBytes: number;
  readonly residentBytes: number;
  /** The longest time that the event loop was busy, during the start and while expired denials are removed. */
  readonly startDelayMs: number;
  readonly cleanupDelayMs: number;
  /** Of an active session, while the instance caught up. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** What an instance needs to start when as many sign-outs are shared. */
export async function millionDenials(redisUrl: string): Promise<PartOfReport> {
  const emulator = await startEmulator();
  const client = new Redis(redisUrl);
  const starts: Start[] = [];
  for (const denials of counts) {
    await fill(client, emulator.project.projectId, denials);
    const { sessionJwt } = await emulator.createSession({ email: 'ada@example.com' });
    starts.push(await start(denials, { project: emulator.project, redisUrl }, `${jwtCookie}=${sessionJwt}`));
  }
  client.disconnect();
  emulator.close();
  return {
    tables: [
      {
        title: 'The start of an instance, by the number of sessions that are denied',
        columns: [
          '',
          'listens after, ms',
          'knows all after, ms',
          'live memory, MB',
          'resident, MB',
          'longest delay at the start, ms',
          'later, ms',
          'responses while it catches up',
        ],
        rows: starts.map(rowOf),
      },
    ],
    figures: figuresOf(starts),
  };
}

async function fill(client: Redis, projectId: string, denials: number): Promise<void> {
  const ignore = () => undefined;
  const listener = { received: ignore, connected: ignore, disconnected: ignore };
  const connection = redisRevocations(client).connect(projectId, listener);
  const nowMs = Date.now();
  for (let first = 0; first < denials; first += noticesPerCall) {
    const notices = Array.from({ length: noticesPerCall }, (_, at) => ({
      key: `session session-test-${String(first + at).padStart(36, '0')}`,
      // An hour for most, and a tenth that expires soon.
      untilMs: nowMs + (at % 10 === 0 ? 60_000 : 3_600_000) + first,
    }));
    await connection.publish(notices);
  }
  await connection.close();
}

async function start(denials: number, args: ApplicationArguments, cookie: string): Promise<Start> {
  const file = fileURLToPath(new URL('application.js', import.meta.url));
  const child = fork(file, [JSON.stringify(args)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const listening = await next(child, 'listening');
  const listeningAtMs = performance.now();
  let isCurrent = listening.isCurrent;
  const current = isCurrent ? Promise.resolve() : next(child, 'current').then(() => (isCurrent = true));
  const statuses: Record<number, number> = {};
  do {
    const { statusCode, body } = await request(`${listening.url}/dashboard`, { headers: { cookie } });
    await body.dump();
    await wait(pauseMs);
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
  } while (!isCurrent);
  await current;
  const currentAfterMs = listening.startMs + (listening.isCurrent ? 0 : performance.now() - listeningAtMs);
  const atStart = await figuresOfProcess(child);
  // A sign-out removes expired denials.
  await wait(cleanupMs);
  await (await request(`${listening.url}/auth/logout`, { method: 'POST', headers: { cookie } })).body.dump();
  const later = await figuresOfProcess(child);
  child.kill();
  return {
    denials,
    listensAfterMs: listening.startMs,
    currentAfterMs,
    liveBytes: atStart.liveBytes,
    residentBytes: atStart.residentBytes,
    startDelayMs: atStart.longestDelayMs,
    cleanupDelayMs: later.longestDelayMs,
    statuses,
  };
}

async function next<Kind extends ApplicationMessage['kind']>(child: ChildProcess, kind: Kind) {
  for (;;) {
    const [message] = (await once(child, 'message')) as [ApplicationMessage];
    if (message.kind === kind) return message as Extract<ApplicationMessage, { kind: Kind }>;
  }
}

function figuresOfProcess(child: ChildProcess) {
  const figures = next(child, 'figures');
  child.send('figures');
  return figures;
}

const megabytes = (bytes: number) => bytes / 1024 ** 2;

const rowOf = (one: Start): string[] => [
  one.denials.toLocaleString('en'),
  number(one.listensAfterMs),
  number(one.currentAfterMs),
  number(megabytes(one.liveBytes)),
  number(megabytes(one.residentBytes)),
  number(one.startDelayMs),
  number(one.cleanupDelayMs),
  Object.entries(one.statuses)
    .map(([status, times]) => `${times} x ${status}`)
    .join(', '),
];

function figuresOf([none, all]: readonly Start[]): Figure[] {
  if (none === undefined || all === undefined) return [];
  const perDenial = (all.liveBytes - none.liveBytes) / all.denials;
  return [
    {
      name: 'an instance knows a million denials after',
      wanted: { atMost: 20_000 },
      measured: all.currentAfterMs,
      unit: 'ms',
    },
    { name: 'live memory for each denial', wanted: { atMost: 300 }, measured: perDenial, unit: 'bytes' },
  ];
}
