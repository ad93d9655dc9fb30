import type { Dispatcher } from 'undici';
import { adaptHandler } from './handler-adapter.js';

type Call = readonly [name: string, ...args: unknown[]];

/** A controller that records what is called. */
function newController(): { controller: Dispatcher.DispatchController; calls: Call[] } {
  const calls: Call[] = [];
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason) => calls.push(['abort', reason]),
    pause: () => calls.push(['pause']),
    resume: () => calls.push(['resume']),
  };
  return { controller, calls };
}

/** A handler that records what is called, with the methods named and what each returns. */
function newHandler(returned: Record<string, unknown>): { handler: object; calls: Call[] } {
  const calls: Call[] = [];
  const handler = Object.fromEntries(
    Object.entries(returned).map(([name, value]) => [
      name,
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        return value;
      },
    ]),
  );
  return { handler, calls };
}

const context = { history: [] };
const chunk = Buffer.from('chunk');
const error = new Error('connection reset');

describe('an adapted handler of undici 7', () => {
  const methods = {
    onRequestStart: undefined,
    onResponseStart: undefined,
    onResponseData: undefined,
    onResponseEnd: undefined,
    onResponseError: undefined,
  };

  it('receives every callback with its arguments', () => {
    const { handler, calls } = newHandler({ ...methods, onResponseStarted: undefined });
    const { controller, calls: controllerCalls } = newController();
    const adapter = adaptHandler(handler);
    adapter.started(controller, context);
    adapter.headers(controller, 200, { 'x-one': '1' }, 'OK');
    adapter.data(controller, chunk);
    adapter.complete(controller, { 'x-trailer': '2' });
    adapter.error(controller, error);

    expect(calls).toEqual([
      ['onRequestStart', controller, context],
      ['onResponseStarted'],
      ['onResponseStart', controller, 200, { 'x-one': '1' }, 'OK'],
      ['onResponseData', controller, chunk],
      ['onResponseEnd', controller, { 'x-trailer': '2' }],
      ['onResponseError', controller, error],
    ]);
    expect(controllerCalls).toEqual([]);
  });

  it('works without onResponseStarted, which is optional', () => {
    const { handler, calls } = newHandler(methods);
    const { controller } = newController();
    adaptHandler(handler).headers(controller, 204, {}, '');

    expect(calls).toEqual([['onResponseStart', controller, 204, {}, '']]);
  });

  it('receives null as the controller of an error before the request started', () => {
    const { handler, calls } = newHandler(methods);
    adaptHandler(handler).error(undefined, error);

    expect(calls).toEqual([['onResponseError', null, error]]);
  });

  it('has its methods called on the handler', () => {
    const receivers: unknown[] = [];
    const handler = {
      ...newHandler(methods).handler,
      onRequestStart() {
        receivers.push(this);
      },
    };
    adaptHandler(handler).started(newController().controller, context);

    expect(receivers).toHaveLength(1);
    expect(receivers[0]).toBe(handler);
  });

  it('is preferred over undici 6 if the handler implements both protocols', () => {
    const { handler, calls } = newHandler({
      ...methods,
      onConnect: undefined,
      onHeaders: true,
      onData: true,
      onComplete: undefined,
      onError: undefined,
    });
    const { controller } = newController();
    adaptHandler(handler).data(controller, chunk);

    expect(calls).toEqual([['onResponseData', controller, chunk]]);
  });
});

