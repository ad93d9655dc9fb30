import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { inspect } from 'node:util';
import type { RevocableSession } from '../../ports/session-api.js';
import type { RevocationCall } from './revocation-call.js';
import { RevocationRetries } from './revocation-retries.js';
import { StoredRevocations } from './stored-revocations.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const hourMs = 3_600_000;
const session = (id: number | string): RevocableSession => ({ kind: 'id', sessionId: `session-test-${id}` });
const token = (id: number): RevocableSession => ({ kind: 'token', token: String(id).padStart(44, 'x') });
const lossOf = (count: number, list: string) => [
  `Stytch did not confirm the revocation of ${count} signed-out session(s), which is not retried. They are ` +
    `denied in this process only and are valid elsewhere and after a restart until they expire: ${list}.`,
];

describe('the retries of revocations', () => {
  let retries: RevocationRetries;
  let attempts: RevocableSession[];
  /** How Stytch responds: whether it confirms, or undefined if it hangs. */
  let respond: (session: RevocableSession) => boolean | undefined | Promise<boolean>;
  let error: jest.SpiedFunction<Logger['error']>;
  const untilMs = (fromNowMs: number) => Date.now() + fromNowMs;
  /** How many attempts were made after each of the intervals. */
  const attemptsAfter = async (...intervalsMs: number[]) => {
    const counts: number[] = [];
    for (const intervalMs of intervalsMs) {
      attempts = [];
      await jest.advanceTimersByTimeAsync(intervalMs);
      counts.push(attempts.length);
    }
    return counts;
  };

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0);
    error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    attempts = [];
    respond = () => false;
    const call: Pick<RevocationCall, 'revoke'> = {
      revoke: (revoked) => {
        attempts.push(revoked);
        const response = respond(revoked);
        return response === undefined ? new Promise(() => undefined) : Promise.resolve(response);
      },
    };
    const options = resolvedOptions();
    retries = new RevocationRetries(call as RevocationCall, new StoredRevocations(options), options);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('are made after 2, 10 and 60 seconds and then every five minutes until the session ends', async () => {
    retries.retry(session(1), untilMs(hourMs));

    const first = await attemptsAfter(1_999, 1, 9_999, 1, 59_999, 1, 299_999, 1, 299_999, 1);
    expect(first).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect((await attemptsAfter(hourMs))[0]).toBeGreaterThan(5);
    expect(await attemptsAfter(24 * hourMs)).toEqual([0]);
    expect([jest.getTimerCount(), error.mock.calls]).toEqual([0, []]);
  });

  it('do not end early if the wall clock was ahead when the person signed out', async () => {
    const nowMs = Date.now();
    jest.setSystemTime(nowMs + 2 * hourMs);
    retries.retry(session(1), untilMs(400_000));
    expect(await attemptsAfter(2_000)).toEqual([1]);
    jest.setSystemTime(nowMs + 2_000);

    expect(await attemptsAfter(10_000, 60_000, 300_000, 300_000, 300_000)).toEqual([1, 1, 1, 1, 1]);
  });

  it('are delayed by up to a quarter more at random, so that processes do not retry together', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    retries.retry(session(1), untilMs(hourMs));

    expect(await attemptsAfter(2_499, 1, 12_498, 2)).toEqual([0, 1, 0, 1]);
  });

  it('end as soon as Stytch confirms the revocation', async () => {
    respond = () => attempts.length === 2;
    retries.retry(session(1), untilMs(hourMs));
    await jest.advanceTimersByTimeAsync(24 * hourMs);

    expect([attempts.length, jest.getTimerCount(), error.mock.calls]).toEqual([2, 0, []]);
  });

  it('are made once for a session that is signed out twice', async () => {
    retries.retry(session(1), untilMs(hourMs));
    retries.retry(session(1), untilMs(hourMs));

    expect(await attemptsAfter(2_000)).toEqual([1]);
  });

  it('do not wait for the five minutes of an older session', async () => {
    retries.retry(session('old'), untilMs(24 * hourMs));
    await attemptsAfter(2_000, 10_000, 60_000);
    retries.retry(session('new'), untilMs(hourMs));

    expect(await attemptsAfter(2_000)).toEqual([1]);
    expect(attempts).toEqual([session('new')]);
  });

  it('need one timer for 10,000 sessions, and call Stytch five times per two seconds while it fails', async () => {
    for (let id = 0; id < 10_000; id += 1) retries.retry(session(id), untilMs(hourMs));

    expect(jest.getTimerCount()).toBe(1);
    expect(await attemptsAfter(2_000, 2_000, 2_000, 2_000)).toEqual([5, 5, 5, 5]);
  });

  it('are made for all sessions without a pause once Stytch confirms', async () => {
    for (let id = 0; id < 1_000; id += 1) retries.retry(session(id), untilMs(hourMs));
    respond = () => true;

    expect(await attemptsAfter(4_000)).toEqual([1_000]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are limited to 10,000 sessions; the session id of one more is logged', async () => {
    for (let id = 0; id <= 10_000; id += 1) retries.retry(session(id), untilMs(hourMs));

    expect(error.mock.calls).toEqual([lossOf(1, 'session-test-10000')]);
  });

  it('are limited to 1,000 opaque tokens, which take no place of a session and are logged by their number only', async () => {
    for (let id = 0; id <= 1_000; id += 1) retries.retry(token(id), untilMs(hourMs));
    expect(error.mock.calls).toEqual([lossOf(1, '1 known only by an opaque token')]);

    retries.retry(session(1), untilMs(hourMs));
    await attemptsAfter(2_000);
    expect(attempts[0]).toEqual(session(1));
  });

  it('hold no opaque token that console.log or JSON.stringify would print', () => {
    retries.retry(token(7), untilMs(hourMs));

    const printed = inspect(retries, { depth: 10, showHidden: true }) + inspect(retries, { getters: true });
    expect(printed).not.toContain('x7');
  });

  describe('for all sessions of a person', () => {
    const all = (count: number) =>
      Array.from({ length: count }, (_, id) => ({ session: session(id), untilMs: untilMs(hourMs) }));
    const never = () => undefined;

    it('begin at once, eight at a time', async () => {
      respond = never;
      void retries.revokeAll(all(400));
      await jest.advanceTimersByTimeAsync(0);

      expect(attempts).toEqual(all(8).map((one) => one.session));
      expect(await attemptsAfter(hourMs)).toEqual([0]);
    });

    it('revoke each session once if Stytch confirms', async () => {
      respond = () => true;
      await retries.revokeAll(all(400));

      expect([attempts.length, new Set(attempts).size, jest.getTimerCount()]).toEqual([400, 400, 0]);
      expect(await attemptsAfter(24 * hourMs)).toEqual([0]);
    });

    it('continue in the background after the deadline of a call', async () => {
      const confirmations: ((isRevoked: boolean) => void)[] = [];
      respond = () => new Promise((resolve) => confirmations.push(resolve));
      let isDone = false;
      void retries.revokeAll(all(20)).then(() => (isDone = true));

      await jest.advanceTimersByTimeAsync(2_999);
      expect([isDone, attempts.length]).toEqual([false, 8]);
      await jest.advanceTimersByTimeAsync(1);
      expect(isDone).toBe(true);
      for (let confirmed = 0; confirmed < 20; confirmed += 1) {
        confirmations[confirmed]?.(true);
        await jest.advanceTimersByTimeAsync(0);
      }
      expect([attempts.length, jest.getTimerCount()]).toEqual([20, 0]);
    });

    it('are left to later attempts, five at a time, once Stytch does not confirm', async () => {
      await retries.revokeAll(all(400));
      expect(attempts).toHaveLength(8);

      expect(await attemptsAfter(1_999, 1)).toEqual([0, 5]);
      respond = () => true;
      expect(await attemptsAfter(hourMs)).toEqual([400]);
    });

    it('are made for the rest at shutdown, and logged if Stytch does not confirm', async () => {
      respond = never;
      void retries.revokeAll(all(100));
      await jest.advanceTimersByTimeAsync(0);
      respond = (revoked) => revoked.kind === 'id' && revoked.sessionId !== 'session-test-50';

      const shutDown = retries.shutDown();
      await jest.advanceTimersByTimeAsync(3_000);
      await shutDown;

      expect(attempts).toHaveLength(100);
      expect(error.mock.calls).toEqual([
        lossOf(9, [0, 1, 2, 3, 4, 5, 6, 7, 50].map((id) => `session-test-${id}`).join(', ')),
      ]);
    });
  });

  describe('at shutdown', () => {
    it('are made once for each session, whether due or not, and none afterwards', async () => {
      for (let id = 0; id < 100; id += 1) retries.retry(session(id), untilMs(hourMs));
      respond = () => true;

      await retries.shutDown();

      expect([attempts.length, error.mock.calls, jest.getTimerCount()]).toEqual([100, [], 0]);
      expect(await attemptsAfter(hourMs)).toEqual([0]);
    });

    it('log the ids of the sessions that Stytch did not confirm', async () => {
      for (let id = 0; id < 3; id += 1) retries.retry(session(id), untilMs(hourMs));
      retries.retry(token(1), untilMs(hourMs));
      respond = (revoked) => revoked.kind === 'id' && revoked.sessionId.endsWith('1');

      await retries.shutDown();

      expect(attempts).toHaveLength(4);
      expect(error.mock.calls).toEqual([
        lossOf(3, 'session-test-0, session-test-2, 1 known only by an opaque token'),
      ]);
    });

    it('log at most 20 session ids', async () => {
      for (let id = 0; id < 1_000; id += 1) retries.retry(session(id), untilMs(hourMs));

      await retries.shutDown();

      const ids = Array.from({ length: 20 }, (_, id) => `session-test-${id}`).join(', ');
      expect(error.mock.calls).toEqual([lossOf(1_000, `${ids}, 980 more`)]);
    });

    it('end after three seconds although Stytch hangs, with 20 calls at most', async () => {
      for (let id = 0; id < 100; id += 1) retries.retry(session(id), untilMs(hourMs));
      respond = () => undefined;
      let isShutDown = false;

      void retries.shutDown().then(() => (isShutDown = true));
      await jest.advanceTimersByTimeAsync(2_999);
      expect([isShutDown, attempts.length]).toEqual([false, 20]);
      await jest.advanceTimersByTimeAsync(1);

      expect([isShutDown, attempts.length, error.mock.calls.length]).toEqual([true, 20, 1]);
    });

    it('wait for an attempt in flight instead of making a second one', async () => {
      retries.retry(session(1), untilMs(hourMs));
      respond = () => undefined;
      await jest.advanceTimersByTimeAsync(2_000);

      void retries.shutDown();
      await jest.advanceTimersByTimeAsync(3_000);

      expect(attempts).toHaveLength(1);
    });

    it('log the id of a session whose revocation fails after the shutdown', async () => {
      await retries.shutDown();
      retries.retry(session(1), untilMs(hourMs));

      expect([error.mock.calls, jest.getTimerCount()]).toEqual([[lossOf(1, 'session-test-1')], 0]);
    });
  });
});
