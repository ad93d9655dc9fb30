import { jest } from '@jest/globals';
import { NoticePublisher } from './notice-publisher.js';

describe('a notice publisher', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('fails no longer when what the channel refused has expired', async () => {
    const states: boolean[] = [];
    const publisher: NoticePublisher = new NoticePublisher(
      { publish: () => Promise.reject(new Error('out of memory')) },
      { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      () => states.push(publisher.isFailing),
    );
    publisher.publish({ key: 'session session-test-1', untilMs: Date.now() + 10_000 });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(states).toEqual([true]);
    await jest.advanceTimersByTimeAsync(20_000);

    expect(states).toEqual([true, false]);
  });
});
