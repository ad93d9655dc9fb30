import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { consumerProduct } from '../module/consumer-product.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { systemClock } from '../options/system-clock.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { CallRecord, OutgoingCall } from './call-record.js';
import type { PooledClient, StytchClientPool } from './client-pool.js';
import { StytchCalls, type CallSettings } from './stytch-calls.js';

const deadlineMs = 3_000;
const body = { request_id: 'request-id-test-1', status_code: 200 };

/** One attempt: what the transport reports, and what the SDK returns or throws. */
interface Attempt {
  record?: Partial<CallRecord>;
  returns?: unknown;
  throws?: unknown;
}
const connectionBroke: Attempt = {
  record: { failure: 'connection', cause: 'ECONNRESET' },
  throws: new Error(),
};

let made: OutgoingCall[] = [];
let lines: string[] = [];
let nowMs = 0;

beforeEach(() => {
  made = [];
  lines = [];
  nowMs = 1_000;
  jest.spyOn(systemClock, 'monotonicMs').mockImplementation(() => nowMs);
  for (const level of ['log', 'error', 'warn', 'debug'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((...parts: unknown[]) => {
      lines.push([level, ...parts].join(' '));
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A function that makes calls; each attempt of a call takes 500 ms. */
function newCalls(...attempts: Attempt[]): (settings: CallSettings) => Promise<StytchResponse<unknown>> {
  const pool = {
    use: async (outgoing: OutgoingCall, send: (pooled: PooledClient) => Promise<unknown>) => {
      const { record, throws } = attempts[made.length]!;
      made.push(outgoing);
      nowMs += 500;
      Object.assign(outgoing.record, record);
      if (throws !== undefined) throw throws as Error;
      return send({} as PooledClient);
    },
  } as unknown as StytchClientPool;
  const options = { clock: systemClock, http: { deadlineMs, maxConnections: 4 } };
  const calls = new StytchCalls(pool, options as unknown as ResolvedOptions, consumerProduct.product);
  return (settings) => calls.call(settings, async () => attempts[made.length - 1]?.returns);
}

const call = (settings: CallSettings, ...attempts: Attempt[]) => newCalls(...attempts)(settings);

const authenticate = { name: 'sessions/authenticate', kind: 'refresh', isRetryable: true } as const;
const revoke = { name: 'sessions/revoke', kind: 'revocation' } as const;

describe('a call to Stytch', () => {
  it('returns the body of a response, and logs nothing', async () => {
    expect(await call(authenticate, { record: { status: 200 }, returns: body })).toEqual({
      kind: 'ok',
      body,
    });
    expect(lines).toEqual([]);
  });

  it('has the deadline of the options', async () => {
    await call(authenticate, { returns: body });

    expect(made).toMatchObject([{ kind: 'refresh', deadlineAtMs: 4_000, maxBodyBytes: 256 * 1024 }]);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'Welcome to the airport'],
    ['an object without a request id', { status_code: 200 }],
    ['an object without a status code', { request_id: 'request-id-test-1' }],
  ])('returns unreadable if the body of a response is %s', async (_, returns) => {
    expect(await call(authenticate, { record: { status: 200 }, returns })).toEqual({
      kind: 'unavailable',
      reason: 'unreadable',
    });
    expect(lines).toEqual(['warn sessions/authenticate: unreadable (status 200).']);
  });
});

describe('a call to Stytch whose connection breaks before a response', () => {
  it('is retried once with the same deadline if it is idempotent', async () => {
    expect(await call(authenticate, connectionBroke, { returns: body })).toEqual({ kind: 'ok', body });
    expect(made.map(({ deadlineAtMs }) => deadlineAtMs)).toEqual([4_000, 4_000]);
    expect(lines).toEqual([]);
  });

  it('is not retried a second time, and logs once', async () => {
    expect(await call(authenticate, connectionBroke, connectionBroke, { returns: body })).toEqual({
      kind: 'unavailable',
      reason: 'unreachable',
    });
    expect(made).toHaveLength(2);
    expect(lines).toEqual(['warn sessions/authenticate: unreachable (ECONNRESET).']);
  });

  it('is not retried if it is not idempotent', async () => {
    expect(await call(revoke, connectionBroke, { returns: body })).toEqual({
      kind: 'unavailable',
      reason: 'unreachable',
    });
    expect(made).toHaveLength(1);
  });
});

describe('an idempotent call to Stytch', () => {
  it.each<[string, Attempt]>([
    ['a response that broke off', { record: { status: 200, failure: 'connection' }, throws: new Error() }],
    ['a deadline', { record: { failure: 'deadline' }, throws: new Error() }],
    ['a response that is too large', { record: { status: 200, failure: 'too_large' }, throws: new Error() }],
    ['a server error', { record: { status: 503 }, throws: new Error() }],
    ['an unreadable response', { record: { status: 200 }, returns: 'x' }],
  ])('is not retried after %s', async (_, attempt) => {
    expect(await call(authenticate, attempt, { returns: body })).toMatchObject({ kind: 'unavailable' });
    expect(made).toHaveLength(1);
  });
});

describe('a failed call to Stytch', () => {
  const rejection = (fields: object) => Object.assign(new Error('token=secret'), fields);

  it('logs the error type and request id of a rejection for debugging', async () => {
    const throws = rejection({
      status_code: 404,
      error_type: 'session_not_found',
      request_id: 'request-id-test-00000000',
    });

    expect(await call(authenticate, { record: { status: 404 }, throws })).toEqual({
      kind: 'rejected',
      status: 404,
      errorType: 'session_not_found',
      requestId: 'request-id-test-00000000',
    });
    expect(lines).toEqual([
      'debug sessions/authenticate: rejected by Stytch (session_not_found, request-id-test-00000000).',
    ]);
  });

  it('logs the status of a rejection whose error type is malformed', async () => {
    const throws = rejection({
      status_code: 404,
      error_type: 'Not Found',
      request_id: 'request-id-test-00000000',
    });
    await call(authenticate, { record: { status: 404 }, throws });

    expect(lines).toEqual([
      'debug sessions/authenticate: rejected by Stytch (status 404, request-id-test-00000000).',
    ]);
  });

  it('logs an error if Stytch rejects the credentials of the application', async () => {
    const throws = rejection({ status_code: 401, error_type: 'unauthorized_credentials' });

    expect(await call(authenticate, { record: { status: 401 }, throws })).toEqual({
      kind: 'unavailable',
      reason: 'credentials_refused',
    });
    expect(lines).toEqual([
      'error sessions/authenticate: Stytch rejected the credentials of this application. Check projectId, secret and apiUrl.',
    ]);
  });

  it('logs once which module a project of the other product needs', async () => {
    const throws = rejection({ status_code: 400, error_type: 'invalid_consumer_endpoint' });
    const attempt = { record: { status: 400 }, throws };
    const makeCall = newCalls(attempt, attempt);
    const responses = [await makeCall(authenticate), await makeCall(revoke)];

    expect(responses).toEqual(Array(2).fill({ kind: 'unavailable', reason: 'wrong_product' }));
    expect(lines).toEqual([
      'error projectId is the ID of a B2B project, and StytchModule is for consumer projects. Use StytchB2BModule from nestjs-stytch/b2b, or the credentials of a consumer project. Until then no session can be verified.',
    ]);
  });

  it.each<[string, CallRecord, string]>([
    [
      'the cause of a failed connection',
      { failure: 'connection', cause: 'ENOTFOUND' },
      'unreachable (ENOTFOUND)',
    ],
    ['the transport failure', { failure: 'deadline' }, 'unreachable (deadline)'],
    ['the status', { status: 503 }, 'server_error (status 503)'],
    ['that there is no status', {}, 'unreachable (status none)'],
  ])('logs a warning with %s, and not the message of the error', async (_, record, text) => {
    await call(revoke, { record, throws: rejection({}) });

    expect(lines).toEqual([`warn sessions/revoke: ${text}.`]);
  });
});

describe('calls to Stytch after a rate limit', () => {
  const limited = (retryAfterSeconds?: number): Attempt => ({
    record: { status: 429, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    throws: new Error(),
  });
  const refusal = (retryAfterSeconds: number) => ({
    kind: 'unavailable',
    reason: 'rate_limited',
    retryAfterSeconds,
  });

  it('are not made for as long as Retry-After says, and log one line', async () => {
    const callOnce = newCalls(limited(10), { returns: body });
    const results = [await callOnce(authenticate)];
    for (let second = 0; second < 10; second += 1) {
      results.push(await callOnce(authenticate));
      nowMs += 1_000;
    }

    expect(results).toEqual([10, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(refusal));
    expect(made).toHaveLength(1);
    expect(lines).toEqual(['warn sessions/authenticate: rate_limited (status 429).']);
    expect(await callOnce(authenticate)).toEqual({ kind: 'ok', body });
  });

  it('are not made for five seconds without a Retry-After', async () => {
    const callOnce = newCalls(limited(), { returns: body });
    await callOnce(authenticate);
    nowMs += 4_999;

    expect(await callOnce(authenticate)).toEqual(refusal(1));
    nowMs += 1;
    expect(await callOnce(authenticate)).toEqual({ kind: 'ok', body });
  });

  it('are made again after a minute, even if Retry-After is longer', async () => {
    const callOnce = newCalls(limited(99_999), { returns: body });
    await callOnce(authenticate);
    nowMs += 60_000;

    expect(await callOnce(authenticate)).toEqual({ kind: 'ok', body });
  });

  it('are made to other operations', async () => {
    const callOnce = newCalls(limited(10), { returns: body });
    await callOnce(authenticate);

    expect(await callOnce(revoke)).toEqual({ kind: 'ok', body });
  });

  it('are made for other email addresses if the limit is one per address', async () => {
    const send = { name: 'magic_links/email', kind: 'sign_in', isLimitedPerAddress: true } as const;
    const callOnce = newCalls(limited(), { returns: body });
    await callOnce(send);

    expect(await callOnce(send)).toEqual({ kind: 'ok', body });
  });
});

describe('repeated failures of calls to Stytch', () => {
  it('are logged once a minute with their number', async () => {
    const failed: Attempt = { record: { failure: 'deadline' }, throws: new Error() };
    const callOnce = newCalls(...Array.from({ length: 130 }, () => failed));
    for (let calls = 0; calls < 121; calls += 1) await callOnce(revoke);

    expect(lines).toEqual([
      'warn sessions/revoke: unreachable (deadline).',
      'warn sessions/revoke: unreachable (deadline). Repeated 119 times since then.',
    ]);
  });
});

describe('a circuit breaker that a call is made with', () => {
  const failed: Attempt = { record: { failure: 'deadline' }, throws: new Error() };

  it('opens after failures that reached the network, and refuses the next call', async () => {
    const circuitBreaker = new CircuitBreaker(systemClock, () => undefined);
    const callOnce = newCalls(failed, failed, failed, failed, failed);
    for (let calls = 0; calls < 5; calls += 1) await callOnce({ ...authenticate, circuitBreaker });

    expect(await callOnce({ ...authenticate, circuitBreaker })).toEqual({
      kind: 'unavailable',
      reason: 'circuit_open',
    });
    expect(made).toHaveLength(5);
  });

  it.each(['closed', 'origin_refused'] as const)(
    'is not affected by calls that failed with %s',
    async (failure) => {
      const circuitBreaker = new CircuitBreaker(systemClock, () => undefined);
      const unsent: Attempt = { record: { failure }, throws: new Error() };
      const callOnce = newCalls(...Array.from({ length: 10 }, () => unsent));
      for (let calls = 0; calls < 10; calls += 1) await callOnce({ ...authenticate, circuitBreaker });

      expect(circuitBreaker.isOpen).toBe(false);
    },
  );

  it.each<[string, Attempt]>([
    ['a rate limit', { record: { status: 429 }, throws: new Error() }],
    [
      'a rejection',
      {
        record: { status: 404 },
        throws: Object.assign(new Error(), { status_code: 404, error_type: 'session_not_found' }),
      },
    ],
  ])('counts %s as a response', async (_, attempt) => {
    const circuitBreaker = new CircuitBreaker(systemClock, () => undefined);
    const callOnce = newCalls(failed, failed, failed, failed, attempt, failed, failed, failed, failed);
    for (let calls = 0; calls < 5; calls += 1) await callOnce({ ...authenticate, circuitBreaker });
    nowMs += 60_000;
    for (let calls = 0; calls < 4; calls += 1) await callOnce({ ...authenticate, circuitBreaker });

    expect(circuitBreaker.isOpen).toBe(false);
  });
});
