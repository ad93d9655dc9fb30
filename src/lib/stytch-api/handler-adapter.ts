import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** The callbacks of a handler, independent of its protocol version. */
export interface HandlerAdapter {
  started(controller: Dispatcher.DispatchController, context: unknown): void;
  headers(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText: string,
  ): void;
  data(controller: Dispatcher.DispatchController, chunk: Buffer): void;
  complete(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void;
  error(controller: Dispatcher.DispatchController | undefined, error: Error): void;
}

/** The protocol of undici 6, used by fetch in Node up to 24. */
interface Undici6Handler {
  onConnect(abort: (reason?: Error) => void, context?: unknown): void;
  onResponseStarted?(): void;
  onHeaders(
    status: number,
    rawHeaders: Buffer[],
    resume: () => void,
    statusText: string,
  ): boolean | undefined;
  onData(chunk: Buffer): boolean | undefined;
  onComplete(rawTrailers: Buffer[]): void;
  onError(error: Error): void;
}

/** The protocol of undici 7 and later, used by fetch in Node 26. */
interface Undici7Handler {
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText?: string,
  ): void;
  onResponseStarted?(): void;
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void;
  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void;
  onResponseError(controller: Dispatcher.DispatchController | null, error: Error): void;
}

/**
 * Wraps a handler of either protocol.
 * @throws {TypeError} if the handler implements neither protocol
 */
export function adaptHandler(handler: object): HandlerAdapter {
  if (isUndici7Handler(handler)) return adaptUndici7Handler(handler);
  if (isUndici6Handler(handler)) return adaptUndici6Handler(handler);
  throw new TypeError('fetch in this Node version uses an unsupported undici handler protocol.');
}

const hasMethods = (handler: object, ...methods: string[]) =>
  methods.every((method) => typeof (handler as Record<string, unknown>)[method] === 'function');

const isUndici7Handler = (handler: object): handler is Undici7Handler =>
  hasMethods(
    handler,
    'onRequestStart',
    'onResponseStart',
    'onResponseData',
    'onResponseEnd',
    'onResponseError',
  );

const isUndici6Handler = (handler: object): handler is Undici6Handler =>
  hasMethods(handler, 'onConnect', 'onHeaders', 'onData', 'onComplete', 'onError');

function adaptUndici7Handler(handler: Undici7Handler): HandlerAdapter {
  return {
    started: (controller, context) => {
      handler.onRequestStart(controller, context);
    },
    headers: (controller, status, headers, statusText) => {
      handler.onResponseStarted?.();
      handler.onResponseStart(controller, status, headers, statusText);
    },
    data: (controller, chunk) => {
      handler.onResponseData(controller, chunk);
    },
    complete: (controller, trailers) => {
      handler.onResponseEnd(controller, trailers);
    },
    error: (controller, error) => {
      handler.onResponseError(controller ?? null, error);
    },
  };
}

function adaptUndici6Handler(handler: Undici6Handler): HandlerAdapter {
  return {
    started: (controller, context) => {
      handler.onConnect((reason) => {
        controller.abort(reason ?? new Error('aborted'));
      }, context);
    },
    headers: (controller, status, headers, statusText) => {
      handler.onResponseStarted?.();
      const shouldContinue = handler.onHeaders(
        status,
        toRawHeaders(headers),
        () => {
          controller.resume();
        },
        statusText,
      );
      if (shouldContinue === false) controller.pause();
    },
    data: (controller, chunk) => {
      if (handler.onData(chunk) === false) controller.pause();
    },
    complete: (_controller, trailers) => {
      handler.onComplete(toRawHeaders(trailers));
    },
    error: (_controller, error) => {
      handler.onError(error);
    },
  };
}

function toRawHeaders(headers: IncomingHttpHeaders): Buffer[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? ''].flat().flatMap((one) => [Buffer.from(name, 'latin1'), Buffer.from(one, 'latin1')]),
  );
}
