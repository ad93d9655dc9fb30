import type { ResolvedOptions } from '../options/resolve-options.js';
import { CallDispatcher, type BoundedDispatcher } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';
import { StytchClientPool, type PooledClient } from './client-pool.js';

const options = {
  projectId: 'project-test-00000000-0000-4000-8000-000000000000',
  secret: 'secret-test-of-no-project',
  apiUrl: 'http://127.0.0.1:9',
} as ResolvedOptions;

let created: CallDispatcher[] = [];
/** The record that each request was attributed to. */
let attributed: (CallRecord | undefined)[] = [];
beforeEach(() => {
  created = [];
  attributed = [];
});

const boundedDispatcher = {
  createCallDispatcher: () => {
    const dispatcher = new CallDispatcher((_request, _handler, call) => {
      attributed.push(call);
      return true;
    });
    created.push(dispatcher);
    return dispatcher;
  },
} as unknown as BoundedDispatcher;
const newPool = () => new StytchClientPool(options, boundedDispatcher);

const sendRequest = ({ dispatcher }: PooledClient) => dispatcher.dispatch({ path: '/', method: 'GET' }, {});

/** Starts the number of calls, and returns a function that ends them all. */
function startCalls(pool: StytchClientPool, count: number): () => Promise<unknown> {
  const ends: (() => void)[] = [];
  const calls = Array.from({ length: count }, () =>
    pool.use({}, () => new Promise<void>((resolve) => ends.push(resolve))),
  );
  return () => {
    ends.forEach((end) => {
      end();
    });
    return Promise.all(calls);
  };
}

describe('the client pool', () => {
  it('returns what the call returns', async () => {
    expect(await newPool().use({}, async () => 'body')).toBe('body');
  });

  it('creates no client before the first call', () => {
    newPool();

    expect(created).toEqual([]);
  });

  it('reuses the client of a call that ended', async () => {
    const pool = newPool();
    const first = await pool.use({}, async ({ client }) => client);
    const second = await pool.use({}, async ({ client }) => client);

    expect(second).toBe(first);
    expect(created).toHaveLength(1);
  });

  it('uses a separate client for each concurrent call', async () => {
    const endCalls = startCalls(newPool(), 3);
    await endCalls();

    expect(created).toHaveLength(3);
  });

  it('attributes each request to the record of its call while several are in flight', async () => {
    const pool = newPool();
    const [one, other]: [CallRecord, CallRecord] = [{ deadlineAtMs: 1 }, { deadlineAtMs: 2 }];
    let allowFirst: () => void = () => undefined;
    const first = pool.use(one, async (pooled) => {
      await new Promise<void>((resolve) => (allowFirst = resolve));
      sendRequest(pooled);
    });
    await pool.use(other, async (pooled) => {
      sendRequest(pooled);
    });
    allowFirst();
    await first;

    expect(attributed[0]).toBe(other);
    expect(attributed[1]).toBe(one);
    expect(attributed).toHaveLength(2);
  });

  it('attributes a request that is sent after its call to no record', async () => {
    const pooled = await newPool().use({}, async (current) => current);
    sendRequest(pooled);

    expect(attributed).toEqual([undefined]);
  });

  it('passes on the error of a failed call, and reuses its client without its record', async () => {
    const pool = newPool();
    const error = new Error('failed');

    await expect(
      pool.use({}, async () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(created.map(({ call }) => call)).toEqual([undefined]);
    await pool.use({}, async () => undefined);
    expect(created).toHaveLength(1);
  });

  it('drops idle clients beyond 50', async () => {
    const pool = newPool();
    await startCalls(pool, 60)();
    await startCalls(pool, 50)();
    expect(created).toHaveLength(60);

    await startCalls(pool, 51)();

    expect(created).toHaveLength(61);
  });
});
