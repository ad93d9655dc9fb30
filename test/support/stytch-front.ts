import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { StytchEmulator } from 'stytch-emulator';

/**
 * A server at the address of Stytch's API that can misbehave in ways the emulator cannot. What no
 * test answers itself goes on to the emulator.
 */
export class StytchFront {
  /** What came in, `METHOD /path`. */
  readonly requests: string[] = [];
  /** Connections so far, those open now, and the most at a time. */
  opened = 0;
  readonly open = new Set<Socket>();
  mostOpen = 0;

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
      else this.passOn(request, response).catch(() => request.socket.resetAndDestroy());
    };
    this.server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
    this.server.on('connection', (socket: Socket) => {
      this.opened += 1;
      this.open.add(socket);
      this.mostOpen = Math.max(this.mostOpen, this.open.size);
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

  /** Answers requests of a path by itself from now on. */
  answer(path: string, listener: RequestListener): void {
    this.listeners.set(path, listener);
  }

  /** Passes everything on again, and counts anew. */
  reset(): void {
    this.listeners.clear();
    this.requests.length = 0;
    this.opened = 0;
    this.mostOpen = this.open.size;
  }

  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The emulator's own answer to a request. */
  async answerOfEmulator(
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const { projectId, secret } = this.emulator;
    const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
    const answer = await this.fetch('POST', path, JSON.stringify(body), authorization);
    return (await answer.json()) as Record<string, unknown>;
  }

  private async passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = 'GET', url = '/', headers } = request;
    const answer = await this.fetch(method, url, body, headers.authorization);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  }

  private fetch(method: string, path: string, body: string, authorization = ''): Promise<Response> {
    return fetch(this.emulator.url + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
  }
}
