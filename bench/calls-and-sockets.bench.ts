import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { jwtCookie } from './alternatives/alternative.js';
import type { AlternativeName } from './alternatives/index.js';
import { percentile } from './measure.js';
import { startApplication, startEmulator, type RunningEmulator } from './processes.js';
import { Relay } from './relay.js';
import { number, type Figure, type PartOfReport, type Table } from './report.js';

const names = ['nestjs-stytch', 'SDK authenticateJwt, by hand'] as const;
const concurrentRequests = 200;
const hostileCookies = 500;
const hungRefreshes = 300;
/** Whoever has not been answered by then would wait longer still. */
const patienceMs = 10_000;

interface Stage {
  readonly emulator: RunningEmulator;
  readonly relay: Relay;
  /** Sends one request for each cookie, all at once. */
  readonly sendAll: (jwts: readonly string[]) => Promise<Answered>;
}

interface Answered {
  /** Of those who were answered; nobody may have been. */
  readonly longestMs: number | undefined;
  readonly statuses: Readonly<Record<string, number>>;
}

interface Calls {
  readonly toAuthenticate: number;
  readonly forKeys: number;
}

interface Outcome {
  readonly oneExpired: Calls;
  readonly garbage: Calls;
  readonly unknownKeys: Calls;
  readonly hung: Answered & { readonly sockets: number };
}

/** What crowds, attackers and an outage of Stytch cost in calls, sockets and time. */
export async function callsAndSockets(): Promise<PartOfReport> {
  const outcomes = new Map<AlternativeName, Outcome>();
  for (const name of names) outcomes.set(name, await measured(name));
  const ours = outcomes.get('nestjs-stytch');
  if (ours === undefined) throw new Error('Nothing was measured.');
  return { tables: [tableOf(outcomes)], figures: figuresOf(ours) };
}

async function measured(name: AlternativeName): Promise<Outcome> {
  const emulator = await startEmulator();
  const relay = new Relay(new URL(emulator.project.apiUrl));
  const project = { ...emulator.project, apiUrl: await relay.start() };
  const application = await startApplication({ name, project });
  const pool = new Pool(application.url, { connections: hostileCookies });
  const stage: Stage = { emulator, relay, sendAll: (jwts) => sendAll(pool, jwts) };

  const [live = ''] = await sessionJwts(emulator, 1, 'live');
  await stage.sendAll([live]);
  const outcome = {
    oneExpired: await callsFor(stage, await oneExpired(emulator)),
    garbage: await callsFor(stage, garbage(live)),
    unknownKeys: await callsFor(stage, unknownKeys(live)),
    hung: await whileHung(stage, await sessionJwts(emulator, hungRefreshes, 'expired')),
  };
  await pool.destroy();
  application.close();
  relay.close();
  emulator.close();
  return outcome;
}

/** JWTs of different sessions. Those to be expired are minted a while ago. */
async function sessionJwts(
  { control }: RunningEmulator,
  count: number,
  state: 'live' | 'expired',
): Promise<string[]> {
  const agoSeconds = state === 'expired' ? 400 : 0;
  await control('POST', 'clock', { advanceSeconds: -agoSeconds });
  const jwts: string[] = [];
  for (let person = 0; person < count; person += 1) {
    const session = await control('POST', 'sessions', { email: `person-${person}@example.com` });
    jwts.push((session as { sessionJwt: string }).sessionJwt);
  }
  await control('POST', 'clock', { advanceSeconds: agoSeconds });
  return jwts;
}

async function oneExpired(emulator: RunningEmulator): Promise<string[]> {
  const [jwt = ''] = await sessionJwts(emulator, 1, 'expired');
  return Array.from({ length: concurrentRequests }, () => jwt);
}

