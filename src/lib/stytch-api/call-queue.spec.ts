import { jest } from '@jest/globals';
import { systemClock } from '../options/system-clock.js';
import { CallQueue, type QueueResult } from './call-queue.js';

let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000;
  jest.useFakeTimers();
  jest.spyOn(systemClock, 'monotonicMs').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Advances the clock and the timers. */
async function advance(ms: number): Promise<void> {
  nowMs += ms;
  await jest.advanceTimersByTimeAsync(ms);
}

/** A queue whose calls take `durationMs`, and what it did. */
function setUp({ maxInFlight = 2, durationMs = 300 } = {}) {
  const queue = new CallQueue(maxInFlight);
  const seen = { durationMs, made: 0, inFlight: 0, mostInFlight: 0 };
  const call = async () => {
    seen.made += 1;
    seen.inFlight += 1;
    seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight);
    await new Promise((resolve) => setTimeout(resolve, seen.durationMs));
    seen.inFlight -= 1;
    return 'body';
  };
  const run = (deadlineMs = 3_000): Promise<QueueResult<string>> => queue.run(nowMs + deadlineMs, call);
  return { run, seen };
}

const countOf = (results: readonly QueueResult<string>[], kind: QueueResult<string>['kind']) =>
  results.filter((result) => result.kind === kind).length;

describe('the call queue', () => {
  it('makes a call at once while fewer than the maximum are in flight', async () => {
    const { run, seen } = setUp();
    const results = Promise.all([run(), run()]);
    expect(seen.made).toBe(2);
    await advance(300);

    expect(await results).toEqual([
      { kind: 'completed', value: 'body' },
      { kind: 'completed', value: 'body' },
    ]);
  });

  it('never has more calls in flight than the maximum, and makes all that can complete in time', async () => {
    const { run, seen } = setUp({ maxInFlight: 10 });
    await Promise.all([run(), advance(300)]);
    const results = Promise.all(Array.from({ length: 80 }, () => run()));
    for (let elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 100) await advance(100);

    expect(countOf(await results, 'completed')).toBe(80);
    expect(seen.mostInFlight).toBe(10);
  });

  it('refuses at once the calls that could not complete before their deadline', async () => {
    const { run, seen } = setUp({ maxInFlight: 10 });
    await Promise.all([run(), advance(300)]);
    const settled: QueueResult<string>[] = [];
    for (let calls = 0; calls < 200; calls += 1) void run().then((result) => settled.push(result));
    await advance(0);
    const refusedAtOnce = countOf(settled, 'refused');
    for (let elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 100) await advance(100);

    expect(refusedAtOnce).toBeGreaterThan(90);
    expect(settled).toHaveLength(200);
    expect(seen.made).toBe(1 + countOf(settled, 'completed'));
  });

  it('lets calls wait that can complete if they are as quick as those before a slow burst', async () => {
    const { run, seen } = setUp({ maxInFlight: 100 });
    await Promise.all([run(), advance(300)]);
    seen.durationMs = 1_400;
    await Promise.all([...Array.from({ length: 50 }, () => run()), advance(1_400)]);
    seen.durationMs = 300;
    const results = Promise.all(Array.from({ length: 390 }, () => run()));
    for (let elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 100) await advance(100);

    expect(countOf(await results, 'completed')).toBe(390);
  });

  it('refuses a waiting call at its deadline without making it', async () => {
    const { run, seen } = setUp({ maxInFlight: 1, durationMs: 10_000 });
    void run(60_000);
    const waiting = run(1_000);
    await advance(1_002);

    expect(await waiting).toEqual({ kind: 'refused' });
    expect(seen.made).toBe(1);
  });

  it('refuses a waiting call whose turn comes too late to complete in time', async () => {
    const { run, seen } = setUp({ maxInFlight: 1, durationMs: 2_500 });
    const settled: QueueResult<string>[] = [];
    for (const call of [run(3_000), run(3_000)]) void call.then((result) => settled.push(result));
    await advance(2_500);

    expect(settled).toEqual([{ kind: 'refused' }, { kind: 'completed', value: 'body' }]);
    expect(seen.made).toBe(1);
  });

  it('refuses at once what comes after ten thousand waiting calls', async () => {
    const { run } = setUp({ maxInFlight: 1, durationMs: 60_000 });
    for (let calls = 0; calls < 10_001; calls += 1) void run(3_600_000);
    let refused: QueueResult<string> | undefined;
    void run(3_600_000).then((result) => (refused = result));
    await advance(0);

    expect(refused).toEqual({ kind: 'refused' });
  });

  it('keeps no timer when all calls have completed', async () => {
    const { run } = setUp({ maxInFlight: 1 });
    const results = Promise.all([run(60_000), run(60_000)]);
    await advance(300);
    await advance(300);
    await results;

    expect(jest.getTimerCount()).toBe(0);
  });

  it('makes the next call after one that failed', async () => {
    const queue = new CallQueue(1);
    const failed = queue.run(nowMs + 3_000, async () => Promise.reject(new Error('failed')));
    const next = queue.run(nowMs + 3_000, async () => 'body');

    await expect(failed).rejects.toThrow('failed');
    expect(await next).toEqual({ kind: 'completed', value: 'body' });
  });

  it('does not wait for a call that was not necessary any more', async () => {
    const queue = new CallQueue(1);

    expect(await queue.run(nowMs + 3_000, () => 'paused')).toEqual({ kind: 'completed', value: 'paused' });
    expect(await queue.run(nowMs + 3_000, async () => 'body')).toEqual({ kind: 'completed', value: 'body' });
  });
});
