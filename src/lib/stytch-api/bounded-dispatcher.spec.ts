import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { BoundedDispatcher } from './bounded-dispatcher.js';
import type { CallRecord } from './call-record.js';

type Answer = { status: number; body: string } | { error: string };
const failureOf = (error: unknown) => (error as { failure?: string }).failure ?? String(error);

/** As the fetch of Node up to 24 listens. */
function olderHandler(settle: (answer: Answer) => void): object {
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

/** As the fetch of Node 26 listens. */
function newerHandler(settle: (answer: Answer) => void): object {
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
  ['older', olderHandler],
  ['newer', newerHandler],
])('a call for a handler of the %s kind', (_, newHandler) => {
  let server: Server;
  let origin: string;
  let dispatcher: BoundedDispatcher;
  let answerWith: RequestListener = () => undefined;

  beforeAll(async () => {
    server = createServer((request, response) => {
      answerWith(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    dispatcher = new BoundedDispatcher({ apiUrl: origin, deadlineMs: 150 });
  });
  afterEach(() => dispatcher.destroy());
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function call(to = origin): Promise<{ answer: Answer; record: CallRecord }> {
    const record: CallRecord = {};
    const callDispatcher = dispatcher.createCallDispatcher();
    callDispatcher.call = record;
    const answer = await new Promise<Answer>((resolve) => {
      const handler = newHandler(resolve) as Dispatcher.DispatchHandler;
      callDispatcher.dispatch(
        { origin: to, path: '/', method: 'GET', headers: { 'accept-encoding': 'gzip' } },
        handler,
      );
    });
    return { answer, record };
  }

  it('is answered', async () => {
    answerWith = (request, response) => response.end(request.headers['accept-encoding']);

    const { answer, record } = await call();

    expect(answer).toEqual({ status: 200, body: 'identity' });
    expect(record.status).toBe(200);
  });

  it.each<[string, string, RequestListener]>([
    ['nothing', 'deadline', () => undefined],
    [
      'headers only',
      'deadline',
      (_request, response) => {
        response.writeHead(200).flushHeaders();
      },
    ],
    [
      'half of it',
      'deadline',
      (_request, response) => void response.writeHead(200, { 'content-length': 2 }).write('x'),
    ],
    ['a reset', 'connection', (request) => request.socket.resetAndDestroy()],
    [
      'a redirect',
      'redirect_refused',
      (_request, response) => response.writeHead(307, { location: '/' }).end(),
    ],
    ['too much', 'too_large', (_request, response) => response.end('x'.repeat(300_000))],
    [
      'something compressed',
      'encoding_refused',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x')),
    ],
  ])('ends within its bounds when it gets %s: %s', async (_what, failure, listener) => {
    answerWith = listener;
    const began = performance.now();

    const { answer, record } = await call();

    expect(answer).toEqual({ error: failure });
    expect(record.failure).toBe(failure);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('goes to no other origin', async () => {
    const { answer } = await call('http://127.0.0.1:9');

    expect(answer).toEqual({ error: 'origin_refused' });
  });

  it('is told how long to wait', async () => {
    answerWith = (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end();

    expect((await call()).record).toMatchObject({ status: 429, retryAfterSeconds: 7 });
  });
});

it('refuses a handler of neither kind, rather than losing its answer', async () => {
  const dispatcher = new BoundedDispatcher({ apiUrl: 'http://127.0.0.1:9', deadlineMs: 100 });

  expect(() => dispatcher.dispatch({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' }, {})).toThrow(
    TypeError,
  );
  await dispatcher.destroy();
});