/** Noise, claims changed under a good signature, signatures made up under a good header. */
function garbage(live: string): string[] {
  const [header = '', claims = '', signature = ''] = live.split('.');
  const noise = () => randomBytes(256).toString('base64url');
  return Array.from({ length: hostileCookies }, (_, at) => {
    if (at % 3 === 0) return noise();
    if (at % 3 === 1) return `${header}.${segment({ sub: noise() })}.${signature}`;
    return `${header}.${claims}.${noise()}`;
  });
}

function unknownKeys(live: string): string[] {
  const [, claims = '', signature = ''] = live.split('.');
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
  return { toAuthenticate: to('/v1/sessions/authenticate'), forKeys: to('/v1/sessions/jwks/') };
}

async function whileHung({ relay, sendAll }: Stage, jwts: readonly string[]): Promise<Outcome['hung']> {
  relay.hang();
  return { ...(await sendAll(jwts)), sockets: relay.mostOpen };
}

async function sendAll(pool: Pool, jwts: readonly string[]): Promise<Answered> {
  const answers = await Promise.all(jwts.map((jwt) => send(pool, jwt)));
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const answered = answers.filter(({ status }) => status !== 'unanswered').map(({ ms }) => ms);
  return { longestMs: answered.length === 0 ? undefined : percentile(answered, 100), statuses };
}

async function send(pool: Pool, jwt: string): Promise<{ status: string; ms: number }> {
  const startedAtMs = performance.now();
  const status = await pool
    .request({
      method: 'GET',
      path: '/dashboard',
      headers: { cookie: `${jwtCookie}=${jwt}` },
      signal: AbortSignal.timeout(patienceMs),
    })
    .then(async ({ statusCode, body }) => {
      await body.dump();
      return String(statusCode);
    })
    .catch(() => 'unanswered');
  return { status, ms: performance.now() - startedAtMs };
}

function tableOf(outcomes: ReadonlyMap<AlternativeName, Outcome>): Table {
  const all = [...outcomes.values()];
  const row = (title: string, cell: (outcome: Outcome) => string) => [title, ...all.map(cell)];
  const calls = ({ toAuthenticate, forKeys }: Calls) => `${toAuthenticate} + ${forKeys} for keys`;
  const statuses = ({ hung }: Outcome) =>
    Object.entries(hung.statuses)
      .map(([status, count]) => `${count} x ${status}`)
      .join(', ');
  return {
    title: 'Calls to Stytch, and sockets',
    columns: ['', ...outcomes.keys()],
    rows: [
      row(`${concurrentRequests} requests at once, one expired JWT`, ({ oneExpired: it }) => calls(it)),
      row(`${hostileCookies} garbage cookies`, ({ garbage: it }) => calls(it)),
      row(`${hostileCookies} made-up key ids`, ({ unknownKeys: it }) => calls(it)),
      row(`${hungRefreshes} refreshes, the API hangs: sockets`, ({ hung }) => String(hung.sockets)),
      row(`  answers within ${patienceMs / 1000} s`, statuses),
      row('  longest wait of those answered, ms', ({ hung }) =>
        hung.longestMs === undefined ? '' : number(hung.longestMs),
      ),
    ],
  };
}

function figuresOf({ oneExpired, garbage, unknownKeys }: Outcome): Figure[] {
  return [
    {
      name: `calls for ${concurrentRequests} concurrent requests on one expired JWT`,
      wanted: { atMost: 1 },
      measured: oneExpired.toAuthenticate,
    },
    {
      name: `calls for ${hostileCookies} garbage cookies`,
      wanted: { atMost: 0 },
      measured: garbage.toAuthenticate + garbage.forKeys,
    },
    {
      name: `calls for ${hostileCookies} made-up key ids, keys apart`,
      wanted: { atMost: 0 },
      measured: unknownKeys.toAuthenticate,
    },
    {
      name: `fetches of keys for ${hostileCookies} made-up key ids`,
      wanted: { atMost: 2 },
      measured: unknownKeys.forKeys,
    },
  ];
}
