import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newSigningKey, publishedKeys } from '../../../../test/support/session-tokens.js';
import { SessionApi } from '../../ports/session-api.js';
import type { StytchResponse } from '../../ports/stytch-response.js';
import { SigningKeys } from './signing-keys.js';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';

const minute = 60_000;
const hour = 60 * minute;
const [key, otherKey] = [newSigningKey('jwk-test-1'), newSigningKey('jwk-test-2')];
const setOf = (...keys: (typeof key)[]): StytchResponse<unknown> => ({
  kind: 'ok',
  body: JSON.parse(publishedKeys(...keys)),
});
const unavailable: StytchResponse<unknown> = { kind: 'unavailable', reason: 'unreachable' };

describe('the signing keys', () => {
  let elapsedMs: number;
  /** How far the wall clock is ahead of the monotonic clock. */
  let wallAheadMs: number;
  let response: StytchResponse<unknown>;
  let fetches: number;
  let keys: SigningKeys;
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  beforeEach(() => {
    warn.mockClear();
    elapsedMs = 0;
    wallAheadMs = 0;
    response = setOf(key);
    fetches = 0;
    const api = Object.assign(Object.create(SessionApi.prototype) as SessionApi, {
      fetchSigningKeys: async () => {
        fetches += 1;
        return response;
      },
    });
    const options = resolvedOptions({
      clock: { nowMs: () => elapsedMs + wallAheadMs, monotonicMs: () => elapsedMs },
    });
    keys = new SigningKeys(api, options);
  });
  afterAll(() => {
    warn.mockRestore();
  });
  /** The number of fetches after each pause and refetch. */
  const fetchesAfter = async (pausesMs: number[]) => {
    const counts: number[] = [];
    for (const pauseMs of pausesMs) {
      elapsedMs += pauseMs;
      await keys.refetch();
      counts.push(fetches);
    }
    return counts;
  };
  const isFound = ({ kid }: typeof key) => keys.get(kid) !== undefined;

  it('are not available before the first fetch', () => {
    expect([keys.areAvailable, fetches]).toEqual([false, 0]);
  });

  it('are found by their key ids after a fetch', async () => {
    await keys.refetch();

    expect(keys.areAvailable).toBe(true);
    expect(keys.get('jwk-test-1')?.export({ format: 'jwk' })).toEqual(
      key.publicKey.export({ format: 'jwk' }),
    );
    expect(keys.get('jwk-test-2')).toBeUndefined();
  });

  it('are the same objects after an unchanged key is fetched again', async () => {
    await keys.refetch();
    const before = keys.get('jwk-test-1');
    await keys.reload();

    expect([fetches, keys.get('jwk-test-1') === before]).toEqual([2, true]);
  });

  describe('refetch', () => {
    it('shares one fetch between concurrent calls', async () => {
      await Promise.all([keys.refetch(), keys.refetch(), keys.refetch()]);

      expect([fetches, keys.areAvailable]).toEqual([1, true]);
    });

    it('fetches at most once in five seconds while keys are available', async () => {
      await keys.refetch();

      expect(await fetchesAfter([0, 1, 4_998, 1, 4_999, 1])).toEqual([2, 2, 2, 3, 3, 4]);
    });

    it('finds a key that was published after the first fetch', async () => {
      await keys.refetch();
      response = setOf(key, otherKey);
      await keys.refetch();

      expect([key, otherKey].map(isFound)).toEqual([true, true]);
    });

    it('returns true only if a fetch that started later has succeeded', async () => {
      const results = [await keys.refetch(), await keys.refetch(), await keys.refetch()];
      elapsedMs += 5_000;
      response = unavailable;
      results.push(await keys.refetch());

      expect([results, fetches]).toEqual([[true, true, false, false], 3]);
    });

    it('waits for a fetch in flight, and then starts one that is shared', async () => {
      await keys.refetch();
      elapsedMs += 5 * minute;
      keys.get('jwk-test-1');
      response = setOf(key, otherKey);

      const since = keys.startedFetches;

      expect(await Promise.all([keys.refetch('request', since), keys.refetch('request', since)])).toEqual([
        true,
        true,
      ]);
      expect([fetches, isFound(otherKey)]).toEqual([3, true]);
    });

    it('is limited separately for JWTs that Stytch has just issued', async () => {
      await keys.refetch();
      const results = [await keys.refetch(), await keys.refetch(), await keys.refetch('stytch')];

      expect([results, fetches]).toEqual([[true, false, true], 3]);
    });
  });

  describe('after a failed fetch', () => {
    it('are fetched again after 5, 10, 20, 40 and 60 seconds, and every minute from then on', async () => {
      response = unavailable;
      const pausesMs = [5_000, 10_000, 20_000, 40_000, 60_000, 60_000].flatMap((ms) => [ms - 1, 1]);

      expect(await fetchesAfter([0, ...pausesMs])).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7]);
    });

    it('start again with a delay of 5 seconds once a fetch has succeeded', async () => {
      response = unavailable;
      await fetchesAfter([0, 5_000]);
      response = setOf(key);
      await fetchesAfter([10_000]);
      response = unavailable;

      expect(await fetchesAfter([5_000, 4_999, 1])).toEqual([4, 4, 5]);
    });

    it.each<[string, StytchResponse<unknown>]>([
      ['Stytch is unavailable', unavailable],
      [
        'Stytch rejects the request',
        { kind: 'rejected', status: 404, errorType: 'project_not_found', requestId: 'request-id-test-1' },
      ],
      ['the response is not a key set', { kind: 'ok', body: { keys: [] } }],
    ])('remain in use if %s', async (_, failure) => {
      await keys.refetch();
      response = failure;
      await keys.refetch();

      expect([fetches, keys.areAvailable, isFound(key)]).toEqual([2, true, true]);
      expect(warn.mock.calls).toEqual([
        ['The signing keys could not be fetched. The previous keys remain in use.'],
      ]);
    });

    it('are not available if there were none, and a warning says so', async () => {
      response = unavailable;
      await keys.refetch();

      expect([keys.areAvailable, isFound(key)]).toEqual([false, false]);
      expect(warn.mock.calls).toEqual([
        ['The signing keys could not be fetched. Sessions cannot be verified.'],
      ]);
    });

    it('are used for 24 hours and no longer', async () => {
      await keys.refetch();
      response = unavailable;
      elapsedMs += 24 * hour - 1;
      await keys.refetch();
      expect([keys.areAvailable, isFound(key)]).toEqual([true, true]);
      elapsedMs += 1;

      expect([keys.areAvailable, isFound(key)]).toEqual([false, false]);
    });
  });

  describe('older than ten minutes', () => {
    it.each<[string, (ms: number) => void]>([
      ['both clocks', (ms) => (elapsedMs += ms)],
      ['the wall clock, after the machine was suspended', (ms) => (wallAheadMs += ms)],
      [
        'the monotonic clock, after the wall clock was set back',
        (ms) => {
          elapsedMs += ms;
          wallAheadMs -= ms;
        },
      ],
    ])('by %s are not used before they are fetched again', async (_, move) => {
      await keys.refetch();
      response = setOf(otherKey);
      move(10 * minute - 1);
      expect(isFound(key)).toBe(true);
      await nextTurn();
      response = setOf(key);
      move(10 * minute);

      expect([keys.areAvailable, isFound(otherKey)]).toEqual([false, false]);
      await nextTurn();
      expect([keys.areAvailable, isFound(key), isFound(otherKey)]).toEqual([true, true, false]);
    });

    it('are not used while the fetch after a failed one is in flight', async () => {
      await keys.refetch();
      response = unavailable;
      elapsedMs += 10 * minute;
      await keys.refetch();
      expect(isFound(key)).toBe(true);
      elapsedMs += 5_000;

      expect(isFound(key)).toBe(false);
      await nextTurn();
      expect(isFound(key)).toBe(true);
    });
  });

  describe('in the background', () => {
    it('are fetched when they are used after five minutes, and the old key is returned at once', async () => {
      await keys.refetch();
      response = setOf(otherKey);
      elapsedMs += 5 * minute - 1;
      keys.get('jwk-test-1');
      expect(fetches).toBe(1);
      elapsedMs += 1;

      expect([isFound(key), isFound(key), fetches]).toEqual([true, true, 2]);
      await nextTurn();
      expect([key, otherKey].map(isFound)).toEqual([false, true]);
    });

    it('are fetched no more often than the delay after a failure allows', async () => {
      await keys.refetch();
      response = unavailable;
      elapsedMs += 5 * minute;
      const counts: number[] = [];
      for (const pauseMs of [0, 4_999, 1]) {
        elapsedMs += pauseMs;
        keys.get('jwk-test-1');
        await nextTurn();
        counts.push(fetches);
      }

      expect(counts).toEqual([2, 2, 3]);
    });
  });

  describe('reload', () => {
    it('fetches the keys although the limit is reached, and drops a withdrawn key', async () => {
      await fetchesAfter([0, 0]);
      response = setOf(otherKey);
      await keys.reload();

      expect([fetches, isFound(key), isFound(otherKey)]).toEqual([3, false, true]);
    });

    it('fetches the keys although the last fetch has failed', async () => {
      response = unavailable;
      await keys.refetch();
      response = setOf(key);
      await keys.reload();

      expect([fetches, keys.areAvailable]).toEqual([2, true]);
    });

    it('does not reuse a fetch in flight, which may return a withdrawn key', async () => {
      const refetched = keys.refetch();
      const reloaded = keys.reload();
      response = setOf(otherKey);
      await Promise.all([refetched, reloaded]);

      expect([fetches, isFound(key), isFound(otherKey)]).toEqual([2, false, true]);
    });
  });
});
