import { consumerProduct } from '../module/consumer-product.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { CallDispatcher, type BoundedDispatcher } from './bounded-dispatcher.js';
import type { OutgoingCall } from './call-record.js';
import { StytchClientPool, type PooledClient } from './client-pool.js';

const options = {
  projectId: 'project-test-00000000-0000-4000-8000-000000000000',
  secret: 'secret-test-of-no-project',
  apiUrl: 'http://127.0.0.1:9',
} as ResolvedOptions;

let created: CallDispatcher[] = [];
/** The call that each request was attributed to. */
let attributed: (OutgoingCall | undefined)[] = [];
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
const newCall = (): OutgoingCall => ({ kind: 'refresh', deadlineAtMs: 1, maxBodyBytes: 1, record: {} });
const newPool = () => new StytchClientPool(options, boundedDispatcher, consumerProduct.product);

const sendRequest = ({ dispatcher }: PooledClient) => dispatcher.dispatch({ path: '/', method: 'GET' }, {});

/** Starts the number of calls, and returns a function that ends them all. */
function startCalls(pool: StytchClientPool, count: number): () => Promise<unknown> {
  const ends: (() => void)[] = [];
  const calls = Array.from({ length: count }, () =>
    pool.use(newCall(), () => new Promise<void>((resolve) => ends.push(resolve))),
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
    expect(await newPool().use(newCall(), async () => 'body')).toBe('body');
  });

  it('creates no client before the first call', () => {
    newPool();

    expect(created).toEqual([]);
  });

  it('reuses the client of a call that ended', async () => {
    const pool = newPool();
    const first = await pool.use(newCall(), async ({ client }) => client);
    const second = await pool.use(newCall(), async ({ client }) => client);

    expect(second).toBe(first);
    expect(created).toHaveLength(1);
  });

  it('uses a separate client for each concurrent call', async () => {
    const endCalls = startCalls(newPool(), 3);
    await endCalls();

    expect(created).toHaveLength(3);
  });

  it('attributes each request to its call while several are in flight', async () => {
    const pool = newPool();
    const [one, other] = [newCall(), newCall()];
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

  it('attributes a request that is sent after its call to no call', async () => {
    const pooled = await newPool().use(newCall(), async (current) => current);
    sendRequest(pooled);

    expect(attributed).toEqual([undefined]);
  });

  it('passes on the error of a failed call, and reuses its client for another call', async () => {
    const pool = newPool();
    const error = new Error('failed');

    await expect(
      pool.use(newCall(), async () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(created.map(({ call }) => call)).toEqual([undefined]);
    await pool.use(newCall(), async () => undefined);
    expect(created).toHaveLength(1);
  });

  it('keeps the clients of calls that ended', async () => {
    const pool = newPool();
    await startCalls(pool, 60)();
    await startCalls(pool, 60)();
    expect(created).toHaveLength(60);

    await startCalls(pool, 61)();

    expect(created).toHaveLength(61);
  });
});
