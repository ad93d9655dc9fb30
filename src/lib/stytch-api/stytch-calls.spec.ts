import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { systemClock } from '../options/system-clock.js';
import type { StytchResponse } from '../ports/stytch-response.js';
import type { CallRecord } from './call-record.js';
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

let records: CallRecord[] = [];
let lines: string[] = [];
let nowMs = 0;

beforeEach(() => {
  records = [];
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

function call(settings: CallSettings, ...attempts: Attempt[]): Promise<StytchResponse<unknown>> {
  const pool = {
    use: async (record: CallRecord, send: (pooled: PooledClient) => Promise<unknown>) => {
      const { record: reported, throws } = attempts[records.length]!;
      records.push(record);
      nowMs += 500;
      Object.assign(record, reported);
      if (throws !== undefined) throw throws as Error;
      return send({} as PooledClient);
    },
  } as unknown as StytchClientPool;
  const calls = new StytchCalls(pool, { http: { deadlineMs } } as ResolvedOptions);
  return calls.call(settings, async () => attempts[records.length - 1]?.returns);
}

const authenticate = { name: 'sessions/authenticate', isRetryable: true };
const revoke = { name: 'sessions/revoke' };

describe('a call to Stytch', () => {
  it('returns the body of a response, and logs nothing', async () => {
    expect(await call(authenticate, { record: { status: 200 }, returns: body })).toEqual({
      kind: 'ok',
      body,
    });
    expect(lines).toEqual([]);
  });

  it('has the deadline of the options', async () => {
    await call(revoke, { returns: body });

    expect(records).toEqual([{ deadlineAtMs: 4_000 }]);
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
    expect(records.map(({ deadlineAtMs }) => deadlineAtMs)).toEqual([4_000, 4_000]);
    expect(lines).toEqual([]);
  });

  it('is not retried a second time, and logs once', async () => {
    expect(await call(authenticate, connectionBroke, connectionBroke, { returns: body })).toEqual({
      kind: 'unavailable',
      reason: 'unreachable',
    });
    expect(records).toHaveLength(2);
    expect(lines).toEqual(['warn sessions/authenticate: unreachable (ECONNRESET).']);
  });

  it('is not retried if it is not idempotent', async () => {
    expect(await call(revoke, connectionBroke, { returns: body })).toEqual({
      kind: 'unavailable',
      reason: 'unreachable',
    });
    expect(records).toHaveLength(1);
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
    expect(records).toHaveLength(1);
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
