import { Agent, Dispatcher } from 'undici';
import { BoundedExchange, type Bounds } from './bounded-exchange.js';
import { systemClock } from '../options/system-clock.js';
import type { CallRecord } from './call-record.js';
import { TransportError } from './transport.error.js';

/** Stytch's device-fingerprinting API, the other host the SDK calls. */
const fraudOrigin = 'https://telemetry.stytch.com';

const kibibyte = 1024;

/** For the client that the application injects: whatever it does may take its time. */
const applicationBounds: Bounds = { deadlineMs: 30_000, maxBodyBytes: 8 * kibibyte * kibibyte };
const ownMaxBodyBytes = 256 * kibibyte;
/** Of each kind of call, to each host. A call that waits for one spends its deadline. */
const maxConnections = 50;

export interface BoundedDispatcherOptions {
  apiUrl: string;
  /** Total time of a call of ours, connecting included. */
  deadlineMs: number;
  /** What the application wants everything sent through. */
  baseDispatcher?: Dispatcher | undefined;
}

/**
 * What the SDK sends through. It exists because nothing above it can be trusted to end: the SDK
 * sets no deadline, follows redirects to other hosts with the session in the body, and reads
 * answers of any size. Our own calls and the application's have separate sockets and bounds, so
 * that neither starves the other.
 */
export class BoundedDispatcher extends Dispatcher {
  private readonly origins: ReadonlySet<string>;
  private readonly ownBounds: Bounds;
  private readonly ownDispatcher: Dispatcher;
  private readonly applicationDispatcher: Dispatcher;
  private readonly ownedAgents: Agent[] = [];

  constructor({ apiUrl, deadlineMs, baseDispatcher }: BoundedDispatcherOptions) {
    super();
    this.origins = new Set([apiUrl, fraudOrigin]);
    this.ownBounds = { deadlineMs, maxBodyBytes: ownMaxBodyBytes };
    this.ownDispatcher =
      baseDispatcher ??
      this.registerAgent(new Agent({ connections: maxConnections, connect: { timeout: deadlineMs } }));
    this.applicationDispatcher =
      baseDispatcher ?? this.registerAgent(new Agent({ connections: maxConnections }));
  }

  /** What the injected client of the application sends. */
  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.send(request, handler, undefined);
  }

  /** A way through the same sockets and bounds for calls of ours, one at a time. */
  createCallDispatcher(): CallDispatcher {
    return new CallDispatcher((request, handler, call) => this.send(request, handler, call));
  }

  private send(
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    call: CallRecord | undefined,
  ): boolean {
    const exchange = new BoundedExchange(handler, call ?? {}, this.boundsFor(call));
    if (!this.origins.has(new URL(String(request.origin)).origin)) {
      exchange.end(new TransportError('origin_refused'));
      return true;
    }
    const dispatcher = call ? this.ownDispatcher : this.applicationDispatcher;
    return dispatcher.dispatch({ ...request, headers: withIdentityEncoding(request.headers) }, exchange);
  }

  /** Ends every call under way. A dispatcher the application handed in stays open: it is theirs. */
  override async destroy(): Promise<void> {
    await Promise.all(this.ownedAgents.map((agent) => agent.destroy(new TransportError('closed'))));
  }

  override async close(): Promise<void> {
    await Promise.all(this.ownedAgents.map((agent) => agent.close()));
  }

  /** A call that is repeated has what is left of its time, not the whole of it again. */
  private boundsFor(call: CallRecord | undefined): Bounds {
    if (call === undefined) return applicationBounds;
    const remainingMs =
      call.deadlineAtMs === undefined ? Infinity : call.deadlineAtMs - systemClock.monotonicMs();
    return { ...this.ownBounds, deadlineMs: Math.max(1, Math.min(this.ownBounds.deadlineMs, remainingMs)) };
  }

  private registerAgent(agent: Agent): Agent {
    this.ownedAgents.push(agent);
    return agent;
  }
}

type Send = (
  request: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
  call: CallRecord | undefined,
) => boolean;

/**
 * Carries one call of ours at a time and notes what happens to it. A client has one dispatcher and no
 * way to say which of its calls a request belongs to; an AsyncLocalStorage would say so, and in Node
 * before 24 slow down every promise of the whole process from its first use on.
 */
export class CallDispatcher extends Dispatcher {
  /** The call under way. */
  call: CallRecord | undefined;

  constructor(private readonly send: Send) {
    super();
  }

  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.send(request, handler, this.call);
  }
}

/**
 * Asks for an answer as it is: a cap on the bytes received says nothing about a compressed body.
 * fetch hands its headers over as a plain object or as a flat list, depending on the Node version.
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
