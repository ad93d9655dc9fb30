import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What there is to say about an exchange, whichever protocol the handler at the other end speaks. */
export interface Listener {
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
interface OlderHandler {
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
interface NewerHandler {
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
export function speakTo(handler: object): Listener {
  if (isNewer(handler)) return speakNewer(handler);
  if (isOlder(handler)) return speakOlder(handler);
  throw new TypeError('The fetch of this Node version hands over requests in a way that is not known here.');
}

const has = (handler: object, ...methods: string[]) =>
  methods.every((method) => typeof (handler as Record<string, unknown>)[method] === 'function');

const isNewer = (handler: object): handler is NewerHandler =>
  has(handler, 'onRequestStart', 'onResponseStart', 'onResponseData', 'onResponseEnd', 'onResponseError');

const isOlder = (handler: object): handler is OlderHandler =>
  has(handler, 'onConnect', 'onHeaders', 'onData', 'onComplete', 'onError');

function speakNewer(handler: NewerHandler): Listener {
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

function speakOlder(handler: OlderHandler): Listener {
  return {
    started: (controller, context) => {
      handler.onConnect((reason) => {
        controller.abort(reason ?? new Error('aborted'));
      }, context);
    },
    headers: (controller, status, headers, statusText) => {
      handler.onResponseStarted?.();
      const goOn = handler.onHeaders(
        status,
        toRaw(headers),
        () => {
          controller.resume();
        },
        statusText,
      );
      if (goOn === false) controller.pause();
    },
    data: (controller, chunk) => {
      if (handler.onData(chunk) === false) controller.pause();
    },
    complete: (_controller, trailers) => {
      handler.onComplete(toRaw(trailers));
    },
    error: (_controller, error) => {
      handler.onError(error);
    },
  };
}

function toRaw(headers: IncomingHttpHeaders): Buffer[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? ''].flat().flatMap((one) => [Buffer.from(name, 'latin1'), Buffer.from(one, 'latin1')]),
  );
}