describe('an adapted handler of undici 6', () => {
  const methods = {
    onConnect: undefined,
    onHeaders: true,
    onData: true,
    onComplete: undefined,
    onError: undefined,
  };

  it('receives every callback, with headers and trailers as a flat list of buffers', () => {
    const { handler, calls } = newHandler({ ...methods, onResponseStarted: undefined });
    const { controller, calls: controllerCalls } = newController();
    const adapter = adaptHandler(handler);
    adapter.started(controller, context);
    adapter.headers(controller, 200, { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] }, 'OK');
    adapter.data(controller, chunk);
    adapter.complete(controller, { 'x-trailer': '2' });
    adapter.error(controller, error);

    expect(calls).toEqual([
      ['onConnect', expect.any(Function), context],
      ['onResponseStarted'],
      [
        'onHeaders',
        200,
        ['x-one', '1', 'set-cookie', 'a=1', 'set-cookie', 'b=2'].map((text) => Buffer.from(text)),
        expect.any(Function),
        'OK',
      ],
      ['onData', chunk],
      ['onComplete', ['x-trailer', '2'].map((text) => Buffer.from(text))],
      ['onError', error],
    ]);
    expect(controllerCalls).toEqual([]);
  });

  it('works without onResponseStarted, which is optional', () => {
    const { handler, calls } = newHandler(methods);
    adaptHandler(handler).headers(newController().controller, 204, {}, '');

    expect(calls).toEqual([['onHeaders', 204, [], expect.any(Function), '']]);
  });

  it('receives header values in Latin-1, one byte for each character', () => {
    const { handler, calls } = newHandler(methods);
    adaptHandler(handler).headers(newController().controller, 200, { 'x-name': 'é' }, '');

    expect(calls[0]?.[2]).toEqual([Buffer.from('x-name'), Buffer.from([0xe9])]);
  });

  it.each<[string, Error | undefined, Error]>([
    ['the reason it passes', error, error],
    ['a generic error if it passes no reason', undefined, new Error('aborted')],
  ])('aborts the request with %s', (_, reason, expected) => {
    const { handler, calls } = newHandler(methods);
    const { controller, calls: controllerCalls } = newController();
    adaptHandler(handler).started(controller, context);
    const abort = calls[0]?.[1] as (reason?: Error) => void;
    expect(controllerCalls).toEqual([]);

    abort(reason);

    expect(controllerCalls).toEqual([['abort', expected]]);
  });

  it('pauses the response by returning false from onHeaders, and resumes it by the callback', () => {
    const { handler, calls } = newHandler({ ...methods, onHeaders: false });
    const { controller, calls: controllerCalls } = newController();
    adaptHandler(handler).headers(controller, 200, {}, 'OK');
    expect(controllerCalls).toEqual([['pause']]);

    const resume = calls[0]?.[3] as () => void;
    resume();

    expect(controllerCalls).toEqual([['pause'], ['resume']]);
  });

  it('pauses the response by returning false from onData', () => {
    const { handler } = newHandler({ ...methods, onData: false });
    const { controller, calls: controllerCalls } = newController();
    adaptHandler(handler).data(controller, chunk);

    expect(controllerCalls).toEqual([['pause']]);
  });

  it('does not pause the response by returning undefined', () => {
    const { handler } = newHandler({ ...methods, onHeaders: undefined, onData: undefined });
    const { controller, calls: controllerCalls } = newController();
    const adapter = adaptHandler(handler);
    adapter.headers(controller, 200, {}, 'OK');
    adapter.data(controller, chunk);

    expect(controllerCalls).toEqual([]);
  });

  it('receives an error before the request started', () => {
    const { handler, calls } = newHandler(methods);
    adaptHandler(handler).error(undefined, error);

    expect(calls).toEqual([['onError', error]]);
  });
});

describe('adaptHandler', () => {
  it.each<[string, object]>([
    ['no methods', {}],
    ['only a part of undici 6', newHandler({ onConnect: 0, onHeaders: 0, onData: 0, onComplete: 0 }).handler],
    [
      'only a part of undici 7',
      newHandler({ onRequestStart: 0, onResponseStart: 0, onResponseData: 0, onResponseEnd: 0 }).handler,
    ],
    [
      'properties that are no functions',
      { onConnect: true, onHeaders: true, onData: true, onComplete: true, onError: true },
    ],
  ])('throws a TypeError for a handler with %s', (_, handler) => {
    expect(() => adaptHandler(handler)).toThrow(
      new TypeError('fetch in this Node version uses an unsupported undici handler protocol.'),
    );
  });
});
