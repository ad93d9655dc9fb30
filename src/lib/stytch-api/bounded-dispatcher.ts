import type { Agent, Dispatcher } from 'undici';
import { BoundedExchange, type Bounds } from './bounded-exchange.js';
import { systemClock } from '../options/system-clock.js';
import type { StytchCallKind } from '../ports/call-kind.js';
import type { ServerTimeObserver } from '../ports/server-time-observer.js';
import type { OutgoingCall } from './call-record.js';
import { LazyAgent } from './lazy-agent.js';
import { perCallKind } from './per-call-kind.js';
import { TransportError } from './transport.error.js';

/** Stytch's device-fingerprinting API, the other host the SDK calls. */
const fraudOrigin = 'https://telemetry.stytch.com';

const kibibyte = 1024;

/** What sends a request after the bounds were added. */
type BaseDispatcher = Dispatcher | LazyAgent;

/** For calls the application makes with the injected client, which may take longer than ours. */
const applicationBounds: Bounds = { deadlineMs: 30_000, maxBodyBytes: 8 * kibibyte * kibibyte };

/** What `fetch` and undici use of a dispatcher. Extending undici's class would load undici at startup. */
export type RequestDispatcher = Pick<Dispatcher, 'dispatch'>;

export interface BoundedDispatcherOptions {
  apiUrl: string;
  /** Time to connect, for calls of this package. */
  deadlineMs: number;
  /** The option `http.maxConnections`. */
  maxConnections: number;
  /** The application's dispatcher (`http.dispatcher`), for example a proxy. */
  baseDispatcher?: Dispatcher | undefined;
  serverTime: ServerTimeObserver;
}

/**
 * Bounds every request of the SDK, which sets no deadline, follows redirects to other hosts with the
 * session in the body, and reads responses of any size. Each kind of call of this package has a separate
 * connection pool, and so has the application, so that none can starve another.
 */
export class BoundedDispatcher implements RequestDispatcher {
  private readonly origins: ReadonlySet<string>;
  readonly #dispatchers: Readonly<Record<StytchCallKind, BaseDispatcher>>;
  readonly #applicationDispatcher: BaseDispatcher;
  readonly #ownedAgents: LazyAgent[] = [];
  private readonly serverTime: ServerTimeObserver;
  private isClosed = false;

  constructor({ apiUrl, deadlineMs, maxConnections, baseDispatcher, serverTime }: BoundedDispatcherOptions) {
    this.serverTime = serverTime;
    this.origins = new Set([apiUrl, fraudOrigin]);
    const newDispatcher = (settings: Agent.Options) => baseDispatcher ?? this.registerAgent(settings);
    this.#dispatchers = perCallKind(maxConnections, (connections) =>
      newDispatcher({ connections, connect: { timeout: deadlineMs } }),
    );
    this.#applicationDispatcher = newDispatcher({ connections: maxConnections });
  }

  /** Sends a request of the injected client. */
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.send(request, handler, undefined);
  }

  /** A dispatcher for calls of this package, one at a time, on the shared connection pools. */
  createCallDispatcher(): CallDispatcher {
    return new CallDispatcher((request, handler, call) => this.send(request, handler, call));
  }

  private send(
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    call: OutgoingCall | undefined,
  ): boolean {
    const exchange = new BoundedExchange(handler, call?.record ?? {}, boundsOf(call), this.serverTime);
    if (this.isClosed) {
      exchange.end(new TransportError('closed'));
      return true;
    }
    if (!this.origins.has(new URL(String(request.origin)).origin)) {
      exchange.end(new TransportError('origin_refused'));
      return true;
    }
    if (call !== undefined) call.record.method = request.method;
    const dispatcher = call ? this.#dispatchers[call.kind] : this.#applicationDispatcher;
    return dispatcher.dispatch({ ...request, headers: withIdentityEncoding(request.headers) }, exchange);
  }

  /** Aborts calls in flight. Does not close the application's own dispatcher. */
  async destroy(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.#ownedAgents.map((agent) => agent.destroy(new TransportError('closed'))));
  }

  private registerAgent(settings: Agent.Options): LazyAgent {
    const agent = new LazyAgent(settings);
    this.#ownedAgents.push(agent);
    return agent;
  }
}

/** A retry gets the remaining time of its call, not a new deadline. */
function boundsOf(call: OutgoingCall | undefined): Bounds {
  if (call === undefined) return applicationBounds;
  const { deadlineAtMs, maxBodyBytes } = call;
  return { deadlineMs: Math.max(1, deadlineAtMs - systemClock.monotonicMs()), maxBodyBytes };
}

type Send = (
  request: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
  call: OutgoingCall | undefined,
) => boolean;

/**
 * Attributes requests to the current call. An SDK client has a single dispatcher and does not pass on
 * which call a request belongs to. AsyncLocalStorage is not used, because in Node before 24 it slows
 * down every promise in the process.
 */
export class CallDispatcher implements RequestDispatcher {
  /** The current call. */
  call: OutgoingCall | undefined;

  constructor(private readonly send: Send) {}

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.send(request, handler, this.call);
  }
}

/**
 * Disables compression, because the size limit counts received bytes. fetch passes headers as an
 * object or as a flat list, depending on the Node version.
 */
function withIdentityEncoding(headers: Dispatcher.DispatchOptions['headers']): Record<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of headerEntries(headers)) {
    result.set(name.toLowerCase(), value);
  }
  result.set('accept-encoding', 'identity');
  return Object.fromEntries(result);
}

function* headerEntries(headers: Dispatcher.DispatchOptions['headers']): Iterable<[string, string]> {
  if (headers === null || headers === undefined) return;
  if (Array.isArray(headers)) {
    for (let index = 0; index + 1 < headers.length; index += 2)
      yield [String(headers[index]), String(headers[index + 1])];
    return;
  }
  const entries = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [name, value] of entries) if (value !== undefined) yield [name, [value].flat().join(', ')];
}
