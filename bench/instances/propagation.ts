import { Pool } from 'undici';
import { jwtCookie, tokenCookie } from '../alternatives/alternative.js';
import { percentile } from '../measure.js';
import { startApplication, startEmulator, type CreatedSession } from '../processes.js';
import { number, type PartOfReport } from '../report.js';

const signOuts = 200;
const clients = [1, 10];

interface SignOut {
  /** From the request until the response. */
  readonly confirmedAfterMs: number;
  /** From the request until the other instance refused the session. */
  readonly refusedAfterMs: number;
  /** How long the other instance accepted the session after the sign-out was confirmed. */
  readonly acceptedMs: number;
}

/** How long it takes until a session that is signed out on one instance is refused by another. */
export async function propagation(redisUrl: string): Promise<PartOfReport> {
  const emulator = await startEmulator();
  const { project } = emulator;
  const start = () => startApplication({ name: 'nestjs-stytch, with Redis', project, redisUrl });
  const running = await Promise.all([start(), start()]);
  const [one, other] = running.map(({ url }) => new Pool(url, { connections: 64 })) as [Pool, Pool];
  const rows: string[][] = [];
  const measured: SignOut[] = [];
  for (const count of clients) {
    const ofClients = await signOutAll(one, other, count, () =>
      emulator.createSession({ email: 'ada@example.com' }),
    );
    measured.push(...ofClients);
    rows.push(rowOf(count, ofClients));
  }
  for (const instance of running) instance.close();
  emulator.close();
  return {
    tables: [
      {
        title: 'A session signed out on one instance is refused by another, ms after the request',
        columns: [
          '',
          'sign-outs',
          'response, p50',
          'refused, p50',
          'p99',
          'longest',
          'accepted after the response, p99',
          'longest',
        ],
        rows,
      },
    ],
    figures: [
      {
        name: 'a sign-out reaches another instance, p99 after the request',
        wanted: { atMost: 1_000 },
        measured: percentile(
          measured.map(({ refusedAfterMs }) => refusedAfterMs),
          99,
        ),
        unit: 'ms',
      },
    ],
  };
}

async function signOutAll(
  one: Pool,
  other: Pool,
  count: number,
  createSession: () => Promise<CreatedSession>,
): Promise<SignOut[]> {
  const measured: SignOut[] = [];
  let left = signOuts;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      measured.push(await signOut(one, other, cookieOf(await createSession())));
    }
  };
  await Promise.all(Array.from({ length: count }, client));
  return measured;
}

/** Uses a copy of the cookies at the other instance, without a pause, until it is refused. */
async function signOut(one: Pool, other: Pool, cookie: string): Promise<SignOut> {
  for (const instance of [one, other]) await expectStatus(200, instance, 'GET', '/dashboard', cookie);
  const beganAtMs = performance.now();
  const confirmed = expectStatus(204, one, 'POST', '/auth/logout', cookie).then(() => performance.now());
  let lastAcceptedAtMs = beganAtMs;
  for (;;) {
    const sentAtMs = performance.now();
    const status = await statusOf(other, 'GET', '/dashboard', cookie);
    if (status === 401) break;
    if (status !== 200) throw new Error(`The other instance responded ${status}.`);
    lastAcceptedAtMs = sentAtMs;
  }
  const refusedAtMs = performance.now();
  const confirmedAtMs = await confirmed;
  return {
    confirmedAfterMs: confirmedAtMs - beganAtMs,
    refusedAfterMs: refusedAtMs - beganAtMs,
    acceptedMs: Math.max(0, lastAcceptedAtMs - confirmedAtMs),
  };
}

async function expectStatus(expected: number, ...request: Parameters<typeof statusOf>): Promise<void> {
  const status = await statusOf(...request);
  if (status !== expected) throw new Error(`${request[2]} responded ${status} instead of ${expected}.`);
}

async function statusOf(instance: Pool, method: 'GET' | 'POST', path: string, cookie: string) {
  const { statusCode, body } = await instance.request({ method, path, headers: { cookie } });
  await body.dump();
  return statusCode;
}

const cookieOf = ({ sessionJwt, sessionToken }: CreatedSession) =>
  `${jwtCookie}=${sessionJwt}; ${tokenCookie}=${sessionToken}`;

function rowOf(count: number, measured: readonly SignOut[]): string[] {
  const [refused, confirmed, accepted] = (['refusedAfterMs', 'confirmedAfterMs', 'acceptedMs'] as const).map(
    (name) => measured.map((one) => one[name]),
  ) as [number[], number[], number[]];
  return [
    count === 1 ? 'one at a time' : `${count} at a time`,
    String(measured.length),
    number(percentile(confirmed, 50)),
    number(percentile(refused, 50)),
    number(percentile(refused, 99)),
    number(Math.max(...refused)),
    number(percentile(accepted, 99)),
    number(Math.max(...accepted)),
  ];
}
