import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { jwtCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { percentile } from './measure.js';
import { startApplication, startEmulator, type RunningEmulator } from './processes.js';
import { Relay } from './relay.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const names = ['nestjs-stytch', 'SDK authenticateJwt, by hand', 'nestjs-stytch, members'] as const;
const concurrentRequests = 200;
const hostileCookies = 500;
const hungRefreshes = 300;
/** Timeout of each request, longer than the deadlines of the alternatives that have one. */
const timeoutMs = 10_000;

interface Stage {
  readonly emulator: RunningEmulator;
  readonly relay: Relay;
  /** Sends one request for each cookie, all at once. */
  readonly sendAll: (jwts: readonly string[]) => Promise<Responses>;
}

interface Responses {
  /** Undefined if there was no response. */
  readonly longestMs: number | undefined;
  readonly statuses: Readonly<Record<string, number>>;
}

interface Calls {
  readonly toAuthenticate: number;
  readonly forKeys: number;
}

interface Measurement {
  readonly oneExpired: Calls;
  readonly garbage: Calls;
  readonly unknownKeys: Calls;
  readonly hung: Responses & { readonly sockets: number };
}

/** The calls, sockets and time that concurrent requests, invalid cookies and an outage of Stytch cost. */
export async function callsAndSockets(): Promise<PartOfReport> {
  const measurements = new Map<AlternativeName, Measurement>();
  for (const name of names) measurements.set(name, await measure(name));
  const ours = (['nestjs-stytch', 'nestjs-stytch, members'] as const).flatMap((name) => {
    const measurement = measurements.get(name);
    if (measurement === undefined) throw new Error('Nothing was measured.');
    return figuresOf(measurement, name === 'nestjs-stytch' ? '' : ', members');
  });
  return { tables: [tableOf(measurements)], figures: ours };
}

async function measure(name: AlternativeName): Promise<Measurement> {
  const emulator = await startEmulator({ product: name === 'nestjs-stytch, members' ? 'b2b' : 'consumer' });
  const relay = new Relay(new URL(emulator.project.apiUrl));
  const project = { ...emulator.project, apiUrl: await relay.start() };
  const application = await startApplication({ name, project });
  const pool = new Pool(application.url, { connections: hostileCookies });
  const stage: Stage = { emulator, relay, sendAll: (jwts) => sendAll(pool, jwts) };

  const [valid = ''] = await sessionJwts(emulator, 1, 'valid');
  await stage.sendAll([valid]);
  const measurement = {
    oneExpired: await callsFor(stage, await oneExpired(emulator)),
    garbage: await callsFor(stage, garbage(valid)),
    unknownKeys: await callsFor(stage, unknownKeys(valid)),
    hung: await whileHung(stage, await sessionJwts(emulator, hungRefreshes, 'expired')),
  };
  await pool.destroy();
  application.close();
  relay.close();
  emulator.close();
  return measurement;
}

/** JWTs of different sessions. Expired ones are issued 400 s in the past. */
async function sessionJwts(
  { control, createSession }: RunningEmulator,
  count: number,
  state: 'valid' | 'expired',
): Promise<string[]> {
  const ageSeconds = state === 'expired' ? 400 : 0;
  await control('POST', 'clock', { advanceSeconds: -ageSeconds });
  const jwts: string[] = [];
  for (let user = 0; user < count; user += 1) {
    jwts.push((await createSession({ email: `person-${user}@example.com` })).sessionJwt);
  }
  await control('POST', 'clock', { advanceSeconds: ageSeconds });
  return jwts;
}

async function oneExpired(emulator: RunningEmulator): Promise<string[]> {
  const [jwt = ''] = await sessionJwts(emulator, 1, 'expired');
  return Array.from({ length: concurrentRequests }, () => jwt);
}

/** Random strings, valid JWTs with altered claims, and valid JWTs with random signatures. */
function garbage(validJwt: string): string[] {
  const [header = '', claims = '', signature = ''] = validJwt.split('.');
  const random = () => randomBytes(256).toString('base64url');
  return Array.from({ length: hostileCookies }, (_, at) => {
    if (at % 3 === 0) return random();
    if (at % 3 === 1) return `${header}.${segment({ sub: random() })}.${signature}`;
    return `${header}.${claims}.${random()}`;
  });
}

function unknownKeys(validJwt: string): string[] {
  const [, claims = '', signature = ''] = validJwt.split('.');
  return Array.from({ length: hostileCookies }, (_, at) => {
    const header = { alg: 'RS256', kid: `jwk-test-${at}`, typ: 'JWT' };
    return `${segment(header)}.${claims}.${signature}`;
  });
}

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function callsFor({ emulator, sendAll }: Stage, jwts: readonly string[]): Promise<Calls> {
  await emulator.control('DELETE', 'requests');
  await sendAll(jwts);
  const { requests } = (await emulator.control('GET', 'requests')) as { requests: { path: string }[] };
  const to = (path: string) => requests.filter((request) => request.path.startsWith(path)).length;
  const { sessionsPath } = emulator;
  return { toAuthenticate: to(`${sessionsPath}/authenticate`), forKeys: to(`${sessionsPath}/jwks/`) };
}

async function whileHung({ relay, sendAll }: Stage, jwts: readonly string[]): Promise<Measurement['hung']> {
  relay.hang();
  return { ...(await sendAll(jwts)), sockets: relay.maxOpen };
}

async function sendAll(pool: Pool, jwts: readonly string[]): Promise<Responses> {
  const responses = await Promise.all(jwts.map((jwt) => send(pool, jwt)));
  const statuses: Record<string, number> = {};
  for (const { status } of responses) statuses[status] = (statuses[status] ?? 0) + 1;
  const received = responses.filter(({ status }) => status !== 'no response').map(({ ms }) => ms);
  return { longestMs: received.length === 0 ? undefined : percentile(received, 100), statuses };
}

async function send(pool: Pool, jwt: string): Promise<{ status: string; ms: number }> {
  const startedAtMs = performance.now();
  const status = await pool
    .request({
      method: 'GET',
      path: '/dashboard',
      headers: { cookie: `${jwtCookie}=${jwt}` },
      signal: AbortSignal.timeout(timeoutMs),
    })
    .then(async ({ statusCode, body }) => {
      await body.dump();
      return String(statusCode);
    })
    .catch(() => 'no response');
  return { status, ms: performance.now() - startedAtMs };
}

function tableOf(measurements: ReadonlyMap<AlternativeName, Measurement>): Table {
  const all = [...measurements.values()];
  const row = (title: string, cell: (measurement: Measurement) => string) => [title, ...all.map(cell)];
  const calls = ({ toAuthenticate, forKeys }: Calls) => `${toAuthenticate} + ${forKeys} for keys`;
  const statuses = ({ hung }: Measurement) =>
    Object.entries(hung.statuses)
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ');
  return {
    title: 'Calls to Stytch, and sockets',
    columns: ['', ...measurements.keys()],
    rows: [
      row(`${concurrentRequests} requests at once, one expired JWT`, ({ oneExpired: it }) => calls(it)),
      row(`${hostileCookies} garbage cookies`, ({ garbage: it }) => calls(it)),
      row(`${hostileCookies} made-up key ids`, ({ unknownKeys: it }) => calls(it)),
      row(`${hungRefreshes} refreshes, the API hangs: sockets`, ({ hung }) => String(hung.sockets)),
      row(`  responses within ${timeoutMs / 1000} s`, statuses),
      row('  slowest response, ms', ({ hung }) =>
        hung.longestMs === undefined ? '' : number(hung.longestMs),
      ),
    ],
  };
}

function figuresOf({ oneExpired, garbage, unknownKeys }: Measurement, whose: string): Figure[] {
  return [
    {
      name: `calls for ${concurrentRequests} concurrent requests on one expired JWT${whose}`,
      wanted: { atMost: 1 },
      measured: oneExpired.toAuthenticate,
    },
    {
      name: `calls for ${hostileCookies} garbage cookies${whose}`,
      wanted: { atMost: 0 },
      measured: garbage.toAuthenticate + garbage.forKeys,
    },
    {
      name: `calls for ${hostileCookies} made-up key ids, keys apart${whose}`,
      wanted: { atMost: 0 },
      measured: unknownKeys.toAuthenticate,
    },
    {
      name: `fetches of keys for ${hostileCookies} made-up key ids${whose}`,
      wanted: { atMost: 2 },
      measured: unknownKeys.forKeys,
    },
  ];
}
