import { resolveOptions } from '../options/resolve-options.js';
import type { LimitRecord, LimitStorage } from '../ports/limit-storage.js';
import { FailoverLimitStorage } from './failover-limit-storage.js';
import { LimitCounter } from './limit-counter.js';
import { MemoryLimitStorage } from './memory-limit-storage.js';

const limit = { max: 2, windowSeconds: 60 };
const hit = { action: 'login', limitName: 'address', subject: 'ada@example.com' };

let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000_000;
});

function counterOver(storage?: LimitStorage): LimitCounter {
  const options = resolveOptions(
    {
      projectId: 'project-test-5f0d9c1e-0000-4000-8000-000000000001',
      secret: 'secret-test-of-these-specs=',
      appUrl: 'https://app.example.com',
      limits: { storage },
      clock: { nowMs: () => nowMs, monotonicMs: () => nowMs },
    },
    {},
  );
  return new LimitCounter(new FailoverLimitStorage(new MemoryLimitStorage(options), options), options);
}

async function countThreeTimes(counter: LimitCounter) {
  return [await counter.count(hit, limit), await counter.count(hit, limit), await counter.count(hit, limit)];
}

const allowed = { kind: 'allowed' };

describe('LimitCounter', () => {
  it('reports an exceeded limit with the seconds until the window ends', async () => {
    const counter = counterOver();
    await counter.count(hit, limit);
    nowMs += 10_500;

    expect(await counter.count(hit, limit)).toEqual(allowed);
    expect(await counter.count(hit, limit)).toEqual({ kind: 'exceeded', retryAfterSeconds: 50 });
  });

  it.each([
    ['another action', { ...hit, action: 'opening' }],
    ['another limit', { ...hit, limitName: 'ip' }],
    ['another subject', { ...hit, subject: 'grace@example.com' }],
  ])('counts %s separately', async (_, other) => {
    const counter = counterOver();
    await countThreeTimes(counter);

    expect(await counter.count(other, limit)).toEqual(allowed);
  });

  it('passes a hash, the window and the limit to the storage, and no email address', async () => {
    const calls: unknown[][] = [];
    const storage: LimitStorage = {
      increment: (...call) => {
        calls.push(call);
        return Promise.resolve({ totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 });
      },
    };
    await counterOver(storage).count(hit, limit);

    expect(calls).toEqual([
      [expect.stringMatching(/^[\w-]{43}$/), 60_000, 2, 60_000, 'stytch-login-address'],
    ]);
  });
});

describe('LimitCounter over a storage that does not work', () => {
  it.each<[string, LimitStorage['increment']]>([
    ['throws', () => Promise.reject(new Error('Connection refused for ada@example.com'))],
    ['never settles', () => new Promise<LimitRecord>(() => undefined)],
    ['returns nothing', () => Promise.resolve(undefined as unknown as LimitRecord)],
    ['returns an incomplete record', () => Promise.resolve({ totalHits: 1 } as LimitRecord)],
  ])('counts in memory when it %s', async (_, increment) => {
    expect(await countThreeTimes(counterOver({ increment }))).toEqual([
      allowed,
      allowed,
      { kind: 'exceeded', retryAfterSeconds: 60 },
    ]);
  });
});
