import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { ServerTimeObserver } from '../ports/server-time-observer.js';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';

const observer = (observe: (serverTimeMs: number) => unknown): ServerTimeObserver =>
  Object.assign(Object.create(ServerTimeObserver.prototype) as ServerTimeObserver, { observe });

type CallResult = { status: number; body: string } | { error: string };
const failureOf = (error: unknown) => (error as { failure?: string }).failure ?? String(error);

/** A handler like those of fetch in Node up to 24. */
function undici6Handler(settle: (result: CallResult) => void): object {
  let status = 0;
  const chunks: Buffer[] = [];
  return {
    onConnect: () => undefined,
    onHeaders: (code: number) => {
      status = code;
      return true;
    },
    onData: (chunk: Buffer) => {
      chunks.push(chunk);
      return true;
    },
    onComplete: () => {
      settle({ status, body: Buffer.concat(chunks).toString() });
    },
    onError: (error: Error) => {
      settle({ error: failureOf(error) });
    },
  };
}

/** A handler like those of fetch in Node 26. */
function undici7Handler(settle: (result: CallResult) => void): object {
  let status = 0;
  const chunks: Buffer[] = [];
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_: unknown, code: number) => {
      status = code;
    },
    onResponseData: (_: unknown, chunk: Buffer) => {
      chunks.push(chunk);
    },
    onResponseEnd: () => {
      settle({ status, body: Buffer.concat(chunks).toString() });
    },
    onResponseError: (_: unknown, error: Error) => {
      settle({ error: failureOf(error) });
    },
  };
}

describe.each([
  ['undici 6', undici6Handler],
  ['undici 7', undici7Handler],
])('a call with a handler of %s', (_, newHandler) => {
  let server: Server;
  let origin: string;
  let dispatcher: BoundedDispatcher;
  /** The times of Stytch that responses showed. */
  let observed: number[] = [];
  const serverTime = observer((serverTimeMs) => observed.push(serverTimeMs));
  let respond: RequestListener = () => undefined;

  beforeAll(async () => {
    // The first request would load it, which takes longer than the deadline.
    await import('undici');
    server = createServer((request, response) => {
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    observed = [];
    dispatcher = new BoundedDispatcher({ apiUrl: origin, deadlineMs: 150, maxConnections: 4, serverTime });
  });
  afterEach(() => dispatcher.destroy());
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function call(to = origin): Promise<{ result: CallResult; record: CallRecord }> {
    const record: CallRecord = {};
    const callDispatcher = dispatcher.createCallDispatcher();
    callDispatcher.call = {
      kind: 'refresh',
      deadlineAtMs: performance.now() + 150,
      maxBodyBytes: 256 * 1024,
      record,
    };
    const result = await new Promise<CallResult>((resolve) => {
      const handler = newHandler(resolve) as Dispatcher.DispatchHandler;
      callDispatcher.dispatch(
        { origin: to, path: '/', method: 'GET', headers: { 'accept-encoding': 'gzip' } },
        handler,
      );
    });
    return { result, record };
  }

  it('returns the uncompressed response', async () => {
    respond = (request, response) => response.end(request.headers['accept-encoding']);

    const { result, record } = await call();

    expect(result).toEqual({ status: 200, body: 'identity' });
    expect(record.status).toBe(200);
  });

  it.each<[string, string, RequestListener]>([
    ['no response', 'deadline', () => undefined],
    [
      'headers without a body',
      'deadline',
      (_request, response) => {
        response.writeHead(200).flushHeaders();
      },
    ],
    [
      'half of the body',
      'deadline',
      (_request, response) => void response.writeHead(200, { 'content-length': 2 }).write('x'),
    ],
    ['a reset', 'connection', (request) => request.socket.resetAndDestroy()],
    [
      'a redirect',
      'redirect_refused',
      (_request, response) => response.writeHead(307, { location: '/' }).end(),
    ],
    ['a body that is too large', 'too_large', (_request, response) => response.end('x'.repeat(300_000))],
    [
      'a compressed body',
      'encoding_refused',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x')),
    ],
  ])('fails on %s with %s', async (_case, failure, listener) => {
    respond = listener;
    const startedAtMs = performance.now();

    const { result, record } = await call();

    expect(result).toEqual({ error: failure });
    expect(record.failure).toBe(failure);
    expect(performance.now() - startedAtMs).toBeLessThan(1000);
  });

  it('is not sent to another origin', async () => {
    const { result } = await call('http://127.0.0.1:9');

    expect(result).toEqual({ error: 'origin_refused' });
  });

  it.each<[string, Record<string, string>, number[]]>([
    ['the time of a response', { date: 'Tue, 01 Jan 2030 00:00:00 GMT' }, [1_893_456_000_000]],
    [
      'the time of a cached response, with and without its age',
      { date: 'Tue, 01 Jan 2030 00:00:00 GMT', age: '600' },
      [1_893_456_000_000, 1_893_456_600_000],
    ],
    [
      'the time without an age that is no number',
      { date: 'Tue, 01 Jan 2030 00:00:00 GMT', age: '1e9' },
      [1_893_456_000_000],
    ],
    ['no time if the date is unreadable', { date: 'today' }, []],
    ['no time if there is no date', {}, []],
  ])('reports %s, whatever its status', async (_, headers, times) => {
    respond = (_request, response) => {
      response.sendDate = false;
      response.writeHead(500, headers).end();
    };
    await call();

    expect(observed).toEqual(times);
  });

  it('ends with an error when the dispatcher is destroyed, also before undici is loaded', async () => {
    respond = () => undefined;

    const pending = call();
    await dispatcher.destroy();

    expect((await pending).result).toEqual({ error: 'closed' });
    expect((await call()).result).toEqual({ error: 'closed' });
  });

  it('records the status and Retry-After', async () => {
    respond = (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end();

    expect((await call()).record).toMatchObject({ status: 429, retryAfterSeconds: 7 });
  });
});

it('throws for a handler of an unsupported protocol', async () => {
  const dispatcher = new BoundedDispatcher({
    apiUrl: 'http://127.0.0.1:9',
    deadlineMs: 100,
    maxConnections: 4,
    serverTime: observer(() => undefined),
  });

  expect(() => dispatcher.dispatch({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' }, {})).toThrow(
    TypeError,
  );
  await dispatcher.destroy();
});
