import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { StytchEvents } from '../../events/stytch-events.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import type { RevocationChannel, RevocationNotice } from '../../ports/revocation-channel.js';
import { InstanceNotices } from './instance-notices.js';

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A channel that is connected and delivers one notice after these times. */
function channelThat(connectsAfterMs: number, reads: () => Promise<unknown>): RevocationChannel {
  return {
    connect: (_, listener) => {
      setTimeout(() => {
        listener.connected();
      }, connectsAfterMs);
      return {
        publish: () => Promise.resolve(),
        async *recent(): AsyncGenerator<readonly RevocationNotice[]> {
          await reads();
          yield [{ key: 'session session-test-1', untilMs: Date.now() + 60_000 }];
        },
        close: () => Promise.resolve(),
      };
    },
  };
}

/** How long a start waits, how many notices it has then, and what it reports. */
async function start(channel: RevocationChannel) {
  const options = { clock, projectId: 'project-test-1', shared: { revocations: channel } } as ResolvedOptions;
  const events = new StytchEvents(options);
  const notices = new InstanceNotices(options, events);
  let received = 0;
  notices.onNotice(() => (received += 1));
  const reported: string[] = [];
  events.subscribe(({ type }) => reported.push(type));
  const beganAtMs = Date.now();
  const started = notices.start().then(() => ({ tookMs: Date.now() - beganAtMs, received }));
  await jest.advanceTimersByTimeAsync(60_000);
  await notices.shutDown();
  return { ...(await started), reported };
}

describe('a start', () => {
  it('waits until the notices of other instances have been read, also if it takes 20 seconds', async () => {
    expect(await start(channelThat(100, () => after(20_000)))).toEqual({
      tookMs: 20_100,
      received: 1,
      reported: [],
    });
  });

  it('waits for 30 seconds at most, then catches up', async () => {
    expect(await start(channelThat(0, () => after(40_000)))).toEqual({
      tookMs: 30_000,
      received: 0,
      reported: ['sharing_interrupted', 'sharing_resumed'],
    });
  });

  it('waits for three seconds if the channel is not connected', async () => {
    expect(await start(channelThat(10_000, () => Promise.resolve()))).toEqual({
      tookMs: 3_000,
      received: 0,
      reported: ['sharing_interrupted', 'sharing_resumed'],
    });
  });

  it('waits no longer if the notices can not be read, which is tried again', async () => {
    let reads = 0;
    const failOnce = () => ((reads += 1) === 1 ? Promise.reject(new Error('lost')) : Promise.resolve());

    expect(await start(channelThat(0, failOnce))).toEqual({
      tookMs: 0,
      received: 0,
      reported: ['sharing_interrupted', 'sharing_resumed'],
    });
  });
});
