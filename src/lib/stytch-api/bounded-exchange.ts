import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CallRecord } from './call-record.js';
import type { ServerTimeObserver } from '../ports/server-time-observer.js';
import { adaptHandler, type HandlerAdapter } from './handler-adapter.js';
import { observeServerTime } from './observe-server-time.js';
import { TransportError } from './transport.error.js';

export interface Bounds {
  /** Total time for connecting, headers and body. An idle timeout would not stop a slow trickle. */
  readonly deadlineMs: number;
  readonly maxBodyBytes: number;
}

/**
 * One request and its response. Forwards undici's callbacks, records status and Retry-After, and
 * aborts the exchange when a limit is exceeded. Reports completion or an error exactly once.
 */
export class BoundedExchange implements Dispatcher.DispatchHandler {
  private readonly adapter: HandlerAdapter;
  private readonly timer: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private receivedBytes = 0;
  private ended = false;

  constructor(
    handler: Dispatcher.DispatchHandler,
    private readonly call: CallRecord,
    private readonly bounds: Bounds,
    private readonly serverTime: ServerTimeObserver,
  ) {
    this.adapter = adaptHandler(handler);
    this.timer = setTimeout(() => {
      // If the event loop was blocked past the deadline, a response may be waiting in the socket.
      // One more turn of the loop reads it.
      setImmediate(() =>
        setImmediate(() => {
          this.end(new TransportError('deadline'));
        }),
      );
    }, bounds.deadlineMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.controller = controller;
    if (this.ended) controller.abort(new TransportError('deadline'));
    else this.adapter.started(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText?: string,
  ): void {
    if (this.ended) return;
    observeServerTime(this.serverTime, headers);
    this.call.status = status;
    const retryAfterSeconds = readRetryAfter(headers['retry-after']);
    if (retryAfterSeconds !== undefined) this.call.retryAfterSeconds = retryAfterSeconds;
    if (status >= 300 && status < 400) this.end(new TransportError('redirect_refused'));
    else if (!['identity', undefined].includes(headers['content-encoding']))
      this.end(new TransportError('encoding_refused'));
    else this.adapter.headers(controller, status, headers, statusText ?? '');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.receivedBytes += chunk.length;
    if (this.receivedBytes > this.bounds.maxBodyBytes) this.end(new TransportError('too_large'));
    else this.adapter.data(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    if (this.finish()) this.adapter.complete(controller, trailers);
  }

  onResponseError(controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const cause = errorCodeOf(error);
    if (!this.ended && cause !== undefined) this.call.cause = cause;
    this.report(error instanceof TransportError ? error : new TransportError('connection'), controller);
  }

  /** Reports the error and destroys the socket. */
  end(error: TransportError): void {
    if (this.ended) return;
    this.report(error, this.controller);
    this.controller?.abort(error);
  }

  private report(error: TransportError, controller: Dispatcher.DispatchController | undefined): void {
    if (!this.finish()) return;
    this.call.failure = error.failure;
    this.adapter.error(controller, error);
  }

  private finish(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.timer);
    return true;
  }
}

/** RFC 9110 section 10.2.3, seconds only; a date depends on the server's clock. */
function readRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) : undefined;
}

/** A code such as ECONNRESET. The message is not used, because it may contain request data. */
function errorCodeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}
