import { jest } from '@jest/globals';
import { resolvedOptions } from '../../../../test/support/resolved-options.js';
import { newSigningKey, publishedKeys } from '../../../../test/support/session-tokens.js';
import { silence } from '../../../../test/support/silence.js';
import { Logger } from '@nestjs/common';
import { SessionApi } from '../../ports/session-api.js';
import type { StytchResponse } from '../../ports/stytch-response.js';
import { BackgroundKeyFetch } from './background-key-fetch.js';
import { SigningKeys } from './signing-keys.js';
import { TrustedClock } from './trusted-clock.js';

const keySet: StytchResponse<unknown> = {
  kind: 'ok',
  body: JSON.parse(publishedKeys(newSigningKey('jwk-test-1'))),
};
const unavailable: StytchResponse<unknown> = { kind: 'unavailable', reason: 'unreachable' };

describe('the signing keys of an instance that gets no requests', () => {
  let response: StytchResponse<unknown>;
  let fetchedAtSeconds: number[];
  let keys: SigningKeys;
  let clock: TrustedClock;
  let background: BackgroundKeyFetch;
  /** How far the wall clock is ahead of the monotonic clock. */
  let wallAheadMs: number;

  beforeEach(() => {
    Logger.overrideLogger(silence);
    jest.useFakeTimers({ now: 0 });
    response = keySet;
    fetchedAtSeconds = [];
    wallAheadMs = 0;
    const options = resolvedOptions({
      clock: { nowMs: () => Date.now() + wallAheadMs, monotonicMs: () => Date.now() },
    });
    const api = Object.assign(Object.create(SessionApi.prototype) as SessionApi, {
      fetchSigningKeys: async () => {
        fetchedAtSeconds.push(Math.round(Date.now() / 1000));
        if (response.kind === 'ok') clock.observe(Date.now());
        return response;
      },
    });
    keys = new SigningKeys(api, options);
    clock = new TrustedClock(options);
    background = new BackgroundKeyFetch(keys, clock);
    background.start();
  });
  afterEach(() => {
    background.stop();
    jest.useRealTimers();
  });

  it('are fetched every five minutes', async () => {
    await jest.advanceTimersByTimeAsync(16 * 60_000);

    expect(fetchedAtSeconds).toEqual([0, 300, 600, 900]);
  });

  it('are fetched as soon as Stytch responds, with longer pauses while it does not', async () => {
    response = unavailable;
    await jest.advanceTimersByTimeAsync(100_000);
    expect([fetchedAtSeconds, keys.areAvailable]).toEqual([[0, 5, 15, 35, 75], false]);

    response = keySet;
    await jest.advanceTimersByTimeAsync(40_000);
    expect([fetchedAtSeconds.slice(5), keys.areAvailable]).toEqual([[135], true]);
  });

  it('are fetched to learn the time while the clock is not trusted', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    wallAheadMs = 600_000;
    await jest.advanceTimersByTimeAsync(60_000);
    expect([fetchedAtSeconds, clock.isTrusted]).toEqual([[0, 60], false]);

    wallAheadMs = 0;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(clock.isTrusted).toBe(true);
  });

  it('are not fetched after the application has begun to close', async () => {
    background.stop();
    await jest.advanceTimersByTimeAsync(600_000);

    expect(fetchedAtSeconds).toEqual([]);
  });
});
