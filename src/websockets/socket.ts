import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../lib/index.js';

/** The part of a socket of ws that is used here. */
interface WsClient {
  readonly readyState: number;
  close(code: number, reason: string): void;
  send(data: string): void;
  on(event: string, listener: (argument: unknown) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** The part of a socket of socket.io that is used here. */
interface IoClient {
  readonly connected: boolean;
  readonly request: IncomingMessage;
  readonly handshake: { readonly auth?: { readonly token?: unknown } };
  emit(event: string, payload: object): unknown;
  disconnect(close: boolean): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** A client of a gateway, the same for ws and socket.io. */
export interface Socket {
  readonly client: object;
  /** The request that opened the connection. */
  readonly request: IncomingMessage;
  /** A token in the handshake of socket.io besides the headers. Undefined if there is none. */
  readonly token: unknown;
  readonly isOpen: boolean;
  /** Tells the client why, and closes the connection. */
  close(refusal: Refusal): void;
  onceClosed(listener: () => void): void;
}

/** How long a client has to close its side of the connection. ws would wait for half a minute. */
const closingMs = 1_000;
const openState = 1;

/**
 * @param request the second argument of `handleConnection` on ws; socket.io's clients have it
 * @throws {TypeError} for anything else
 */
export function socketOf(client: object, request: object | undefined): Socket {
  if (isWsClient(client)) {
    if (isRequest(request)) return new WsSocket(client, request);
    throw new TypeError(
      'Pass both arguments of handleConnection(client, request) to admit(): the request of ws has the cookies.',
    );
  }
  if (isIoClient(client)) return new IoSocket(client);
  throw new TypeError('Pass a client of a gateway on ws or socket.io to admit().');
}

export const isWsClient = (client: object): client is WsClient => {
  const { readyState, close, send } = client as Partial<WsClient>;
  return typeof readyState === 'number' && typeof close === 'function' && typeof send === 'function';
};

const isIoClient = (client: object): client is IoClient => {
  const { disconnect, handshake, request } = client as Partial<IoClient>;
  return typeof disconnect === 'function' && typeof handshake === 'object' && isRequest(request);
};

const isRequest = (request: unknown): request is IncomingMessage =>
  typeof (request as Partial<IncomingMessage> | undefined)?.headers === 'object';

class WsSocket implements Socket {
  readonly token = undefined;

  constructor(
    readonly client: WsClient,
    readonly request: IncomingMessage,
  ) {}

  get isOpen(): boolean {
    return this.client.readyState === openState;
  }

  close(refusal: Refusal): void {
    this.client.close(closeCodeOf(refusal), refusal.code);
    destroyConnectionOf(this.request);
  }

  onceClosed(listener: () => void): void {
    this.client.once('close', listener);
  }
}

class IoSocket implements Socket {
  constructor(readonly client: IoClient) {}

  get request(): IncomingMessage {
    return this.client.request;
  }

  get token(): unknown {
    return this.client.handshake.auth?.token;
  }

  get isOpen(): boolean {
    return this.client.connected;
  }

  close(refusal: Refusal): void {
    this.client.emit('exception', errorOf(refusal));
    // With the connection: one without a namespace would stay open without a session.
    this.client.disconnect(true);
    destroyConnectionOf(this.request);
  }

  onceClosed(listener: () => void): void {
    this.client.once('disconnect', listener);
  }
}

/** What a client is told. */
export const errorOf = ({ code, message }: Refusal) => ({ status: 'error', code, message });

/**
 * RFC 6455 section 7.4.2 leaves 4000 to 4999 to applications; 1013 is registered for servers that can't serve a
 * client at the moment, so that clients try again later.
 */
const closeCodeOf = ({ status }: Refusal): number =>
  status === 503 || status === 429 ? 1013 : 4000 + status;

/**
 * Otherwise clients that never close their side would keep what they are not admitted to. The connection of a
 * polling client may be one that a proxy shares with others.
 */
function destroyConnectionOf({ headers, socket }: IncomingMessage): void {
  if (headers.upgrade === undefined || socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), closingMs).unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
}
