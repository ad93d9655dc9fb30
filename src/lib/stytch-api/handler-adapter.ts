import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What there is to say about an exchange, whichever protocol the handler at the other end speaks. */
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

/** The protocol of undici 6, which the fetch of Node up to 24 speaks. */
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

/** The protocol of undici 7 and later, which the fetch of Node 26 speaks. */
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
 * Speaks to a handler in its own protocol.
 * @throws {TypeError} for a handler of neither kind: guessing would lose its answer
 */
export function adaptHandler(handler: object): HandlerAdapter {
  if (isUndici7Handler(handler)) return adaptUndici7Handler(handler);
  if (isUndici6Handler(handler)) return adaptUndici6Handler(handler);
  throw new TypeError('The fetch of this Node version hands over requests in a way that is not known here.');
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
