import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { StytchEmulator } from 'stytch-emulator';

/**
 * A server at the address of Stytch's API, for faults that the emulator does not have. Forwards to
 * the emulator every request without a listener.
 */
export class StytchFront {
  /** The requests received, `METHOD /path`. */
  readonly requests: string[] = [];
  /** How many connections were opened. */
  opened = 0;
  readonly open = new Set<Socket>();

  private readonly listeners = new Map<string, RequestListener>();
  private readonly server;

  private constructor(
    private readonly emulator: StytchEmulator,
    private readonly tls?: TlsOptions,
  ) {
    const listen: RequestListener = (request, response) => {
      this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const listener = this.listeners.get(request.url ?? '');
      if (listener !== undefined) listener(request, response);
      else this.forward(request, response).catch(() => request.socket.resetAndDestroy());
    };
    this.server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
    this.server.on('connection', (socket: Socket) => {
      this.opened += 1;
      this.open.add(socket);
      socket.on('close', () => this.open.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async before(emulator: StytchEmulator, tls?: TlsOptions): Promise<StytchFront> {
    const front = new StytchFront(emulator, tls);
    await new Promise<void>((resolve) => front.server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return this.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  }

  /** Responds to requests of a path itself instead of forwarding them. */
  respond(path: string, listener: RequestListener): void {
    this.listeners.set(path, listener);
  }

  /** Holds the requests of a path until the returned function is called, then forwards them. */
  hold(path: string): () => void {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.respond(path, (request, response) => {
      released.then(() => this.forward(request, response)).catch(() => request.socket.resetAndDestroy());
    });
    return release;
  }

  /** Forwards the next request of a path, and holds the response until `release` is called. */
  holdResponse(path: string): { readonly held: Promise<void>; readonly release: () => void } {
    const [responded, released] = [new Gate(), new Gate()];
    this.respond(path, (request, response) => {
      this.listeners.delete(path);
      this.forward(request, response, () => {
        responded.open();
        return released.opened;
      }).catch(() => request.socket.resetAndDestroy());
    });
    return { held: responded.opened, release: released.open };
  }

  /** Removes all listeners and clears what was recorded. */
  reset(): void {
    this.listeners.clear();
    this.requests.length = 0;
    this.opened = 0;
  }

  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The emulator's response to a request. */
  async emulatorResponse(
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const { projectId, secret } = this.emulator;
    const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
    const response = await this.fetch('POST', path, JSON.stringify(body), authorization);
    return (await response.json()) as Record<string, unknown>;
  }

  private async forward(
    request: IncomingMessage,
    response: ServerResponse,
    beforeResponse = () => Promise.resolve(),
  ): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = 'GET', url = '/', headers } = request;
    const forwarded = await this.fetch(method, url, body, headers.authorization);
    await beforeResponse();
    response.writeHead(forwarded.status, {
      'content-type': forwarded.headers.get('content-type') ?? '',
      date: forwarded.headers.get('date') ?? '',
    });
    response.end(await forwarded.text());
  }

  private fetch(method: string, path: string, body: string, authorization = ''): Promise<Response> {
    return fetch(this.emulator.url + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
  }
}

/** A promise that is resolved from outside. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
