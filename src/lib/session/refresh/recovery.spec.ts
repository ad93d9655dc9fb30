import type { Client } from 'stytch';
import { consumerProduct } from '../../module/consumer-product.js';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { newStaleMarks } from '../../../../test/support/new-stale-marks.js';
import { newRenewedSessions } from '../../../../test/support/renewed-sessions.js';
import { verifiedJwt } from '../../../../test/support/verified-jwt.js';
import { StytchEvents } from '../../events/stytch-events.js';
import type { CallRecord, OutgoingCall } from '../../stytch-api/call-record.js';
import { CircuitBreaker } from '../../stytch-api/circuit-breaker.js';
import type { PooledClient, StytchClientPool } from '../../stytch-api/client-pool.js';
import { ConsumerSessionApi } from '../../stytch-api/consumer-session-api.js';
import { StytchCalls } from '../../stytch-api/stytch-calls.js';
import { MemoryDenyList } from '../deny/memory-deny-list.js';
import { refusalForResult } from '../session-result.js';
import { FetchSession } from './fetch-session.js';
import { InFlightRefreshes } from './in-flight-refreshes.js';
import type { IssuedSessionReader } from './issued-session.js';
import { JwtRefresher } from './jwt-refresher.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const people = 2_000;
const outageMs = 12_000;
/** How long Stytch takes to respond after the outage. */
const responseMs = 300;
const startedAtSeconds = 1_800_000_000;

const options = resolvedOptions({ http: { maxConnections: 128 } });

const pauseMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function fail(record: CallRecord, failure: CallRecord): never {
  Object.assign(record, failure);
  throw new Error('The call failed.');
}

/** What Stytch does with a call during the outage. */
const outages: Record<string, (call: OutgoingCall) => Promise<never>> = {
  'refuses connections': async ({ record }) => fail(record, { failure: 'connection' }),
  'responds 500': async ({ record }) => fail(record, { status: 500 }),
  'does not respond': async ({ record, deadlineAtMs }) => {
    await pauseMs(deadlineAtMs - performance.now());
    return fail(record, { failure: 'deadline' });
  },
};

/** The refresher, the queue and the circuit over a transport that fails until the outage ends. */
function refresherDuring(outage: (call: OutgoingCall) => Promise<never>, endsAtMs: number) {
  const sessions = { authenticate: async (body: object) => ({ request_id: '', status_code: 200, ...body }) };
  const pool: Pick<StytchClientPool<Client>, 'use'> = {
    async use(call, send) {
      if (performance.now() < endsAtMs) return outage(call);
      await pauseMs(responseMs);
      return send({ client: { sessions } } as unknown as PooledClient<Client>);
    },
  };
  /** Accepts whatever Stytch returns; the JWT is the session id. */
  const reader: Pick<IssuedSessionReader, 'read'> = {
    read: async ({ sessionJwt }) => ({
      kind: 'issued',
      verified: verifiedJwt(startedAtSeconds + 600, { sessionId: String(sessionJwt), startedAtSeconds }),
      cookies: {} as never,
    }),
  };
  const changes: boolean[] = [];
  const circuit = new CircuitBreaker(options.clock, (isOpen) => changes.push(isOpen));
  const api = new ConsumerSessionApi(
    new StytchCalls(pool as StytchClientPool<Client>, options, consumerProduct.product),
    circuit,
    options,
  );
  const denyList = new MemoryDenyList(options);
  const staleMarks = newStaleMarks(options);
  const refresher = new JwtRefresher(
    new FetchSession(
      api,
      reader as IssuedSessionReader,
      denyList,
      staleMarks,
      options,
      consumerProduct.product,
    ),
    newRenewedSessions(options, denyList),
    new InFlightRefreshes(),
    denyList,
    staleMarks,
    new StytchEvents(options),
    options,
  );
  return { refresher, changes };
}

/** Polls with an expired JWT, first after a delay and then each time after the Retry-After it was given. Returns when it was served. */
async function poll(refresher: JwtRefresher, sessionId: string, delayMs: number): Promise<number> {
  await pauseMs(delayMs);
  const expired = verifiedJwt(startedAtSeconds, { jwt: sessionId, sessionId });
  for (;;) {
    const result = await refresher.refresh(expired);
    if (result.kind === 'signed_in') return performance.now();
    const { status, retryAfterSeconds = NaN } = refusalForResult(result);
    expect(status).toBe(503);
    await pauseMs(retryAfterSeconds * 1000);
  }
}

/** Advances time in small steps until the condition holds. Between two of them all promises settle. */
async function advanceUntil(condition: () => boolean): Promise<void> {
  for (let stepsLeft = 1_200; !condition(); stepsLeft -= 1) {
    if (stepsLeft === 0) throw new Error('The condition does not hold after a minute.');
    jest.advanceTimersByTime(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the recovery from an outage during which 2,000 people poll', () => {
  beforeEach(() => {
    jest.useFakeTimers({
      now: (startedAtSeconds + 600) * 1000,
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'],
    });
    // Random numbers that are the same in each run: a linear congruential generator.
    let state = 20_260_101;
    jest.spyOn(Math, 'random').mockImplementation(() => {
      state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return state / 2 ** 32;
    });
    for (const level of ['error', 'warn'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each(Object.keys(outages))(
    'takes less than ten seconds and closes the circuit once if Stytch %s during the outage',
    async (outage) => {
      const endsAtMs = performance.now() + outageMs;
      const { refresher, changes } = refresherDuring(outages[outage]!, endsAtMs);

      const servedAtMs: number[] = [];
      for (let person = 0; person < people; person += 1) {
        // Half of them at the same moment, the others at random.
        const delayMs = person % 2 === 0 ? 0 : Math.random() * 5_000;
        void poll(refresher, `session-test-${person}`, delayMs).then((atMs) => servedAtMs.push(atMs));
      }
      await advanceUntil(() => servedAtMs.length === people);

      const recoveryMs = Math.max(...servedAtMs) - endsAtMs;
      expect([recoveryMs < 10_000, changes]).toEqual([true, [true, false]]);
    },
  );
});
